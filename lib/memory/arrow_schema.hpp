// SPDX-License-Identifier: MIT
// Reads an Arrow schema: the type and layout of each column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "memory/arrow_c_data.hpp"
#include "memory/cells.hpp"
#include "memory/typed_table.hpp"

namespace rf::memory {

/// How the cells of one column are laid out in its arrays.
struct ArrowLayout {
  enum class Cells : std::uint8_t { kNumbers, kBits, kTexts, kDictionary, kNothing };
  Cells cells = Cells::kNothing;
  NumberType number = NumberType::kF64;  ///< type of the numbers, or of a dictionary's codes
  TextCells::Width width = TextCells::Width::k32;
};

/// Adds an empty column to `table` for each child of the struct `schema`. Returns the layout of each.
/// INVALID_ARROW, UNSUPPORTED_TYPE naming the column and its format, DUPLICATE_COLUMN, INVALID_UTF8,
/// LIMIT_REACHED.
core::Result<std::vector<ArrowLayout>> read_arrow_schema(const ArrowSchema& schema,
                                                         const table::ReadingLimits& limits,
                                                         TypedTable& table);

/// INVALID_ARROW: `place`: expected `expected`, found `found`.
core::Error invalid_arrow(const std::string& place, std::string_view expected, std::string_view found);
/// `column "age"`
std::string arrow_place(const std::string& column);

}  // namespace rf::memory
