// SPDX-License-Identifier: MIT
// One visit function per family defines everything about its parameters. The tables of fields, the defaults,
// the resolution and the record are all made by visiting. tests/unit/params pins the tables and compares them
// with the schema.
#include "params/params.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/mutant.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::params {
namespace {

constexpr std::string_view kFirst = "0.1.0";

constexpr double kMostCount = 1'000'000'000;

Range above_zero() {
  return {.number = true,
          .min = 0,
          .max = std::numeric_limits<double>::max(),
          .min_exclusive = true,
          .words = {}};
}
Range zero_or_more() {
  return {.number = true, .min = 0, .max = std::numeric_limits<double>::max(), .words = {}};
}
Range unit_interval() {
  return {.number = true, .min = 0, .max = 1, .words = {}};
}
Range share(std::vector<std::string_view> words = {}) {
  return {.number = true, .min = 0, .max = 1, .min_exclusive = true, .words = std::move(words)};
}
Range share_below_one() {
  return {.number = true, .min = 0, .max = 1, .min_exclusive = true, .max_exclusive = true, .words = {}};
}
Range whole(double min, double max, std::vector<std::string_view> words = {}) {
  return {.number = true, .integer = true, .min = min, .max = max, .words = std::move(words)};
}
Range word(std::vector<std::string_view> words) {
  return {.words = std::move(words)};
}
Range flag() {
  return {.boolean = true, .words = {}};
}

// Converts fields to values and back. A value to assign has passed Range::contains.

constexpr std::array<std::pair<Penalty, std::string_view>, 4> kPenaltyWords = {
    {{Penalty::kL2, "l2"},
     {Penalty::kL1, "l1"},
     {Penalty::kElasticNet, "elasticnet"},
     {Penalty::kNone, "none"}}};
constexpr std::array<std::pair<ClassWeight, std::string_view>, 2> kClassWeightWords = {
    {{ClassWeight::kNone, "none"}, {ClassWeight::kBalanced, "balanced"}}};

template <class Choice, std::size_t n>
Value word_of(Choice choice, const std::array<std::pair<Choice, std::string_view>, n>& words) {
  for (const auto& [candidate, text] : words)
    if (candidate == choice) return std::string(text);
  return std::string();
}
template <class Choice, std::size_t n>
Choice choice_of(const Value& value, const std::array<std::pair<Choice, std::string_view>, n>& words) {
  for (const auto& [candidate, text] : words)
    if (text == std::get<std::string>(value)) return candidate;
  return words[0].first;
}

Value to_value(double field) {
  return field;
}
Value to_value(bool field) {
  return field;
}
Value to_value(std::uint32_t field) {
  return static_cast<double>(field);
}
Value to_value(const std::optional<std::uint32_t>& field) {
  return field ? to_value(*field) : Value("none");
}
Value to_value(Penalty field) {
  return word_of(field, kPenaltyWords);
}
Value to_value(ClassWeight field) {
  return word_of(field, kClassWeightWords);
}
Value to_value(const MaxFeatures& field) {
  return field.sqrt ? Value("sqrt") : Value(field.fraction);
}

void assign(double& field, const Value& value) {
  field = std::get<double>(value);
}
void assign(bool& field, const Value& value) {
  field = std::get<bool>(value);
}
void assign(std::uint32_t& field, const Value& value) {
  field = static_cast<std::uint32_t>(std::get<double>(value));
}
void assign(std::optional<std::uint32_t>& field, const Value& value) {
  if (std::holds_alternative<std::string>(value)) return field.reset();
  assign(field.emplace(), value);
}
void assign(Penalty& field, const Value& value) {
  field = choice_of(value, kPenaltyWords);
}
void assign(ClassWeight& field, const Value& value) {
  field = choice_of(value, kClassWeightWords);
}
void assign(MaxFeatures& field, const Value& value) {
  field.sqrt = std::holds_alternative<std::string>(value);
  if (!field.sqrt) assign(field.fraction, value);
}

/// For a parameter that came after the first version: that version, and the value that has no effect.
struct Since {
  std::string_view version = kFirst;
  std::optional<Value> neutral = {};
};

// visit(parameters, task, f) calls f(name, field, range, applies, meaning) for each parameter, names
// ascending. A parameter that came after the first version adds a Since.

constexpr std::string_view kClassWeightMeaning =
    "weights of the classes; balanced: rows / (classes * rows of the class)";
constexpr std::string_view kMaxIterMeaning = "most outer iterations of the solver";
constexpr std::string_view kTolMeaning =
    "stop when the largest gradient entry is at most tol times the larger of 1 and its size at zero";
constexpr std::string_view kMaxBinsMeaning =
    "most bins of a numeric column, most separate levels of a category";

template <class Visitor>
void visit(LogisticRegression& p, core::Task, Visitor&& field) {
  field("C", p.C, above_zero(), p.penalty != Penalty::kNone, "weight of the loss against the penalty");
  field("class_weight", p.class_weight, word({"none", "balanced"}), true, kClassWeightMeaning);
  field("l1_ratio", p.l1_ratio, unit_interval(), p.penalty == Penalty::kElasticNet,
        "share of the l1 penalty under elasticnet");
  field("max_iter", p.max_iter, whole(1, kMostCount), true, kMaxIterMeaning);
  field("penalty", p.penalty, word({"l2", "l1", "elasticnet", "none"}), true, "penalty on the coefficients");
  field("tol", p.tol, above_zero(), true, kTolMeaning);
}

template <class Visitor>
void visit(LinearSvc& p, core::Task, Visitor&& field) {
  field("C", p.C, above_zero(), true, "weight of the loss against the penalty");
  field("class_weight", p.class_weight, word({"none", "balanced"}), true, kClassWeightMeaning);
  field("max_iter", p.max_iter, whole(1, kMostCount), true, kMaxIterMeaning);
  field("tol", p.tol, above_zero(), true, kTolMeaning);
}

template <class Visitor>
void visit(RidgeRegression& p, core::Task, Visitor&& field) {
  field("alpha", p.alpha, zero_or_more(), true, "weight of the squared penalty; 0 is plain least squares");
}

template <class Visitor>
void visit(DecisionTree& p, core::Task, Visitor&& field) {
  field("max_bins", p.max_bins, whole(2, 255), true, kMaxBinsMeaning);
  field("max_depth", p.max_depth, whole(1, kMostCount, {"none"}), true,
        "most splits from the root to a leaf");
  field("max_leaves", p.max_leaves, whole(2, kMostCount, {"none"}), true,
        "most leaves; splits of the largest gain come first");
  field("min_samples_leaf", p.min_samples_leaf, whole(1, kMostCount), true, "fewest rows in a leaf");
}

template <class Visitor>
void visit(RandomForest& p, core::Task task, Visitor&& field) {
  field("bootstrap", p.bootstrap, flag(), true, "whether each tree draws its rows with replacement");
  field("class_weight", p.class_weight, word({"none", "balanced"}), task == core::Task::kClassification,
        kClassWeightMeaning);
  field("max_bins", p.max_bins, whole(2, 255), true, kMaxBinsMeaning);
  field("max_depth", p.max_depth, whole(1, kMostCount, {"none"}), true,
        "most splits from the root to a leaf");
  field("max_features", p.max_features, share({"sqrt"}), true,
        "columns tried at a split: a share of them, or sqrt for the square root of their number");
  field("max_samples", p.max_samples, share(), p.bootstrap,
        "rows drawn for a tree, as a share of the training rows");
  field("min_samples_leaf", p.min_samples_leaf, whole(1, kMostCount), true, "fewest rows in a leaf");
  field("min_samples_split", p.min_samples_split, whole(2, kMostCount), true,
        "fewest rows in a node that is split");
  field("n_estimators", p.n_estimators, whole(1, 1'000'000), true, "number of trees");
}

template <class Visitor>
void visit(GradientBoosting& p, core::Task, Visitor&& field) {
  field("colsample", p.colsample, share(), true, "columns that a tree may use, as a share of them");
  field("early_stopping_fraction", p.early_stopping_fraction, share_below_one(),
        p.early_stopping_rounds.has_value(),
        "training rows held out to judge early stopping, as a share of them");
  field("early_stopping_rounds", p.early_stopping_rounds, whole(1, kMostCount, {"none"}), true,
        "stop when the loss on held-out training rows has not fallen for this many rounds");
  field("l2", p.l2, zero_or_more(), true, "squared penalty on leaf values");
  field("learning_rate", p.learning_rate, share(), true, "factor of every tree's leaf values");
  field("max_bins", p.max_bins, whole(2, 255), true, kMaxBinsMeaning);
  field("max_depth", p.max_depth, whole(1, kMostCount, {"none"}), true,
        "most splits from the root to a leaf");
  field("max_leaves", p.max_leaves, whole(2, kMostCount, {"none"}), true,
        "most leaves of a tree; splits of the largest gain come first");
  field("min_gain", p.min_gain, zero_or_more(), true, "a split must gain more than this");
  field("min_samples_leaf", p.min_samples_leaf, whole(1, kMostCount), true, "fewest rows in a leaf");
  field("n_estimators", p.n_estimators, whole(1, 1'000'000), true,
        "number of rounds; a round is a tree, or one per class");
  field("subsample", p.subsample, share(), true,
        "rows drawn for a round, without replacement, as a share of them");
}

Parameters defaults(core::Family family, core::Task task) {
  switch (family) {
    case core::Family::kDecisionTree:
      return DecisionTree{};
    case core::Family::kGradientBoosting:
      return GradientBoosting{};
    case core::Family::kLinearSvc:
      return LinearSvc{};
    case core::Family::kRandomForest: {
      RandomForest forest;
      forest.max_features.sqrt = task == core::Task::kClassification;
      return forest;
    }
    case core::Family::kRidgeRegression:
      return RidgeRegression{};
    case core::Family::kLogisticRegression:
      break;
  }
  return LogisticRegression{};
}

template <class Visitor>
void visit_any(Parameters& parameters, core::Task task, Visitor&& field) {
  std::visit([&](auto& family) { visit(family, task, field); }, parameters);
}

std::string value_text(const Value& value) {
  if (const bool* flag_value = std::get_if<bool>(&value)) return *flag_value ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return core::number_text(*number);
  return core::quoted(std::get<std::string>(value));
}

core::Error parameter_error(core::Code code, std::string message, std::string_view name, std::string expected,
                            const Value& got) {
  return {code,
          std::move(message),
          {{"pointer", "/params/" + std::string(name)},
           {"expected", std::move(expected)},
           {"got", value_text(got)}}};
}

core::Error not_applicable(std::string_view name, std::string_view family, core::Task task,
                           const Value& got) {
  std::string why = "the other choices made";
  if (name == "l1_ratio") why = "another penalty than \"elasticnet\"";
  if (name == "C") why = "penalty \"none\"";
  if (name == "early_stopping_fraction") why = "early_stopping_rounds \"none\"";
  if (name == "max_samples") why = "bootstrap false";
  if (name == "class_weight") why = "task " + std::string(core::task_name(task));
  return parameter_error(
      core::Code::kParameterNotApplicable,
      "parameter \"" + std::string(name) + "\" of " + std::string(family) + " does not apply with " + why,
      name, "no value", got);
}

/// `at_most` joins the ends of a range that does not contain its lower one.
std::string numbers_text(const Range& range, std::string_view at_most) {
  const std::string noun = range.integer ? "a whole number" : "a number";
  const std::string min = core::number_text(range.min);
  const std::string max = core::number_text(range.max);
  const bool bounded = range.max < std::numeric_limits<double>::max();
  if (range.min_exclusive && !bounded) return noun + " above " + min;
  if (range.min_exclusive)
    return noun + " above " + min + std::string(range.max_exclusive ? " and below " : at_most) + max;
  return noun + (bounded ? " from " + min + " to " + max : ", at least " + min);
}

std::vector<std::string> quoted_words(const std::vector<std::string_view>& words) {
  std::vector<std::string> parts;
  for (const std::string_view word : words) parts.push_back("\"" + std::string(word) + "\"");
  return parts;
}

/// "a", "a or b", "a, b or c"
std::string alternatives(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " or " : ", ") + parts[i];
  return text;
}

}  // namespace

