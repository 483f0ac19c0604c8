// SPDX-License-Identifier: MIT
// The model families, one row each: name, tasks, form, links, missing values, explanation. Everything that
// depends on the family alone is decided by this table: code asks it, and schemas, documents and the tool's
// help are made from it (schemas/generate.py). tests/unit/params/params_test.cpp pins it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/vocabulary.hpp"

namespace rf::core {

enum class Family : std::uint8_t {
  kDecisionTree,
  kGradientBoosting,
  kLinearSvc,
  kLogisticRegression,
  kRandomForest,
  kRidgeRegression,
};

/// How a family takes its features. kLinear: numeric columns standardised, categories one-hot. kTree: numeric
/// columns as they are, a category as the number of its level (-1 for an unknown level); one design column
/// per feature.
enum class Layout : std::uint8_t { kLinear, kTree };

/// The fitted form of a model: coefficients, trees whose leaves are averaged, or trees whose leaves add up.
enum class Form : std::uint8_t { kLinear, kForest, kBoosting };

/// How raw scores become outputs.
enum class Link : std::uint8_t {
  kIdentity,  ///< regression: the one score
  kLogistic,  ///< two classes, one score s: probabilities (expit(-s), expit(s)), the larger one as 1 - the
              ///< smaller: a row sums to 1 exactly
  kSoftmax,   ///< one score per class: softmax probabilities
  kDecision,  ///< linear_svc: the scores themselves; two classes: (-s, s)
};

/// The link of each task. A link of a task that the family does not do is not used.
struct Links {
  Link two_classes = Link::kIdentity;
  Link more_classes = Link::kIdentity;
  Link regression = Link::kIdentity;
};

/// The document of a run that explains the model. kNone: no document explains it.
enum class Explanation : std::uint8_t { kNone, kCoefficients, kImportance };

struct FamilyInfo {
  Family family;
  std::string_view name;
  bool classification;
  bool regression;
  Form form;
  std::optional<Links> links;  ///< absent if the leaves hold the outputs (Form::kForest)
  bool probabilities;          ///< whether the outputs of classification are probabilities
  bool native_missing;         ///< accepts missing values as they are
  Explanation explanation;
  std::string_view meaning;
  std::string_view since;  ///< first version that has it

  constexpr bool does(Task task) const { return task == Task::kRegression ? regression : classification; }
  constexpr Layout layout() const { return form == Form::kLinear ? Layout::kLinear : Layout::kTree; }
};

/// All families, in the order of the enum and of their names.
inline constexpr std::array kFamilies = {
    FamilyInfo{Family::kDecisionTree, "decision_tree", true, true, Form::kForest, std::nullopt, true, true,
               Explanation::kImportance, "one tree, small enough to read", "0.1.0"},
    FamilyInfo{Family::kGradientBoosting, "gradient_boosting", true, true, Form::kBoosting,
               Links{Link::kLogistic, Link::kSoftmax, Link::kIdentity}, true, true, Explanation::kImportance,
               "trees that each correct the sum of those before, log loss or squared error", "0.1.0"},
    FamilyInfo{Family::kLinearSvc, "linear_svc", true, false, Form::kLinear,
               Links{.two_classes = Link::kDecision, .more_classes = Link::kDecision}, false, false,
               Explanation::kCoefficients,
               "linear support vector classifier, squared hinge, one against the rest", "0.1.0"},
    FamilyInfo{Family::kLogisticRegression, "logistic_regression", true, false, Form::kLinear,
               Links{.two_classes = Link::kLogistic, .more_classes = Link::kSoftmax}, true, false,
               Explanation::kCoefficients, "logistic regression, softmax for more than two classes", "0.1.0"},
    FamilyInfo{Family::kRandomForest, "random_forest", true, true, Form::kForest, std::nullopt, true, true,
               Explanation::kImportance, "bootstrapped trees, probabilities are means of leaf frequencies",
               "0.1.0"},
    FamilyInfo{Family::kRidgeRegression, "ridge_regression", false, true, Form::kLinear,
               Links{.regression = Link::kIdentity}, false, false, Explanation::kCoefficients,
               "least squares with a squared penalty; alpha 0 is plain least squares", "0.1.0"},
};

constexpr const FamilyInfo& family_info(Family family) {
  return kFamilies[static_cast<std::size_t>(family)];
}
constexpr std::string_view family_name(Family family) {
  return family_info(family).name;
}
/// nullptr if no family has this name.
constexpr const FamilyInfo* find_family(std::string_view name) {
  for (const FamilyInfo& info : kFamilies)
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace rf::core
