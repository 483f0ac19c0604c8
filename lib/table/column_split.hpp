// SPDX-License-Identifier: MIT
// Splits that a column determines: by whole groups, by the latest rows, or by the words train and validation
// in the column. On both sides the positions are in file order. docs/LEARNERS.md;
// tests/unit/table/column_split_test.cpp pins them.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "table/column.hpp"
#include "table/split.hpp"

namespace rf::table {

/// Splits by whole groups. The groups are the distinct values of the kept `rows`, ascending by the bytes of
/// their text (for a number as RFC 8785 writes it, for a boolean true or false). MT19937 permutes them once;
/// the first ceil(fraction * groups) are for validation. With fraction 0 no group is. Errors: MISSING_VALUE
/// (a kept row without group), ZERO_ROWS if all groups would be for validation.
core::Result<Split> group_split(const Column& column, std::span<const TableRow> rows, double fraction,
                                std::uint32_t seed);

/// The last ceil(fraction * n) of the kept rows, ordered by (value, row), are for validation. The column is
/// numeric, or every text in it is ISO 8601: YYYY-MM-DD, alone or followed by `T` or a space and hh:mm,
/// hh:mm:ss or hh:mm:ss with a fraction, and a zone (Z or +hh:mm), which must be the same in all; texts are
/// compared by bytes. Errors: MISSING_VALUE, SPLIT_VALUE_INVALID (another kind of column, a text that is not
/// such a time), ZERO_ROWS.
core::Result<Split> time_split(const Column& column, std::span<const TableRow> rows, double fraction);

/// The column is text; each kept row holds `train` or `validation`.
/// Errors: MISSING_VALUE, SPLIT_VALUE_INVALID (another kind of column, another text), ZERO_ROWS if no row is
/// for training.
core::Result<Split> predefined_split(const Column& column, std::span<const TableRow> rows);

}  // namespace rf::table