std::string Range::text() const {
  std::vector<std::string> parts = quoted_words(words);
  if (boolean) parts.push_back("true or false");
  if (number) parts.push_back(numbers_text(*this, " and at most "));
  return alternatives(parts);
}

std::string Range::detail() const {
  std::vector<std::string> parts = quoted_words(words);
  if (number) parts.insert(parts.begin(), numbers_text(*this, ", at most "));
  if (boolean) parts.insert(parts.begin(), "true or false");
  return alternatives(parts);
}

bool Range::contains(const Value& value) const {
  if (std::holds_alternative<bool>(value)) return boolean;
  if (const auto* given = std::get_if<std::string>(&value))
    return std::find(words.begin(), words.end(), *given) != words.end();
  const double given = std::get<double>(value);
  if (!number || !(given >= min && given <= max)) return false;
  if ((min_exclusive && given == min) || (max_exclusive && given == max)) return false;
  return !integer || given == std::floor(given);
}

std::vector<Field> fields(core::Family family, core::Task task) {
  std::vector<Field> all;
  Parameters parameters = defaults(family, task);
  visit_any(parameters, task,
            [&](std::string_view name, auto& field, Range range, bool, std::string_view meaning,
                const Since& since = {}) {
              all.push_back({name, std::move(range), to_value(field), meaning, since.version, since.neutral});
            });
  return all;
}

