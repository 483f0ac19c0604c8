// SPDX-License-Identifier: MIT
// Decision tree and random forest on binned columns. Integer class counts and integer target sums, so any order
// of addition gives the same bits; one task per tree.
#pragma once

#include <cstdint>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/forest.hpp"
#include "params/params.hpp"
#include "train/target.hpp"

namespace rf::train {

/// Design columns of trees: numeric values as they are, categories as level numbers.
struct TreeInput {
  core::SampleView x;
  std::vector<std::int32_t> n_levels;  ///< per column: number of levels of a category, 0 for numeric
};

/// Gini impurity, leaf values are class shares. Random numbers from Philox by (seed, purpose, tree, node).
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const ClassTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
/// Squared error, leaf values are means.
core::Result<model::Forest> fit_random_forest(const TreeInput& input, const ValueTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const ClassTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);
core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const ValueTarget& target,
                                              const params::DecisionTree& parameters, core::Context& context);

}  // namespace rf::train
