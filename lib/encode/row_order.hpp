// SPDX-License-Identifier: MIT
// Wanted rows by their place in the table. A split lists its rows in random order; read in that order, each
// cell would have to be fetched from memory on its own.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "data/column.hpp"

namespace rf::encode {

struct RowOrder {
  std::vector<core::RowIndex> rows;       ///< ascending
  std::vector<core::RowIndex> positions;  ///< of each among the rows as wanted; empty when those ascend
  core::RowIndex position(std::size_t i) const {
    return positions.empty() ? static_cast<core::RowIndex>(i) : positions[i];
  }
};

/// By counting, so rows may be wanted several times.
inline RowOrder by_table_row(std::span<const core::RowIndex> rows, std::size_t n_table_rows) {
  RowOrder order{{rows.begin(), rows.end()}, {}};
  if (std::is_sorted(rows.begin(), rows.end())) return order;
  std::vector<core::RowIndex> next(n_table_rows + 1, 0);
  for (const core::RowIndex row : rows) ++next[row + 1];
  for (std::size_t row = 0; row < n_table_rows; ++row) next[row + 1] += next[row];
  order.positions.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const core::RowIndex to = next[rows[i]]++;
    order.rows[to] = rows[i];
    order.positions[to] = static_cast<core::RowIndex>(i);
  }
  return order;
}

}  // namespace rf::encode