std::vector<Profile> profiles() {
  return {{"default", "1.0", std::nullopt, {}},
          {"fast", "1.0", core::Family::kLogisticRegression, {{"max_iter", 50.0}}},
          {"thorough", "1.0", core::Family::kRandomForest, {{"max_depth", 10.0}, {"n_estimators", 200.0}}}};
}

core::Result<Resolved> resolve(core::Family family, core::Task task,
                               const std::map<std::string, Value>& given,
                               const std::map<std::string, Value>& profile, const OfThen& of_then) {
  const std::string of(core::family_name(family));
  Resolved resolved{defaults(family, task), {}};
  std::vector<std::string> names;
  std::optional<core::Error> error;

  visit_any(resolved.parameters, task,
            [&](std::string_view name_view, auto& field, const Range& range, bool, std::string_view,
                const Since& = {}) {
              if (const auto neutral = of_then.unknown.find(std::string(name_view));
                  neutral != of_then.unknown.end())
                return assign(field, neutral->second);
              const std::string& name = names.emplace_back(name_view);
              if (const auto earlier = of_then.defaults.find(name); earlier != of_then.defaults.end())
                assign(field, earlier->second);
              if (const auto from_profile = profile.find(name); from_profile != profile.end())
                assign(field, from_profile->second);
              const auto from_caller = given.find(name);
              if (from_caller == given.end() || error) return;
              if (range.contains(from_caller->second)) return assign(field, from_caller->second);
              error = parameter_error(core::Code::kParameterOutOfRange,
                                      "parameter \"" + name + "\" of " + of + " must be " + range.text() +
                                          ", found " + value_text(from_caller->second),
                                      name, range.detail(), from_caller->second);
            });
  for (const auto& [name, value] : given)
    if (std::find(names.begin(), names.end(), name) == names.end())
      return parameter_error(core::Code::kUnknownParameter,
                             of + " has no parameter \"" + name + "\"" + core::did_you_mean(name, names),
                             name, "a parameter of " + of, value);
  if (error) return *std::move(error);

  // Which parameters apply is known only after all choices are made.
  visit_any(resolved.parameters, task,
            [&](std::string_view name_view, auto& field, const Range&, bool applies, std::string_view,
                const Since& = {}) {
              const std::string name(name_view);
              if (of_then.unknown.contains(name)) return;
              const auto from_caller = given.find(name);
              if (applies) {
                const Origin origin = from_caller != given.end() ? Origin::kCaller
                                      : profile.contains(name)   ? Origin::kProfile
                                                                 : Origin::kDefault;
                resolved.recorded.push_back({name, to_value(field), origin});
              } else if (RF_MUTANT(parameter_without_effect_is_taken, from_caller != given.end(), false) &&
                         !error) {
                error = not_applicable(name, of, task, from_caller->second);
              }
            });
  if (error) return *std::move(error);
  return resolved;
}

}  // namespace rf::params
