// SPDX-License-Identifier: MIT
// The training input of every tree family: cells, read column by column directly from their source. Trees
// look only at bins, so no matrix of all samples is ever made.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/row_numbers.hpp"

namespace rf::trees {

struct TreeInput {
  /// Writes a column's values in these rows: numbers as they are (NaN if missing), categories as level
  /// numbers. Several threads call it at once. Ascending rows are the fastest.
  using Read = std::function<void(std::size_t column, std::span<const core::TableRow> rows, double* values)>;

  std::span<const core::TableRow> rows;  ///< the table row of each sample
  std::vector<std::int32_t> n_levels;    ///< per column: number of levels of a category, 0 for numeric
  Read read;

  std::size_t n_samples() const { return rows.size(); }
  std::size_t n_features() const { return n_levels.size(); }
};

}  // namespace rf::trees
