// SPDX-License-Identifier: MIT
// The rows of a tree's nodes, in two lists that take turns. The rows of a node are a range of one list,
// always ascending or always descending. Its children fill the same range of the other list: left rows from
// the front, right rows from the back. So the right rows are stored in reverse. This takes one branch-free
// pass without copying back.
//
// A node of eight rows is split, then its right child. L and R are the sides to which the rows go:
//
//   place                          0  1  2  3  4  5  6  7
//
//   list 0: the node               0  1  2  3  4  5  6  7       row numbers, ascending
//   side                           L  R  L  L  R  R  L  R
//
//   list 1: its children           0  2  3  6| 7  5  4  1       left rows ascend, right rows descend
//   side, of the right child                   R  L  R  L
//
//   list 0: the right child's                  5  1| 4  7       left rows descend, right rows ascend
//           children
//
// The right child reads its rows as they are stored: 7 goes to the last place, 5 to the first, 4 to the last
// place that is left, 1 to the first that is left.
//
// Pinned by tests/unit/trees/boosting_parts_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/blocks.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "trees/bins.hpp"
#include "trees/split_rules.hpp"

namespace rf::trees {

/// Bin numbers column by column, so that a column of a million rows stays in the cache while a node's rows
/// are parted.
class BinColumns {
 public:
  static core::Result<BinColumns> of(const Bins& bins, core::Context& context);
  const std::uint8_t* column(std::size_t feature) const { return bytes_.data() + feature * n_rows_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t n_rows_ = 0;
  core::Reservation memory_;
};

/// Parts `rows` by their bins in `column` and writes them to `to`, which is as long as `rows`. Left rows are
/// written from the front, in their order. Right rows are written from the back, so in reverse. Returns the
/// number of left rows.
std::size_t part_rows(std::span<const core::Sample> rows, const std::uint8_t* column,
                      const GoesLeft& goes_left, core::Sample* to);

/// Returns the part of a monotone row list whose row numbers are in [begin, end).
std::span<const core::Sample> rows_between(std::span<const core::Sample> rows, std::size_t begin,
                                           std::size_t end);

}  // namespace rf::trees
