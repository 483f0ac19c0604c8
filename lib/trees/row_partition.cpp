// SPDX-License-Identifier: MIT
// Copies the bins column by column, and parts rows with two stores per row and no branch.
// tests/unit/trees/boosting_parts_test.cpp pins it.
#include "trees/row_partition.hpp"

#include <algorithm>

namespace rf::trees {

core::Result<BinColumns> BinColumns::of(const Bins& bins, core::Context& context) {
  constexpr std::size_t kTile = 64;  // rows whose bytes stay in the first-level cache
  BinColumns columns;
  columns.n_rows_ = bins.n_rows();
  RF_ASSIGN(columns.memory_,
            core::Reservation::of(context.budget, std::uint64_t{bins.n_rows()} * bins.n_features(),
                                  "the bins by column"));
  columns.bytes_.resize(bins.n_rows() * bins.n_features());
  const auto copy_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const core::RowRange rows = core::block_range(bins.n_rows(), block);
    for (std::size_t begin = rows.begin; begin < rows.end; begin += kTile) {
      const std::size_t end = std::min(rows.end, begin + kTile);
      for (std::size_t feature = 0; feature < bins.n_features(); ++feature) {
        std::uint8_t* const to = columns.bytes_.data() + feature * columns.n_rows_;
        for (std::size_t i = begin; i < end; ++i) to[i] = bins.row(static_cast<core::Sample>(i))[feature];
      }
    }
    return {};
  };
  RF_TRY(context.workers.run(core::block_count(bins.n_rows()), copy_block));
  return columns;
}

std::size_t part_rows(std::span<const core::Sample> rows, const std::uint8_t* column,
                      const GoesLeft& goes_left, core::Sample* to) {
  std::size_t n_left = 0;
  std::size_t last = rows.size() - 1;  // where the next right row goes
  for (const core::Sample row : rows) {
    const std::size_t left = goes_left[column[number_of(row)]];
    to[n_left] = row;  // both stores are always made, so that nothing branches
    to[last] = row;
    n_left += left;
    last -= 1 - left;
  }
  return n_left;
}

std::span<const core::Sample> rows_between(std::span<const core::Sample> rows, std::size_t begin,
                                           std::size_t end) {
  if (rows.empty()) return rows;
  const auto position = [&](std::size_t number) {  // where the numbers below `number` meet the others
    const bool ascends = rows.front() <= rows.back();
    return ascends ? std::partition_point(rows.begin(), rows.end(),
                                          [&](core::Sample r) { return number_of(r) < number; })
                   : std::partition_point(rows.begin(), rows.end(),
                                          [&](core::Sample r) { return number_of(r) >= number; });
  };
  auto first = position(begin);
  auto last = position(end);
  if (first > last) std::swap(first, last);
  return {first, last};
}

}  // namespace rf::trees
