// SPDX-License-Identifier: MIT
// impurity_importance and gain_importance on forests made by hand.
#include <gtest/gtest.h>

#include "evaluate/importance.hpp"

namespace rf::evaluate {
namespace {

/// Only what importance looks at: per tree the (feature, gain) of its nodes; a leaf is (kLeaf, 0).
model::Forest forest_of(std::size_t n_features,
                        const std::vector<std::vector<std::pair<std::int32_t, double>>>& trees) {
  model::Forest forest;
  forest.n_features = n_features;
  forest.tree_offsets = {0};
  for (const auto& tree : trees) {
    for (const auto& [feature, gain] : tree) {
      forest.feature.push_back(feature);
      forest.split_gain.push_back(gain);
    }
    forest.tree_offsets.push_back(static_cast<std::int64_t>(forest.feature.size()));
  }
  return forest;
}

constexpr std::pair<std::int32_t, double> kLeafNode = {model::kLeaf, 0};

TEST(ImpurityImportance, IsTheShareOfTheGains) {
  const auto forest =
      forest_of(3, {{{2, 0.25}, {0, 0.125}, kLeafNode, kLeafNode, {2, 0.125}, kLeafNode, kLeafNode}});
  EXPECT_EQ(impurity_importance(forest), (std::vector<double>{0.25, 0, 0.75}));
}

TEST(ImpurityImportance, EveryTreeThatSplitsCountsTheSame) {
  // The second tree took away ten times as much, yet both have weight one; the third, a lone leaf, has none.
  const auto forest =
      forest_of(2, {{{0, 0.1}, kLeafNode, kLeafNode}, {{1, 1.0}, kLeafNode, kLeafNode}, {kLeafNode}});
  EXPECT_EQ(impurity_importance(forest), (std::vector<double>{0.5, 0.5}));
}

TEST(ImpurityImportance, IsZeroWhenNothingWasSplit) {
  EXPECT_EQ(impurity_importance(forest_of(2, {{kLeafNode}, {kLeafNode}})), (std::vector<double>{0, 0}));
}

TEST(GainImportance, IsTheShareOfAllGains) {
  model::Boosting boosting;
  boosting.trees =
      forest_of(3, {{{0, 1.0}, kLeafNode, kLeafNode}, {{2, 2.0}, {0, 1.0}, kLeafNode, kLeafNode}});
  EXPECT_EQ(gain_importance(boosting), (std::vector<double>{0.5, 0, 0.5}));
  for (double& gain : boosting.trees.split_gain) gain *= 0x1p1022;  // their sum is no number
  EXPECT_EQ(gain_importance(boosting), (std::vector<double>{0.5, 0, 0.5}));
  boosting.trees = forest_of(2, {{kLeafNode}});
  EXPECT_EQ(gain_importance(boosting), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace rf::evaluate
