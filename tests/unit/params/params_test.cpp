// SPDX-License-Identifier: MIT
// Defaults, ranges and applicability of every family's parameters, and that the published schema says the
// same.
#include "params/params.hpp"

#include <gtest/gtest.h>

#include "json/schema.hpp"

namespace rf::params {
namespace {

using core::Code;
using core::Family;
using core::Task;

Value recorded(const Resolved& resolved, const std::string& name) {
  for (const Hyperparameter& parameter : resolved.recorded)
    if (parameter.name == name) return parameter.value;
  ADD_FAILURE() << name << " is not recorded";
  return false;
}

TEST(ParamsTest, FamiliesAndFieldsAscendByName) {
  std::string_view before_family;
  std::size_t number = 0;
  for (const core::FamilyInfo& family : core::kFamilies) {
    EXPECT_LT(before_family, family.name);
    EXPECT_EQ(static_cast<std::size_t>(family.family), number++) << family.name;
    EXPECT_EQ(family.links.has_value(), family.form != core::Form::kForest) << family.name;
    before_family = family.name;
    for (const Task task : {Task::kClassification, Task::kRegression}) {
      std::string_view before;
      for (const Field& field : fields(family.family, task)) {
        EXPECT_LT(before, field.name) << family.name;
        EXPECT_TRUE(field.range.contains(field.default_value)) << family.name << " " << field.name;
        before = field.name;
      }
    }
  }
}

TEST(ParamsTest, DefaultsAreThoseOfTheContract) {
  const Resolved logistic = *resolve(Family::kLogisticRegression, Task::kClassification, {}, {});
  EXPECT_EQ(recorded(logistic, "C"), Value(1.0));
  EXPECT_EQ(recorded(logistic, "penalty"), Value("l2"));
  EXPECT_EQ(recorded(logistic, "class_weight"), Value("none"));
  EXPECT_EQ(recorded(logistic, "max_iter"), Value(1000.0));
  EXPECT_EQ(recorded(logistic, "tol"), Value(1e-8));
  EXPECT_EQ(logistic.recorded.size(), 5u) << "l1_ratio does not apply with l2 and is not recorded";

  const Resolved forest = *resolve(Family::kRandomForest, Task::kClassification, {}, {});
  EXPECT_EQ(recorded(forest, "n_estimators"), Value(100.0));
  EXPECT_EQ(recorded(forest, "max_depth"), Value("none"));
  EXPECT_EQ(recorded(forest, "max_features"), Value("sqrt"));
  EXPECT_EQ(recorded(forest, "max_samples"), Value(1.0));
  EXPECT_EQ(recorded(*resolve(Family::kRandomForest, Task::kRegression, {}, {}), "max_features"), Value(1.0));
  EXPECT_EQ(recorded(*resolve(Family::kDecisionTree, Task::kRegression, {}, {}), "max_depth"), Value(5.0));
  EXPECT_EQ(recorded(*resolve(Family::kRidgeRegression, Task::kRegression, {}, {}), "alpha"), Value(1.0));
}

TEST(ParamsTest, GivenValuesReachTheStruct) {
  const Resolved resolved = *resolve(Family::kRandomForest, Task::kClassification,
                                     {{"max_depth", 7.0},
                                      {"max_features", 0.25},
                                      {"bootstrap", false},
                                      {"class_weight", "balanced"},
                                      {"max_bins", 16.0},
                                      {"min_samples_leaf", 3.0},
                                      {"min_samples_split", 4.0},
                                      {"n_estimators", 9.0}},
                                     {});
  const auto& forest = std::get<RandomForest>(resolved.parameters);
  EXPECT_EQ(forest.max_depth, 7u);
  EXPECT_FALSE(forest.max_features.sqrt);
  EXPECT_EQ(forest.max_features.fraction, 0.25);
  EXPECT_FALSE(forest.bootstrap);
  EXPECT_EQ(forest.class_weight, ClassWeight::kBalanced);
  EXPECT_EQ(forest.max_bins, 16u);
  EXPECT_EQ(forest.min_samples_leaf, 3u);
  EXPECT_EQ(forest.min_samples_split, 4u);
  EXPECT_EQ(forest.n_estimators, 9u);
}

TEST(ParamsTest, CallerBeatsProfileBeatsDefault) {
  const Resolved resolved = *resolve(Family::kRandomForest, Task::kClassification, {{"max_depth", 3.0}},
                                     {{"max_depth", 10.0}, {"n_estimators", 200.0}});
  for (const Hyperparameter& parameter : resolved.recorded) {
    if (parameter.name == "max_depth")
      EXPECT_EQ(parameter.origin, Origin::kCaller);
    else if (parameter.name == "n_estimators")
      EXPECT_EQ(parameter.origin, Origin::kProfile);
    else
      EXPECT_EQ(parameter.origin, Origin::kDefault) << parameter.name;
  }
  EXPECT_EQ(recorded(resolved, "max_depth"), Value(3.0));
  EXPECT_EQ(recorded(resolved, "n_estimators"), Value(200.0));
}

TEST(ParamsTest, UnknownNamesSuggestNearOnes) {
  const auto result = resolve(Family::kRandomForest, Task::kClassification, {{"n_estimator", 10.0}}, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnknownParameter);
  EXPECT_EQ(result.error().message,
            "random_forest has no parameter \"n_estimator\"; did you mean \"n_estimators\"?");
}

TEST(ParamsTest, OutOfRangeNamesTheRange) {
  const auto refused = [](Family family, Task task, std::string name, Value value) {
    const auto result = resolve(family, task, {{std::move(name), std::move(value)}}, {});
    if (result.ok()) return std::string("accepted");
    EXPECT_EQ(result.error().code, Code::kParameterOutOfRange);
    return result.error().message;
  };
  const Task c = Task::kClassification;
  EXPECT_EQ(refused(Family::kLogisticRegression, c, "C", 0.0),
            "parameter \"C\" of logistic_regression must be a number above 0, found 0");
  EXPECT_EQ(refused(Family::kLogisticRegression, c, "penalty", "l3"),
            "parameter \"penalty\" of logistic_regression must be \"l2\", \"l1\", \"elasticnet\" or "
            "\"none\", found "
            "\"l3\"");
  EXPECT_EQ(refused(Family::kRandomForest, c, "max_bins", 256.0),
            "parameter \"max_bins\" of random_forest must be a whole number from 2 to 255, found 256");
  EXPECT_EQ(refused(Family::kRandomForest, c, "max_depth", 2.5),
            "parameter \"max_depth\" of random_forest must be \"none\" or a whole number from 1 to "
            "1000000000, found 2.5");
  EXPECT_EQ(refused(Family::kRandomForest, c, "max_features", 1.5),
            "parameter \"max_features\" of random_forest must be \"sqrt\" or a number above 0 and at most 1, "
            "found 1.5");
  EXPECT_EQ(refused(Family::kRandomForest, c, "max_samples", 1.5),
            "parameter \"max_samples\" of random_forest must be a number above 0 and at most 1, found 1.5");
  EXPECT_EQ(refused(Family::kGradientBoosting, c, "early_stopping_fraction", 1.0),
            "parameter \"early_stopping_fraction\" of gradient_boosting must be a number above 0 and below "
            "1, found 1");
  EXPECT_EQ(refused(Family::kRandomForest, c, "bootstrap", "yes"),
            "parameter \"bootstrap\" of random_forest must be true or false, found \"yes\"");
  EXPECT_EQ(refused(Family::kRidgeRegression, Task::kRegression, "alpha", -1.0),
            "parameter \"alpha\" of ridge_regression must be a number, at least 0, found -1");
}

TEST(ParamsTest, TheDetailOfARangeStaysAsVersion010WroteIt) {
  const auto expected = [](std::string name, Value value) {
    const auto result =
        resolve(Family::kRandomForest, Task::kClassification, {{std::move(name), std::move(value)}}, {});
    for (const core::Detail& detail : result.error().details)
      if (detail.key == "expected") return std::get<std::string>(detail.value);
    return std::string("absent");
  };
  EXPECT_EQ(expected("max_features", 1.5), "a number above 0, at most 1 or \"sqrt\"");
  EXPECT_EQ(expected("max_depth", 2.5), "a whole number from 1 to 1000000000 or \"none\"");
  EXPECT_EQ(expected("bootstrap", 2.5), "true or false");
}

TEST(ParamsTest, ParametersThatDoNotApplyAreRefused) {
  const auto code = [](Family family, Task task, const std::map<std::string, Value>& given) {
    const auto result = resolve(family, task, given, {});
    return result.ok() ? std::string_view("accepted") : core::code_name(result.error().code);
  };
  const Task c = Task::kClassification;
  EXPECT_EQ(code(Family::kLogisticRegression, c, {{"l1_ratio", 0.5}}), "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(code(Family::kLogisticRegression, c, {{"l1_ratio", 0.5}, {"penalty", "elasticnet"}}), "accepted");
  EXPECT_EQ(code(Family::kLogisticRegression, c, {{"C", 1.0}, {"penalty", "none"}}),
            "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(code(Family::kRandomForest, c, {{"bootstrap", false}, {"max_samples", 0.5}}),
            "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(code(Family::kRandomForest, Task::kRegression, {{"class_weight", "balanced"}}),
            "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(code(Family::kGradientBoosting, c, {{"early_stopping_fraction", 0.2}}),
            "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(
      code(Family::kGradientBoosting, c, {{"early_stopping_fraction", 0.2}, {"early_stopping_rounds", 5.0}}),
      "accepted");
}

TEST(ParamsTest, ResolvingWhatWasRecordedGivesItAgain) {
  for (const core::FamilyInfo& family : core::kFamilies) {
    const Task task = family.classification ? Task::kClassification : Task::kRegression;
    const Resolved first = *resolve(family.family, task, {}, {});
    std::map<std::string, Value> given;
    for (const Hyperparameter& parameter : first.recorded) given[parameter.name] = parameter.value;
    const auto second = resolve(family.family, task, given, {});
    ASSERT_TRUE(second.ok()) << family.name;
    ASSERT_EQ(second->recorded.size(), first.recorded.size());
    for (std::size_t i = 0; i < first.recorded.size(); ++i)
      EXPECT_EQ(second->recorded[i].value, first.recorded[i].value) << family.name;
  }
}

TEST(ParamsTest, ProfilesAreAcceptedByTheirFamilies) {
  for (const Profile& profile : profiles()) {
    if (!profile.family) continue;
    EXPECT_TRUE(resolve(*profile.family, Task::kClassification, profile.parameters, {}).ok()) << profile.name;
  }
}

/// A parameter list with what the parameter needs to apply at all.
json::Value document(const core::FamilyInfo& family, Task task, std::string_view name, const Value& value) {
  json::Value parameters = json::Value::object();
  if (name == "l1_ratio") parameters.set("penalty", "elasticnet");
  if (name == "early_stopping_fraction") parameters.set("early_stopping_rounds", 5);
  std::visit([&](const auto& given) { parameters.set(std::string(name), given); }, value);
  return json::Value::object()
      .set("model", family.name)
      .set("task", core::task_name(task))
      .set("params", std::move(parameters));
}

TEST(ParamsTest, TheSchemaDrawsTheSameRanges) {
  for (const core::FamilyInfo& family : core::kFamilies) {
    const Task task = family.classification ? Task::kClassification : Task::kRegression;
    for (const Field& field : fields(family.family, task)) {
      std::vector<Value> probes = {
          field.default_value, true, "no such word", 0.0, 0.5, 1.0, 1.5, -1.0, 2.0, 255.0, 256.0};
      for (const std::string_view word : field.range.words) probes.push_back(std::string(word));
      for (const double end : {field.range.min, field.range.max}) {
        probes.push_back(end);
        probes.push_back(end - 1);
        probes.push_back(end + 1);
      }
      for (const Value& probe : probes) {
        if (field.name == "penalty" && probe == Value("elasticnet")) continue;
        const bool accepted =
            json::check_schema(document(family, task, field.name, probe), "train_config.v1").ok();
        EXPECT_EQ(accepted, field.range.contains(probe))
            << family.name << " " << field.name << " probe " << probe.index() << " "
            << (std::holds_alternative<double>(probe) ? std::get<double>(probe) : -0.0);
      }
    }
    const json::Value unknown = document(family, task, "no_such_parameter", 1.0);
    EXPECT_FALSE(json::check_schema(unknown, "train_config.v1").ok()) << family.name;
  }
}

}  // namespace
}  // namespace rf::params
