// SPDX-License-Identifier: MIT
// Finds features that repeat the label. A model that learns from them is useless when the label is not yet
// known. Pinned by tests/unit/table/label_match_test.cpp.
#pragma once

#include <span>

#include "core/context.hpp"
#include "core/error.hpp"
#include "table/column.hpp"

namespace rf::table {

/// A feature is reported if the magnitude of its correlation with the label exceeds this.
inline constexpr double kMatchingCorrelation = 0.999;
inline constexpr double kPromisingCorrelation = 0.99;
inline constexpr std::size_t kSampledRows = 5000;  ///< drawn at least

/// FEATURE_MATCHES_LABEL {column, label, match} for each feature that
///  - determines the label (`match` "determines"): among the given rows each of its values occurs with one
///    label value only; it has at least two values, at least 10 rows more than values, and at least twice as
///    many rows as values; and of the rows whose value occurs again, at least 3 have another label than most
///    of them (rows of a rare label fall on values of their own by chance); or
///  - is a number or boolean, as the label is, and correlates with it beyond kMatchingCorrelation (`match`
///    "correlates"): Pearson's r over rows where both are present.
/// If there are more than kSampledRows rows n, the larger of that number and the square root of 40 n are
/// drawn first (Philox, whatever the seed of the run). All rows are then looked at only for a match that the
/// drawn ones leave possible: no contradiction and enough values that repeat, or a correlation that is above
/// kPromisingCorrelation or undefined among them. Of a feature with two rows for each value, 20 drawn rows or
/// more are expected to repeat a value. A correlation that a few rows far from all others make may be missed.
/// CANCELLED; LIMIT_REACHED before memory beyond the budget is allocated. Nothing is reported if the label
/// has one value only. Rows where the feature is missing are ignored; the label must be present in all rows.
/// Sums follow the blocks of core/blocks.hpp.
core::Result<core::Diagnostics> find_label_matches(const Table& table, std::size_t label,
                                                   std::span<const std::size_t> features,
                                                   std::span<const TableRow> rows, core::Context& context);

}  // namespace rf::table
