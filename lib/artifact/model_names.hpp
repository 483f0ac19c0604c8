// SPDX-License-Identifier: MIT
// The words of the model file, shared by its writer and its reader; docs/formats/model.md explains them.
#pragma once

#include <optional>
#include <string_view>

#include "model/model.hpp"

namespace rf::artifact::names {

inline constexpr const char* kEncoderFill = "encoder.fill";
inline constexpr const char* kEncoderMean = "encoder.mean";
inline constexpr const char* kEncoderScale = "encoder.scale";
inline constexpr const char* kLevelCounts = "encoder.level_counts";
inline constexpr const char* kLevelOffsets = "encoder.level_offsets";
inline constexpr const char* kLevelText = "encoder.level_text";
inline constexpr const char* kClassNumbers = "classes.numbers";
inline constexpr const char* kClassOffsets = "classes.offsets";
inline constexpr const char* kClassText = "classes.text";
inline constexpr const char* kLinearCoefficients = "linear.coefficients";
inline constexpr const char* kLinearIntercepts = "linear.intercepts";
inline constexpr const char* kBoostingBaseScores = "boosting.base_scores";
inline constexpr const char* kForestTreeOffsets = "forest.tree_offsets";
inline constexpr const char* kForestFeature = "forest.feature";
inline constexpr const char* kForestThreshold = "forest.threshold";
inline constexpr const char* kForestLeft = "forest.left";
inline constexpr const char* kForestRight = "forest.right";
inline constexpr const char* kForestDefaultLeft = "forest.default_left";
inline constexpr const char* kForestLevelSet = "forest.level_set";
inline constexpr const char* kForestLevelSetWords = "forest.level_set_words";
inline constexpr const char* kForestLevelWords = "forest.level_words";
inline constexpr const char* kForestLeaf = "forest.leaf";
inline constexpr const char* kForestLeafValues = "forest.leaf_values";
inline constexpr const char* kForestSplitGain = "forest.split_gain";

template <class T>
struct Word {
  T value;
  std::string_view text;
};

inline constexpr Word<model::Link> kLinks[] = {{model::Link::kIdentity, "identity"},
                                               {model::Link::kLogistic, "logistic"},
                                               {model::Link::kSoftmax, "softmax"},
                                               {model::Link::kDecision, "decision"}};
inline constexpr Word<encode::Layout> kLayouts[] = {{encode::Layout::kLinear, "linear"},
                                                    {encode::Layout::kTree, "tree"}};
inline constexpr Word<core::MissingPolicy> kPolicies[] = {
    {core::MissingPolicy::kDropRows, core::missing_policy_name(core::MissingPolicy::kDropRows)},
    {core::MissingPolicy::kFill, core::missing_policy_name(core::MissingPolicy::kFill)},
    {core::MissingPolicy::kNative, core::missing_policy_name(core::MissingPolicy::kNative)},
    {core::MissingPolicy::kError, core::missing_policy_name(core::MissingPolicy::kError)}};
inline constexpr Word<core::Kind> kKinds[] = {
    {core::Kind::kNumeric, core::kind_name(core::Kind::kNumeric)},
    {core::Kind::kBoolean, core::kind_name(core::Kind::kBoolean)},
    {core::Kind::kCategory, core::kind_name(core::Kind::kCategory)}};
inline constexpr Word<core::Task> kTasks[] = {
    {core::Task::kClassification, core::task_name(core::Task::kClassification)},
    {core::Task::kRegression, core::task_name(core::Task::kRegression)}};

/// The kinds of class labels. Each value is the index of the alternative in the variant core::ClassLabel.
inline constexpr Word<std::size_t> kClassKinds[] = {{0, "integer"}, {1, "boolean"}, {2, "category"}};

/// Whether the file of a model with this encoder contains the tensor of fill values.
inline bool holds_fill(const encode::Encoder& encoder) {
  bool fills = encoder.missing == core::MissingPolicy::kFill;
  for (const encode::Feature& feature : encoder.features)
    fills = fills || feature.missing == core::MissingPolicy::kFill;
  return fills;
}

template <class T, std::size_t n>
constexpr std::string_view text_of(const Word<T> (&words)[n], T value) {
  for (const Word<T>& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

template <class T, std::size_t n>
constexpr std::optional<T> value_of(const Word<T> (&words)[n], std::string_view text) {
  for (const Word<T>& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace rf::artifact::names
