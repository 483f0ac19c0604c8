// SPDX-License-Identifier: MIT
// What every tree family is trained on: cells, read column by column straight from wherever they are. Trees
// look at their bins only, so no matrix of all samples is ever made.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/vocabulary.hpp"

namespace rf::trees {

struct TreeInput {
  /// Writes a column's values in these rows: numbers as they are (NaN where missing), categories as level
  /// numbers. Called by several threads at once; quickest with ascending rows.
  using Read = std::function<void(std::size_t column, std::span<const core::RowIndex> rows, double* values)>;

  std::span<const core::RowIndex> rows;  ///< where each sample is
  std::vector<std::int32_t> n_levels;    ///< per column: number of levels of a category, 0 for numeric
  Read read;

  std::size_t n_samples() const { return rows.size(); }
  std::size_t n_features() const { return n_levels.size(); }
};

}  // namespace rf::trees
