// SPDX-License-Identifier: MIT
#include "model/forest.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/philox.hpp"

namespace rf::model {
namespace {

/// Two trees over a number and a category of 40 levels. Tree 0: x0 <= 1.5 ? (1, 0) : (0, 1). Tree 1: the
/// levels 0 and 33 go left to (0.5, 0.5), unknown ones too; others right, then x0 <= -1 ? (0.25, 0.75) : (1,
/// 0).
Forest two_trees() {
  Forest forest;
  forest.n_features = 2;
  forest.n_outputs = 2;
  forest.tree_offsets = {0, 3, 8};
  forest.feature = {0, kLeaf, kLeaf, 1, kLeaf, 0, kLeaf, kLeaf};
  forest.threshold = {1.5, 0, 0, 0, 0, -1, 0, 0};
  forest.left = {1, 0, 0, 1, 0, 3, 0, 0};
  forest.right = {2, 0, 0, 2, 0, 4, 0, 0};
  forest.default_left = {0, 0, 0, 1, 0, 0, 0, 0};
  forest.level_set = {-1, -1, -1, 0, -1, -1, -1, -1};
  forest.level_set_words = {0, 0, 0, 2, 0, 0, 0, 0};
  forest.level_words = {1, 2};
  forest.leaf = {-1, 0, 1, -1, 2, -1, 3, 4};
  forest.leaf_values = {1, 0, 0, 1, 0.5, 0.5, 0.25, 0.75, 1, 0};
  forest.split_gain.assign(8, 0);
  return forest;
}

std::vector<double> predict_rows(const Forest& forest, const std::vector<double>& x) {
  std::vector<double> out(x.size() / forest.n_features * forest.n_outputs, -1);
  predict(forest, {x.data(), forest.n_features, x.size() / forest.n_features, forest.n_features}, out.data());
  return out;
}

TEST(Forest, AveragesTheLeavesByHand) {
  const Forest forest = two_trees();
  EXPECT_EQ(predict_rows(forest, {1.5, 0}), (std::vector<double>{0.75, 0.25}));
  EXPECT_EQ(predict_rows(forest, {1.6, 0}), (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(predict_rows(forest, {-1, 1}), (std::vector<double>{0.625, 0.375}));
  EXPECT_EQ(predict_rows(forest, {2, 39}), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(predict_rows(forest, {2, 33}), (std::vector<double>{0.25, 0.75}));
}

TEST(Forest, SendsUnknownLevelsTheDefaultWay) {
  Forest forest = two_trees();
  const std::vector<double> left = {0.25, 0.75};
  const std::vector<double> right = {0.5, 0.5};
  for (const double level : {-1.0, 64.0, 1e18, -1e18}) EXPECT_EQ(predict_rows(forest, {2, level}), left);
  forest.default_left[3] = 0;
  for (const double level : {-1.0, 64.0, 1e18, -1e18}) EXPECT_EQ(predict_rows(forest, {2, level}), right);
}

TEST(Forest, OfOneLeafPredictsItForEveryRow) {
  Forest forest;
  forest.n_features = 1;
  forest.n_outputs = 1;
  forest.tree_offsets = {0, 1};
  forest.feature = {kLeaf};
  forest.threshold = {0};
  forest.left = forest.right = forest.level_set_words = {0};
  forest.default_left = {0};
  forest.level_set = {-1};
  forest.leaf = {0};
  forest.leaf_values = {3.25};
  forest.split_gain = {0};
  EXPECT_EQ(predict_rows(forest, {1, 2, 3}), (std::vector<double>{3.25, 3.25, 3.25}));
  EXPECT_TRUE(predict_rows(forest, {}).empty());
}

TEST(Forest, PredictsARowAloneAsAmongMany) {
  const Forest forest = two_trees();
  core::RandomStream stream(1, core::Purpose::kForestBootstrap);
  const std::size_t n = 10'003;
  const std::size_t stride = 5;  // the view may skip doubles between samples
  std::vector<double> x(n * stride, 1e9);
  for (std::size_t i = 0; i < n; ++i) {
    x[i * stride] = stream.uniform() * 5 - 2;
    x[i * stride + 1] = static_cast<double>(stream.below(42)) - 1;
  }
  const core::SampleView view{x.data(), 2, n, stride};
  std::vector<double> all(n * 2);
  predict(forest, view, all.data());
  for (std::size_t i = 0; i < n; ++i) {
    double alone[2];
    predict(forest, view.range(i, i + 1), alone);
    ASSERT_EQ(all[2 * i], alone[0]);
    ASSERT_EQ(all[2 * i + 1], alone[1]);
  }
}

}  // namespace
}  // namespace rf::model
