// SPDX-License-Identifier: MIT
// Turns distinct texts and codes into a column: unchanged, by a declared kind, or by the rules of CSV cells.
// Each rule is applied once per distinct text, not once per cell. Pinned by tests/abi/builder_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "table/column.hpp"
#include "table/dataset.hpp"

namespace rf::memory {

/// Texts of a column that has not been read yet: row r holds levels[codes[r]], nothing if the code is -1.
/// Levels are in first-seen order, and each occurs.
struct CodedTexts {
  std::string name;
  table::Cells<std::int32_t> codes;
  std::vector<std::string> levels;

  /// The first row of a level.
  std::size_t row_of(std::size_t level) const;
};

/// Without infer_text the column is a category of the unchanged texts, empty ones included, unless another
/// kind is declared. With infer_text, missing tokens, trim and the inference of kinds apply as to CSV cells.
/// CELL_KIND_MISMATCH for a cell that does not fit a declared kind, NUMBER_OUT_OF_RANGE for an infinite cell
/// in a numeric column, LIMIT_REACHED for a cell longer than max_cell_bytes. Reports the diagnostic
/// INTEGER_TOO_WIDE.
core::Result<table::Column> read_text_column(CodedTexts texts, const table::ReadingOptions& options,
                                             core::Diagnostics& diagnostics);

}  // namespace rf::memory
