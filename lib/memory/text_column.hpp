// SPDX-License-Identifier: MIT
// From distinct texts and codes to a column: as they stand, by a declared kind, or read by the rules of CSV
// cells. Each rule is asked once per distinct text, not once per cell. Pinned by
// tests/abi/builder_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "table/column.hpp"
#include "table/dataset.hpp"

namespace rf::memory {

/// Texts of a column that is yet to be read: row r holds levels[codes[r]], nothing where the code is -1.
/// Levels stand in first-seen order and each occurs.
struct CodedTexts {
  std::string name;
  table::Cells<std::int32_t> codes;
  std::vector<std::string> levels;

  /// The first row of a level.
  std::size_t row_of(std::size_t level) const;
};

/// Without infer_text a category of the texts as they are, empty ones among them, unless another kind is
/// declared. With it missing tokens, trim and the inference of kinds apply as to CSV cells. A cell that does
/// not fit a declared kind is CELL_KIND_MISMATCH; an infinite one in a numeric column NUMBER_OUT_OF_RANGE;
/// LIMIT_REACHED for one longer than max_cell_bytes. Tells INTEGER_TOO_WIDE.
core::Result<table::Column> read_text_column(CodedTexts texts, const table::ReadingOptions& options,
                                             core::Diagnostics& diagnostics);

}  // namespace rf::memory
