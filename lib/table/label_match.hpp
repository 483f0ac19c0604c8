// SPDX-License-Identifier: MIT
// Features that say the label in other words: what a model would learn from them is of no use when the label
// is not yet known. Pinned by tests/unit/table/label_match_test.cpp.
#pragma once

#include <span>

#include "core/context.hpp"
#include "core/error.hpp"
#include "table/column.hpp"

namespace rf::table {

/// Of each feature whose correlation with the label is beyond this, or the negative of it, is told.
inline constexpr double kMatchingCorrelation = 0.999;

/// FEATURE_MATCHES_LABEL {column, label, match} for each feature that
///  - determines the label: among the given rows each of its values stands beside one label value only, it
///  has at
///    least two values and 10 rows more than values, and twice as many rows as values (`match` "determines");
///    or
///  - is a number or boolean, as the label is, and correlates with it beyond kMatchingCorrelation (Pearson's
///  r over
///    rows where both are present; `match` "correlates").
/// Missing features count for neither; the label is present in all rows. Sums follow the blocks of
/// core/blocks.hpp.
core::Diagnostics find_label_matches(const Table& table, std::size_t label,
                                     std::span<const std::size_t> features, std::span<const RowIndex> rows,
                                     core::Context& context);

}  // namespace rf::table
