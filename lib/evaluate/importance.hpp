// SPDX-License-Identifier: MIT
// Which columns a forest split on, and how much impurity that took away.
#pragma once

#include <vector>

#include "model/forest.hpp"

namespace rf::evaluate {

/// Per column: per tree the sum of split_gain, normalised to sum 1 (trees without a split add nothing), mean
/// over the trees, normalised again; all 0 when nothing was split.
std::vector<double> impurity_importance(const model::Forest& forest);

}  // namespace rf::evaluate
