// SPDX-License-Identifier: MIT
// Sorts requested rows by their position in the table. A split lists its rows in random order; reading them
// in that order would fetch each cell from memory separately.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/row_numbers.hpp"

namespace rf::core {

struct RowOrder {
  std::vector<TableRow> rows;     ///< ascending
  std::vector<Sample> positions;  ///< of each row in the requested order; empty if that order is ascending
  Sample position(std::size_t i) const { return positions.empty() ? static_cast<Sample>(i) : positions[i]; }
};

/// Sorts by counting. A row may be requested several times.
inline RowOrder by_table_row(std::span<const TableRow> rows, std::size_t n_table_rows) {
  RowOrder order{{rows.begin(), rows.end()}, {}};
  if (std::is_sorted(rows.begin(), rows.end())) return order;
  std::vector<std::uint32_t> next(n_table_rows + 1, 0);
  for (const TableRow row : rows) ++next[number_of(row) + 1];
  for (std::size_t row = 0; row < n_table_rows; ++row) next[row + 1] += next[row];
  order.positions.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t to = next[number_of(rows[i])]++;
    order.rows[to] = rows[i];
    order.positions[to] = static_cast<Sample>(i);
  }
  return order;
}

}  // namespace rf::core
