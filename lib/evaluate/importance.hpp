// SPDX-License-Identifier: MIT
// The columns that a tree model splits on, and their gain.
#pragma once

#include <vector>

#include "model/boosting.hpp"
#include "model/forest.hpp"

namespace rf::evaluate {

/// Per column: per tree the sum of split_gain, normalised to sum 1 (trees without a split add nothing), then
/// the mean over the trees, normalised again. All 0 if no tree has a split.
std::vector<double> impurity_importance(const model::Forest& forest);
/// Per column: the sum of split_gain over all trees, normalised to sum 1. All 0 if no tree has a split.
std::vector<double> gain_importance(const model::Boosting& boosting);

}  // namespace rf::evaluate
