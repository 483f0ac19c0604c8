// SPDX-License-Identifier: MIT
// Which columns a tree model split on, and how much that gained.
#pragma once

#include <vector>

#include "model/boosting.hpp"
#include "model/forest.hpp"

namespace rf::evaluate {

/// Per column: per tree the sum of split_gain, normalised to sum 1 (trees without a split add nothing), mean
/// over the trees, normalised again; all 0 when nothing was split.
std::vector<double> impurity_importance(const model::Forest& forest);
/// Per column: the sum of split_gain over all trees, normalised to sum 1; all 0 when nothing was split.
std::vector<double> gain_importance(const model::Boosting& boosting);

}  // namespace rf::evaluate
