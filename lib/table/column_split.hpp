// SPDX-License-Identifier: MIT
// Splits that a column settles: whole groups, the latest rows, or what the column itself says. Positions come
// in file order on both sides. docs/LEARNERS.md; tests/unit/table/column_split_test.cpp pins them.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "table/column.hpp"
#include "table/split.hpp"

namespace rf::table {

/// Whole groups: the distinct values of the kept `rows`, ascending by the bytes of their text (a number's as
/// RFC 8785 writes it, a boolean's true or false), are permuted once by MT19937; the first ceil(fraction *
/// groups) validate. Fraction 0 validates nothing. Errors: MISSING_VALUE (a kept row without group),
/// ZERO_ROWS when every group would validate.
core::Result<Split> group_split(const Column& column, std::span<const RowIndex> rows, double fraction,
                                std::uint32_t seed);

/// The last ceil(fraction * n) of the kept rows by (value, row) validate. The column is numeric, or text that
/// is all ISO 8601: YYYY-MM-DD, alone or followed by `T` or a space and hh:mm, hh:mm:ss or hh:mm:ss with a
/// fraction, and a zone (Z or +hh:mm), which must be the same in all; texts are compared by bytes. Errors:
/// MISSING_VALUE, SPLIT_VALUE_INVALID (another kind of column, a text that is no such time), ZERO_ROWS.
core::Result<Split> time_split(const Column& column, std::span<const RowIndex> rows, double fraction);

/// A text column that says `train` or `validation`.
/// Errors: MISSING_VALUE, SPLIT_VALUE_INVALID (another kind of column, another text), ZERO_ROWS when no row
/// trains.
core::Result<Split> predefined_split(const Column& column, std::span<const RowIndex> rows);

}  // namespace rf::table
