// SPDX-License-Identifier: MIT
// The parameters of every model family: names, ranges, defaults, and which of them apply to which choice. The
// structs below are the only source of the defaults; schema and documentation are checked against fields().
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/family.hpp"
#include "core/result.hpp"
#include "core/vocabulary.hpp"

namespace rf::params {

enum class Penalty : std::uint8_t { kL2, kL1, kElasticNet, kNone };
enum class ClassWeight : std::uint8_t { kNone, kBalanced };

struct LogisticRegression {
  double C = 1;
  Penalty penalty = Penalty::kL2;
  double l1_ratio = 0.5;
  ClassWeight class_weight = ClassWeight::kNone;
  std::uint32_t max_iter = 1000;
  double tol = 1e-8;
};

struct LinearSvc {
  double C = 1;
  ClassWeight class_weight = ClassWeight::kNone;
  std::uint32_t max_iter = 1000;
  double tol = 1e-8;
};

struct RidgeRegression {
  double alpha = 1;
};

struct DecisionTree {
  std::optional<std::uint32_t> max_depth = 5;
  std::uint32_t min_samples_leaf = 1;
  std::optional<std::uint32_t> max_leaves;
  std::uint32_t max_bins = 255;
};

/// Columns tried at a split: a share of them, or sqrt = max(1, floor(sqrt(columns))).
struct MaxFeatures {
  bool sqrt = true;
  double fraction = 1;
};

struct RandomForest {
  std::uint32_t n_estimators = 100;
  std::optional<std::uint32_t> max_depth;
  std::uint32_t min_samples_split = 2;
  std::uint32_t min_samples_leaf = 1;
  MaxFeatures max_features;  ///< regression: fraction 1
  bool bootstrap = true;
  double max_samples = 1;
  std::uint32_t max_bins = 255;
  ClassWeight class_weight = ClassWeight::kNone;
};

struct GradientBoosting {
  std::uint32_t n_estimators = 100;
  double learning_rate = 0.1;
  std::optional<std::uint32_t> max_leaves = 31;
  std::optional<std::uint32_t> max_depth;
  std::uint32_t min_samples_leaf = 20;
  double l2 = 0;
  double min_gain = 0;
  std::uint32_t max_bins = 255;
  double subsample = 1;
  double colsample = 1;
  std::optional<std::uint32_t> early_stopping_rounds;
  double early_stopping_fraction = 0.1;
};

using Parameters = std::variant<LogisticRegression, LinearSvc, RidgeRegression, DecisionTree, RandomForest,
                                GradientBoosting>;

/// A parameter's value as in the configuration and the record. "none" is the text "none".
using Value = core::TextVariant<bool, double, std::string>;

/// The allowed values of a parameter. A number must be in [min, max]; an exclusive end is not allowed itself.
struct Range {
  bool number = false;
  bool integer = false;
  bool boolean = false;
  double min = 0;
  double max = 0;
  bool min_exclusive = false;
  bool max_exclusive = false;           ///< only together with min_exclusive
  std::vector<std::string_view> words;  ///< "none", "sqrt", "l2", ...

  /// For messages and documents, words first: "\"sqrt\" or a number above 0 and at most 1".
  std::string text() const;
  /// The same as the detail `expected` of an error, which programs may compare and which therefore stays as
  /// it is: "a number above 0, at most 1 or \"sqrt\"".
  std::string detail() const;
  bool contains(const Value& value) const;
};

struct Field {
  std::string_view name;
  Range range;
  Value default_value;
  std::string_view meaning;           ///< one clause for the documentation, with unit
  std::string_view since;             ///< first version that has it
  std::optional<Value> neutral = {};  ///< has no effect; set if `since` is after the first version
};

/// The family's parameters with their defaults under `task`, names ascending.
std::vector<Field> fields(core::Family family, core::Task task);

struct Profile {
  std::string_view name;
  std::string_view version;
  std::optional<core::Family> family;  ///< absent if the profile is for any family
  std::map<std::string, Value> parameters;
};
/// "default", "fast", "thorough", names ascending.
std::vector<Profile> profiles();

enum class Origin : std::uint8_t { kCaller, kProfile, kDefault };
constexpr std::string_view origin_name(Origin origin) {
  return origin == Origin::kCaller ? "caller" : origin == Origin::kProfile ? "profile" : "default";
}

struct Hyperparameter {
  std::string name;
  Value value;
  Origin origin;
};

/// How the parameters of an earlier version differ from today's. Used to resolve a record of that version.
struct OfThen {
  std::map<std::string, Value> defaults = {};  ///< defaults that differed from today's
  std::map<std::string, Value> unknown =
      {};  ///< parameters that did not exist, with the value that has no effect
};

struct Resolved {
  Parameters parameters;                 ///< the input of training
  std::vector<Hyperparameter> recorded;  ///< for the record: those that apply, names ascending
};

/// Resolves the parameters of `family` for `task`. The caller's values override the profile's, which override
/// the defaults. Errors: UNKNOWN_PARAMETER (suggests near names), PARAMETER_OUT_OF_RANGE (names the range),
/// PARAMETER_NOT_APPLICABLE; details: pointer (/params/<name>), expected, got. A parameter in
/// `of_then.unknown` is neither accepted from the caller (UNKNOWN_PARAMETER) nor recorded.
core::Result<Resolved> resolve(core::Family family, core::Task task,
                               const std::map<std::string, Value>& given,
                               const std::map<std::string, Value>& profile, const OfThen& of_then = {});

}  // namespace rf::params
