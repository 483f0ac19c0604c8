// SPDX-License-Identifier: MIT
// Warns the reader of a table about text columns whose cells look like something other than text. These are
// only hints; they do not change how a cell is read. docs/formats/csv.md, "Surprises"; pinned by
// tests/unit/table/surprises_test.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/context.hpp"
#include "table/dataset.hpp"

namespace rf::table {

/// What a text that is not a number looks like.
enum class TextShape : std::uint8_t {
  kPlain,
  kDate,          ///< 2024-01-31, 2024-01-31T12:30:00Z, 2024/1/31, 31.1.2024, 1/31/2024, ...
  kLeadingZeros,  ///< 007, -01.5
  kThousands,     ///< 1,234,567 or 1 234.5 or 1'234: groups of three digits after a separator, except after a
                  ///< single comma
  kGroupedComma,  ///< 1,234: a single comma and three digits, which may be a decimal comma or a thousands
                  ///< separator
  kDecimalComma,  ///< 0,5 or 1.234,50
};
TextShape shape_of(std::string_view text);

/// At most one diagnostic per category column whose kind the options do not declare, in column order:
/// DATES_AS_TEXT, LEADING_ZEROS, THOUSANDS_SEPARATOR, DECIMAL_COMMA, MIXED_KINDS, TEXT_AMONG_NUMBERS (most
/// present cells are numbers; names the first that is not), NUMBERS_IN_TEXT. A column of wide integers gets
/// no diagnostic.
core::Diagnostics surprises(const Table& table, const ReadingOptions& options, core::Context& context);

/// All diagnostics that reading a text into this table gives: INTEGER_TOO_WIDE for columns whose kind was not
/// declared, in column order, then the surprises of those columns. The table is enough; the text is not
/// needed.
core::Diagnostics told_by_reading(const Table& table, const ReadingOptions& options, core::Context& context);

/// INTEGER_TOO_WIDE for a column with the integer `text`, which a double does not hold exactly.
core::Diagnostic integer_too_wide(const std::string& column, const std::string& text);

}  // namespace rf::table
