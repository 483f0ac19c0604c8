// SPDX-License-Identifier: MIT
// Predictions of boosted models made by hand.
#include "model/boosting.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/math.hpp"

namespace rf::model {
namespace {

/// One split of one feature per tree: left where x <= threshold; NaN left in even trees.
Boosting stumps(Link link, std::vector<double> base_scores, const std::vector<double>& thresholds) {
  Boosting boosting;
  boosting.link = link;
  boosting.base_scores = std::move(base_scores);
  Forest& trees = boosting.trees;
  trees.n_features = 1;
  trees.n_outputs = 1;
  trees.tree_offsets = {0};
  for (std::size_t t = 0; t < thresholds.size(); ++t) {
    trees.tree_offsets.push_back(static_cast<std::int64_t>(3 * t + 3));
    trees.feature.insert(trees.feature.end(), {0, kLeaf, kLeaf});
    trees.threshold.insert(trees.threshold.end(), {thresholds[t], 0, 0});
    trees.left.insert(trees.left.end(), {1, 0, 0});
    trees.right.insert(trees.right.end(), {2, 0, 0});
    trees.default_left.insert(trees.default_left.end(), {static_cast<std::uint8_t>(t % 2 == 0), 0, 0});
    const auto leaf = static_cast<std::int32_t>(2 * t);
    trees.leaf.insert(trees.leaf.end(), {-1, leaf, leaf + 1});
    trees.leaf_values.insert(trees.leaf_values.end(),
                             {-1.0 - static_cast<double>(t), 1.0 + static_cast<double>(t)});
  }
  trees.level_set.assign(trees.feature.size(), -1);
  trees.level_set_words.assign(trees.feature.size(), 0);
  trees.split_gain.assign(trees.feature.size(), 0);
  return boosting;
}

std::vector<double> outputs(const Boosting& boosting, const std::vector<double>& x) {
  std::vector<double> out(x.size() * boosting.n_outputs());
  predict(boosting, {x.data(), 1, x.size(), 1}, core::baseline_kernels(), out.data());
  return out;
}

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(BoostingModel, AddsTreesAndBaseScore) {
  const Boosting boosting = stumps(Link::kIdentity, {0.5}, {0, 10});
  EXPECT_EQ(outputs(boosting, {-1, 5, 20, 0, 10}), (std::vector<double>{-2.5, -0.5, 3.5, -2.5, -0.5}));
}

TEST(BoostingModel, MissingNumbersGoWhereTheNodeSays) {
  EXPECT_EQ(outputs(stumps(Link::kIdentity, {0}, {0, 10}), {kMissing}), (std::vector<double>{-1 + 2}));
}

TEST(BoostingModel, TwoClassesGetProbabilitiesThatSumToOne) {
  const Boosting boosting = stumps(Link::kLogistic, {0.25}, {0, 10});
  // More rows than one chunk of the link, so that scores in the back half meet outputs in the front.
  std::vector<double> x;
  for (int i = 0; i < 200; ++i) x.push_back(i % 21 - 5);
  const std::vector<double> out = outputs(boosting, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double score = (x[i] <= 0 ? -1 : 1) + (x[i] <= 10 ? -2 : 2) + 0.25;
    EXPECT_EQ(out[2 * i] + out[2 * i + 1], 1);
    EXPECT_NEAR(out[2 * i + 1], core::expit(score), 3e-16);  // 1 - expit(-s) rounds once more
    EXPECT_EQ(outputs(boosting, {x[i]}), (std::vector<double>{out[2 * i], out[2 * i + 1]}));
  }
}

TEST(BoostingModel, EachClassHasItsOwnTrees) {
  const Boosting boosting = stumps(Link::kSoftmax, {0, 0.5, -0.5}, {0, 0, 0, 5, 5, 5});
  EXPECT_EQ(boosting.n_rounds(), 2u);
  const std::vector<double> out = outputs(boosting, {3});
  // Right in the first round, left in the second.
  const double s[] = {1.0 - 4, 2.0 - 5 + 0.5, 3.0 - 6 - 0.5};
  const double sum = core::exp(s[0] - s[1]) + 1 + core::exp(s[2] - s[1]);
  EXPECT_DOUBLE_EQ(out[0], core::exp(s[0] - s[1]) / sum);
  EXPECT_DOUBLE_EQ(out[1], 1 / sum);
  EXPECT_DOUBLE_EQ(out[2], core::exp(s[2] - s[1]) / sum);
}

}  // namespace
}  // namespace rf::model
