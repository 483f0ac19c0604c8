// SPDX-License-Identifier: MIT
// Decision tree and random forest on binned columns. Class counts and target sums are integers, so any order
// of addition gives the same bits. One task grows one tree. Sample weights are integers too
// (sample_weights.hpp). Numbers may be missing (NaN): every cut is tried with missing values on either side,
// and so is the cut between missing and present.
#pragma once

#include <cstdint>

#include "core/context.hpp"
#include "core/result.hpp"
#include "model/forest.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"
#include "trees/tree_input.hpp"

namespace rf::trees {

/// Trains by Gini impurity. Leaf values are class shares. Errors: NOT_FINITE for an infinite number,
/// WEIGHT_INVALID if all weights are 0. Random numbers come from Philox, named by (seed, purpose, tree,
/// node).
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ClassTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
/// Trains by squared error. Leaf values are means.
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ValueTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ClassTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ValueTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);

}  // namespace rf::trees
