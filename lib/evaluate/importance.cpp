// SPDX-License-Identifier: MIT
// Mean decrease in impurity (Breiman, Friedman, Olshen and Stone, Classification and Regression Trees,
// 1984, 5.3.4; averaged over trees as in Breiman 2001): a column's share of the total decrease over all
// splits. Sums run in node order, then in tree order. Pinned by tests/unit/evaluate/importance_test.cpp.
#include "evaluate/importance.hpp"

#include <algorithm>

#include "core/power_of_two.hpp"

namespace rf::evaluate {
namespace {

/// Divides by the sum, unless that is 0.
void normalise(std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  if (sum == 0) return;
  for (double& value : values) value /= sum;
}

}  // namespace

std::vector<double> impurity_importance(const model::Forest& forest) {
  std::vector<double> total(forest.n_features);
  std::vector<double> of_tree(forest.n_features);
  for (std::size_t tree = 0; tree < forest.n_trees(); ++tree) {
    of_tree.assign(forest.n_features, 0);
    const auto begin = static_cast<std::size_t>(forest.tree_offsets[tree]);
    const auto end = static_cast<std::size_t>(forest.tree_offsets[tree + 1]);
    for (std::size_t node = begin; node < end; ++node) {
      if (forest.feature[node] == model::kLeaf) continue;
      of_tree[static_cast<std::size_t>(forest.feature[node])] += forest.split_gain[node];
    }
    normalise(of_tree);
    for (std::size_t f = 0; f < total.size(); ++f) total[f] += of_tree[f];
  }
  if (forest.n_trees() > 0) {
    for (double& value : total) value /= static_cast<double>(forest.n_trees());
  }
  normalise(total);
  return total;
}

// The largest gain is first scaled to near 1. For targets that span 1e300 each gain is finite, but their sum
// may not be.
std::vector<double> gain_importance(const model::Boosting& boosting) {
  const model::Forest& trees = boosting.trees;
  std::vector<double> total(trees.n_features);
  double largest = 0;
  for (const double gain : trees.split_gain) largest = std::max(largest, gain);
  const double down = core::scale_to_unit(largest).down;
  for (std::size_t node = 0; node < trees.feature.size(); ++node) {
    if (trees.feature[node] == model::kLeaf) continue;
    total[static_cast<std::size_t>(trees.feature[node])] += trees.split_gain[node] * down;
  }
  normalise(total);
  return total;
}

}  // namespace rf::evaluate
