// SPDX-License-Identifier: MIT
// What a reader of a table should know of its text columns: cells that look like something else than text.
// Hints only; nothing is read otherwise for them. docs/formats/csv.md, "Surprises"; pinned by
// tests/unit/table/surprises_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/context.hpp"
#include "table/dataset.hpp"

namespace rf::table {

/// What a text that is no number looks like.
enum class TextShape : std::uint8_t {
  kPlain,
  kDate,          ///< 2024-01-31, 2024-01-31T12:30:00Z, 2024/1/31, 31.1.2024, 1/31/2024, ...
  kLeadingZeros,  ///< 007, -01.5
  kThousands,     ///< 1,234,567 or 1 234.5 or 1'234: groups of three after a separator that is not a lone
                  ///< comma's
  kGroupedComma,  ///< 1,234: one comma and three digits, which may be either
  kDecimalComma,  ///< 0,5 or 1.234,50
};
TextShape shape_of(std::string_view text);

/// At most one diagnostic per category column whose kind was not declared, in column order:
/// DATES_AS_TEXT, LEADING_ZEROS, THOUSANDS_SEPARATOR, DECIMAL_COMMA, MIXED_KINDS, TEXT_AMONG_NUMBERS (most
/// present cells are numbers; names the first that is not), NUMBERS_IN_TEXT. None for a column of wide
/// integers.
core::Diagnostics surprises(const Table& table, const std::map<std::string, Kind>& declared,
                            core::Context& context);

/// All that reading a text into this table tells: INTEGER_TOO_WIDE of the columns whose kind was not
/// declared, in column order, then their surprises. The text is not needed for it.
core::Diagnostics told_by_reading(const Table& table, const std::map<std::string, Kind>& declared,
                                  core::Context& context);

/// INTEGER_TOO_WIDE for the column whose integer `text` a double does not hold.
core::Diagnostic integer_too_wide(const std::string& column, const std::string& text);

}  // namespace rf::table
