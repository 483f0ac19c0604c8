// SPDX-License-Identifier: MIT
// check_forest: each way in which arrays are not a forest, one at a time.
#include <gtest/gtest.h>

#include <functional>

#include "artifact/forest_check.hpp"
#include "unit/artifact/sample_models.hpp"

namespace rf::artifact {
namespace {

/// The refusal of the sample forest after `damage`, "" when it is let in.
std::string refusal(const std::function<void(model::Forest&)>& damage) {
  model::Model model = test::forest_model();
  auto& forest = std::get<model::Forest>(model.fitted);
  damage(forest);
  const auto checked = check_forest(forest, model.encoder);
  if (checked.ok()) return "";
  EXPECT_EQ(checked.error().code, core::Code::kInvalidModel);
  return checked.error().message;
}

constexpr const char* kChild =
    "not a model that this library wrote: tree 0, node 0: a child does not come after it in the same tree or "
    "has "
    "another parent";

TEST(ForestCheck, LetsAForestIn) {
  EXPECT_EQ(refusal([](model::Forest&) {}), "");
}

TEST(ForestCheck, AChildComesAfterItsParent) {
  EXPECT_EQ(refusal([](model::Forest& f) { f.left[0] = 0; }), kChild);  // itself
  EXPECT_EQ(refusal([](model::Forest& f) { f.left[0] = -1; }), kChild);
  EXPECT_NE(refusal([](model::Forest& f) { f.left[2] = 1; }),
            "");  // back up the tree: a cycle were it a split
}

TEST(ForestCheck, AChildIsInTheSameTree) {
  EXPECT_EQ(refusal([](model::Forest& f) { f.right[0] = 5; }), kChild);  // the other tree's root
  EXPECT_EQ(refusal([](model::Forest& f) { f.right[0] = INT32_MAX; }), kChild);
}

TEST(ForestCheck, ANodeHasOneParent) {
  EXPECT_EQ(refusal([](model::Forest& f) { f.right[0] = 1; }), kChild);  // both sides the same
  EXPECT_NE(refusal([](model::Forest& f) { f.left[2] = 4; }), "");
}

TEST(ForestCheck, EveryNodeIsReached) {
  EXPECT_EQ(refusal([](model::Forest& f) {
              f.feature[2] = model::kLeaf;
              f.leaf[2] = 0;
            }),
            "not a model that this library wrote: tree 0, node 3: no split leads to it");
}

TEST(ForestCheck, FeaturesAndLeavesAreInRange) {
  EXPECT_NE(refusal([](model::Forest& f) { f.feature[0] = 3; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.feature[0] = -2; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.leaf[1] = 4; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.leaf[1] = -1; }), "");
}

TEST(ForestCheck, LevelSetsAreInRange) {
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set[2] = -1; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set[2] = 1; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set[2] = INT32_MAX, f.level_set_words[2] = INT32_MAX; }),
            "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set_words[2] = -1; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set_words[2] = 2, f.level_words = {4, 0}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_words[0] = 8; }), "") << "level 3 of 3";
  EXPECT_EQ(refusal([](model::Forest& f) { f.level_words[0] = 7; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.level_set[0] = 0, f.level_set_words[0] = 1; }), "") << "numeric";
}

TEST(ForestCheck, OffsetsDivideTheNodes) {
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {1, 5, 6}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0, 5, 5, 6}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0, 6, 5}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0, 5, 7}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0, INT64_MIN, 6}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.tree_offsets = {0, 5, INT64_MIN}; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.left.pop_back(); }), "");
}

TEST(ForestCheck, SharesAreInTheUnitInterval) {
  EXPECT_NE(refusal([](model::Forest& f) { f.leaf_values[0] = 1.5; }), "");
  EXPECT_NE(refusal([](model::Forest& f) { f.leaf_values[0] = -0.5; }), "");
}

}  // namespace
}  // namespace rf::artifact
