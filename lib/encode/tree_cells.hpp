// SPDX-License-Identifier: MIT
// The design columns of trees without a design matrix: training bins each column once, so a copy of all cells
// would only use memory. The values are those that encode() writes for Layout::kTree;
// tests/unit/encode/tree_cells_test.cpp compares them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encode/source.hpp"

namespace rf::encode {

class TreeCells {
 public:
  /// Borrows encoder (of Layout::kTree) and table; `columns` as in encode().
  TreeCells(const Encoder& encoder, const table::Table& table, std::span<const std::size_t> columns)
      : sources_(sources_of(encoder, table, columns)) {}

  /// Writes to values[i] the value of feature number `feature` in table row rows[i]. Several threads may call
  /// it.
  void read(std::size_t feature, std::span<const core::TableRow> rows, double* values) const;

 private:
  void read_numbers(const Source& source, std::span<const core::TableRow> rows, double* values) const;
  void read_levels(const Source& source, std::span<const core::TableRow> rows, double* values) const;

  std::vector<Source> sources_;
};

}  // namespace rf::encode
