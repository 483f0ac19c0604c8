// SPDX-License-Identifier: MIT
// The rows of a tree's nodes: two lists that take turns. A node's rows are a range of one list, always
// ascending or always descending; its children fill the same range of the other list, left rows from the
// front, right rows from the back, in one branch-free pass without copying back. Pinned by
// tests/unit/trees/boosting_parts_test.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/blocks.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "trees/bins.hpp"
#include "trees/split.hpp"

namespace rf::trees {

/// Bin numbers column by column: a column of a million rows stays close while a node's rows are parted.
class BinColumns {
 public:
  static core::Result<BinColumns> of(const Bins& bins, core::Context& context);
  const std::uint8_t* column(std::size_t feature) const { return bytes_.data() + feature * n_rows_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t n_rows_ = 0;
  core::Reservation memory_;
};

/// Which bins go left, as a table of 0 and 1.
using GoesLeft = std::array<std::uint8_t, 256>;
GoesLeft goes_left_table(const BinSet& left_bins);

/// Parts `rows` by the bins in `column` into `to` (as long): left rows ascend from the front in their order,
/// right rows from the back, so in reverse. Returns the number of left rows.
std::size_t part_rows(std::span<const std::uint32_t> rows, const std::uint8_t* column,
                      const GoesLeft& goes_left, std::uint32_t* to);

/// The part of a monotone row list that lies in [begin, end) of row numbers.
std::span<const std::uint32_t> rows_between(std::span<const std::uint32_t> rows, std::size_t begin,
                                            std::size_t end);

}  // namespace rf::trees
