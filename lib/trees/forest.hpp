// SPDX-License-Identifier: MIT
// Decision tree and random forest on binned columns. Integer class counts and integer target sums, so any
// order of addition gives the same bits; one task per tree. Sample weights are integers too
// (sample_weights.hpp). Numbers may be missing (NaN): both sides are tried at every cut, and the cut between
// missing and present.
#pragma once

#include <cstdint>

#include "core/context.hpp"
#include "core/result.hpp"
#include "model/forest.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"
#include "trees/tree_input.hpp"

namespace rf::trees {

/// Gini impurity, leaf values are class shares. Errors: NOT_FINITE for an infinite number, WEIGHT_INVALID
/// where all weights are 0. Random numbers from Philox by (seed, purpose, tree, node).
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ClassTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
/// Squared error, leaf values are means.
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ValueTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ClassTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ValueTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);

}  // namespace rf::trees
