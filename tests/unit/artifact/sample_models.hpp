// SPDX-License-Identifier: MIT
// Small models of every kind, made by hand, for the tests of documents and of the model file.
#pragma once

#include "model/model.hpp"

namespace rf::artifact::test {

inline encode::Feature numeric(std::string name, double fill, double mean, double scale) {
  return {std::move(name), core::Kind::kNumeric, encode::NumericEncoding{fill, mean, scale}};
}
inline encode::Feature boolean(std::string name, double fill, double mean, double scale) {
  return {std::move(name), core::Kind::kBoolean, encode::NumericEncoding{fill, mean, scale}};
}
inline encode::Feature category(std::string name, std::vector<std::string> levels, bool has_missing_level) {
  return {std::move(name), core::Kind::kCategory,
          encode::CategoryEncoding{std::move(levels), has_missing_level}};
}

/// Two classes that are texts; design columns age, smoker, a=b= (missing), a=b=x\y, a=b=z.
inline model::Model binary_model() {
  model::Model model;
  model.family = core::Family::kLogisticRegression;
  model.encoder.missing = core::MissingPolicy::kFill;
  model.encoder.features = {numeric("age", 30, 31.5, 12.25), boolean("smoker", 0, 0.25, 0.5),
                            category("a=b", {"x\\y", "z"}, true)};
  model.classes = {std::string("no"), std::string("yes, süß")};
  model.fitted = model::LinearModel{model::Link::kLogistic, 5, {0.5, -2, 0.5, 0.125, -0.0}, {-1.5}};
  return model;
}

/// Three integer classes, two numeric features.
inline model::Model softmax_model() {
  model::Model model;
  model.family = core::Family::kLogisticRegression;
  model.encoder.features = {numeric("x", 0, 1, 2), numeric("w", 0, -1, 4)};
  model.classes = {-1.0, 0.0, 7.0};
  model.fitted = model::LinearModel{model::Link::kSoftmax, 2, {1, 2, 3, -4, -5, 0.25}, {0.1, 0.2, -0.3}};
  return model;
}

inline model::Model ridge_model() {
  model::Model model;
  model.family = core::Family::kRidgeRegression;
  model.task = core::Task::kRegression;
  model.encoder.features = {numeric("x", 0, 1, 2)};
  model.fitted = model::LinearModel{model::Link::kIdentity, 1, {1e-300}, {1e300}};
  return model;
}

/// Boolean classes. Tree 0: x <= 2.5, then colour in {red}; tree 1: a leaf.
inline model::Model forest_model() {
  model::Model model;
  model.family = core::Family::kRandomForest;
  model.encoder.layout = encode::Layout::kTree;
  model.encoder.features = {numeric("x", 0, 0, 1), category("colour", {"blue", "green", "red"}, false),
                            boolean("idle", 0, 0, 1)};
  model.classes = {false, true};
  model::Forest forest;
  forest.n_features = 3;
  forest.n_outputs = 2;
  forest.tree_offsets = {0, 5, 6};
  forest.feature = {0, model::kLeaf, 1, model::kLeaf, model::kLeaf, model::kLeaf};
  forest.threshold = {2.5, 0, 0, 0, 0, 0};
  forest.left = {1, 0, 3, 0, 0, 0};
  forest.right = {2, 0, 4, 0, 0, 0};
  forest.default_left = {1, 0, 0, 0, 0, 0};
  forest.level_set = {-1, -1, 0, -1, -1, -1};
  forest.level_set_words = {0, 0, 1, 0, 0, 0};
  forest.level_words = {4};
  forest.leaf = {-1, 0, -1, 1, 2, 3};
  forest.leaf_values = {1, 0, 0, 1, 0.25, 0.75, 0.5, 0.5};
  forest.split_gain = {0.375, 0, 0.125, 0, 0, 0};
  model.fitted = std::move(forest);
  return model;
}

inline model::Model regression_tree_model() {
  model::Model model;
  model.family = core::Family::kDecisionTree;
  model.task = core::Task::kRegression;
  model.encoder.layout = encode::Layout::kTree;
  model.encoder.missing = core::MissingPolicy::kFill;
  model.encoder.features = {numeric("x", 1.5, 0, 1)};
  model::Forest forest;
  forest.n_features = 1;
  forest.n_outputs = 1;
  forest.tree_offsets = {0, 3};
  forest.feature = {0, model::kLeaf, model::kLeaf};
  forest.threshold = {-0.5, 0, 0};
  forest.left = {1, 0, 0};
  forest.right = {2, 0, 0};
  forest.default_left = {0, 0, 0};
  forest.level_set = {-1, -1, -1};
  forest.level_set_words = {0, 0, 0};
  forest.leaf = {-1, 0, 1};
  forest.leaf_values = {-3.25, 1e17};
  forest.split_gain = {2, 0, 0};
  model.fitted = std::move(forest);
  return model;
}

/// Two trees of one feature over a base score; missing numbers go left in the first.
inline model::Forest boosting_trees(std::size_t n_trees) {
  model::Forest trees;
  trees.n_features = 1;
  trees.n_outputs = 1;
  trees.tree_offsets = {0};
  for (std::size_t t = 0; t < n_trees; ++t) {
    const auto first_leaf = static_cast<std::int32_t>(2 * t);
    trees.tree_offsets.push_back(trees.tree_offsets.back() + 3);
    for (const std::int32_t f : {0, model::kLeaf, model::kLeaf}) trees.feature.push_back(f);
    for (const double x : {t == 0 ? 1.5 : -2.0, 0.0, 0.0}) trees.threshold.push_back(x);
    for (const std::int32_t left : {1, 0, 0}) trees.left.push_back(left);
    for (const std::int32_t right : {2, 0, 0}) trees.right.push_back(right);
    for (const int is_left : {t == 0 ? 1 : 0, 0, 0})
      trees.default_left.push_back(static_cast<std::uint8_t>(is_left));
    for (const std::int32_t leaf : {-1, first_leaf, first_leaf + 1}) trees.leaf.push_back(leaf);
    for (const double gain : {8.0 / static_cast<double>(t + 1), 0.0, 0.0}) trees.split_gain.push_back(gain);
    for (const double value : {-0.5, 0.25 * static_cast<double>(t + 1)}) trees.leaf_values.push_back(value);
  }
  trees.level_set.assign(trees.feature.size(), -1);
  trees.level_set_words.assign(trees.feature.size(), 0);
  return trees;
}

/// Two classes, missing values native.
inline model::Model boosting_model() {
  model::Model model;
  model.family = core::Family::kGradientBoosting;
  model.encoder.layout = encode::Layout::kTree;
  model.encoder.missing = core::MissingPolicy::kNative;
  model.encoder.features = {numeric("x", 0, 0, 1)};
  model.classes = {0.0, 1.0};
  model.fitted = model::Boosting{model::Link::kLogistic, {-0.125}, boosting_trees(2)};
  return model;
}

/// Three classes, one round.
inline model::Model boosting_classes_model() {
  model::Model model = boosting_model();
  model.classes = {std::string("a"), std::string("b"), std::string("c")};
  model.fitted = model::Boosting{model::Link::kSoftmax, {-1, 0, 0.5}, boosting_trees(3)};
  return model;
}

/// Name and model of each of the above.
inline std::vector<std::pair<std::string, model::Model>> sample_models() {
  return {{"binary", binary_model()},
          {"softmax", softmax_model()},
          {"ridge", ridge_model()},
          {"forest", forest_model()},
          {"regression_tree", regression_tree_model()},
          {"boosting", boosting_model()},
          {"boosting_classes", boosting_classes_model()}};
}

inline const std::string kInputDigest(64, 'a');

}  // namespace rf::artifact::test
