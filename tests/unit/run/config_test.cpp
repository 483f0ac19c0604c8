// SPDX-License-Identifier: MIT
#include "run/config.hpp"

#include <gtest/gtest.h>

#include "json/write.hpp"
#include "params/params.hpp"
#include "run/history.hpp"

namespace rf::run {
namespace {

std::string resolved(std::string_view text) {
  const auto config = read_train_config(text);
  return config.ok() ? json::canonical(config->resolved)
                     : std::string(core::code_name(config.error().code)) + ": " + config.error().message;
}

std::string code(std::string_view text) {
  const auto config = read_train_config(text);
  return config.ok() ? "accepted" : std::string(core::code_name(config.error().code));
}

std::string pointer(std::string_view text) {
  const auto config = read_train_config(text);
  if (config.ok()) return "accepted";
  for (const core::Detail& detail : config.error().details)
    if (detail.key == "pointer") return std::get<std::string>(detail.value);
  return "no pointer";
}

TEST(TrainConfigTest, EmptyGivesEveryDefaultExplicitly) {
  const char* const all =
      R"({"label":"label","limits":{"max_classes":1000},"missing":{"policy":"drop_rows"},"model":"logistic_regression",)"
      R"("params":{"C":1,"class_weight":"none","max_iter":1000,"penalty":"l2","tol":1e-8},"roles":{},"seed":42,)"
      R"("split":{"fraction":0.2,"method":"stratified_shuffle"},"task":"classification"})";
  EXPECT_EQ(resolved(""), all);
  EXPECT_EQ(resolved("{}"), all);
}

TEST(TrainConfigTest, ResolvingAgainGivesItself) {
  for (
      const char* text :
      {"{}", R"({"task":"regression"})", R"({"profile":"thorough"})", R"({"profile":"fast","seed":7})",
       R"({"model":"random_forest","task":"regression","params":{"bootstrap":false}})",
       R"({"model":"gradient_boosting","missing":{"policy":"native"},"params":{"early_stopping_rounds":5}})",
       R"({"model":"decision_tree","missing":{"policy":"native"},"roles":{"w":"weight"}})",
       R"({"model":"logistic_regression","params":{"penalty":"none"}})",
       R"({"label":"y","roles":{"a":"ignored","b":"feature"},"missing":{"policy":"fill"},"split":{"method":"shuffle","fraction":0}})"}) {
    const std::string once = resolved(text);
    EXPECT_EQ(resolved(once), once) << text;
  }
}

TEST(TrainConfigTest, ClassesAreLimitedUnlessThereAreNone) {
  for (const char* text : {"{}", R"({"limits":{}})", R"({"limits":{"max_classes":1000}})"})
    EXPECT_EQ(read_train_config(text)->max_classes, 1000u) << text;
  EXPECT_EQ(read_train_config(R"({"limits":{"max_classes":2500}})")->max_classes, 2500u);
  for (const char* text : {R"({"limits":{"max_classes":1}})", R"({"limits":{"max_classes":2501}})",
                           R"({"limits":{"max_classes":"none"}})", R"({"limits":7})"})
    EXPECT_EQ(code(text), "INVALID_VALUE") << text;
  EXPECT_EQ(code(R"({"limits":{"max_rows":7}})"), "UNKNOWN_KEY");
  const char* const regression = R"({"task":"regression","limits":{"max_classes":7}})";
  EXPECT_EQ(code(regression), "PARAMETER_NOT_APPLICABLE");
  EXPECT_EQ(pointer(regression), "/limits/max_classes");
  EXPECT_EQ(json::at(read_train_config(R"({"task":"regression"})")->resolved, "/limits"), nullptr);
}

TEST(TrainConfigTest, AVersionBeforeTheLimitTookAnyNumberOfClasses) {
  const artifact::History history = product_history();
  const artifact::AsOf first(history, history.releases.front());
  for (const char* text : {"{}", R"({"task":"regression"})"}) {
    const auto config = read_train_config(text, first);
    ASSERT_TRUE(config.ok()) << config.error().message;
    EXPECT_EQ(config->max_classes, std::nullopt);
    EXPECT_EQ(json::at(config->resolved, "/limits"), nullptr);
    EXPECT_EQ(json::canonical(config->requested), text);
  }
  for (const char* text :
       {R"({"limits":{"max_classes":7}})", R"({"limits":{"max_classes":"none"}})", R"({"limits":{}})"}) {
    const auto config = read_train_config(text, first);
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.error().code, core::Code::kUnknownKey);
  }
  // Nobody asks for the value of then in a record of now.
  EXPECT_FALSE(
      read_train_config(R"({"limits":{"max_classes":"none"}})", artifact::AsOf(history, history.running()))
          .ok());
}

TEST(TrainConfigTest, RequestedIsWhatTheCallerGave) {
  const auto config = read_train_config(R"({ "seed": 7, "model": "linear_svc" })");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(json::canonical(config->requested), R"({"model":"linear_svc","seed":7})");
}

TEST(TrainConfigTest, TaskAndModelSettleEachOther) {
  EXPECT_EQ(read_train_config(R"({"task":"regression"})")->family, core::Family::kRidgeRegression);
  EXPECT_EQ(read_train_config(R"({"model":"ridge_regression"})")->task, core::Task::kRegression);
  EXPECT_EQ(read_train_config(R"({"model":"random_forest"})")->task, core::Task::kClassification);
  EXPECT_EQ(read_train_config(R"({"profile":"thorough"})")->family, core::Family::kRandomForest);
  EXPECT_EQ(code(R"({"model":"ridge_regression","task":"classification"})"), "TASK_NOT_SUPPORTED");
  EXPECT_EQ(code(R"({"model":"linear_svc","task":"regression"})"), "TASK_NOT_SUPPORTED");
}

TEST(TrainConfigTest, MistakesAreNamed) {
  EXPECT_EQ(resolved(R"({"sed":1})"),
            "UNKNOWN_KEY: the training configuration has no key \"sed\"; did you mean \"seed\"?");
  EXPECT_EQ(resolved(R"({"model":"random_forrest"})"),
            "UNKNOWN_MODEL: there is no model family \"random_forrest\" among decision_tree, "
            "gradient_boosting, linear_svc, "
            "logistic_regression, random_forest and ridge_regression; did you mean \"random_forest\"?");
  EXPECT_EQ(code(R"({"profile":"quick"})"), "UNKNOWN_PROFILE");
  for (const char* takes_missing : {R"("model":"gradient_boosting")", R"("model":"random_forest")",
                                    R"("model":"decision_tree")", R"("profile":"thorough")"})
    EXPECT_EQ(code("{" + std::string(takes_missing) + R"(,"missing":{"policy":"native"}})"), "accepted");
  EXPECT_EQ(
      resolved(R"({"model":"linear_svc","missing":{"policy":"native"}})"),
      "INVALID_VALUE: model \"linear_svc\" cannot take missing values as they are; use policy \"fill\", or "
      "a family of trees: decision_tree, random_forest or gradient_boosting");
  EXPECT_EQ(code(R"({"profile":"fast","model":"random_forest"})"), "PROFILE_CONFLICT");
  EXPECT_EQ(code("["), "INVALID_JSON");
  EXPECT_EQ(code("[]"), "INVALID_VALUE");
  EXPECT_EQ(code(R"({"seed":1,"seed":2})"), "INVALID_JSON");
  EXPECT_EQ(code(R"({"params":{"C":[1]}})"), "INVALID_VALUE");
  EXPECT_EQ(code(R"({"task":"regression","split":{"method":"stratified_shuffle"}})"), "INVALID_VALUE");
  EXPECT_EQ(code(R"({"label":"y","roles":{"y":"ignored"}})"), "INVALID_VALUE");
}

TEST(TrainConfigTest, MistakesPointIntoTheDocument) {
  EXPECT_EQ(pointer(R"({"seed":-1})"), "/seed");
  EXPECT_EQ(pointer(R"({"seed":4294967296})"), "/seed");
  EXPECT_EQ(pointer(R"({"seed":1.5})"), "/seed");
  EXPECT_EQ(pointer(R"({"missing":{"policy":"native"}})"), "/missing/policy");
  EXPECT_EQ(pointer(R"({"missing":{"polcy":"fill"}})"), "/missing/polcy");
  EXPECT_EQ(pointer(R"({"split":{"fraction":1}})"), "/split/fraction");
  EXPECT_EQ(pointer(R"({"roles":{"a":"label"}})"), "/roles/a");
  EXPECT_EQ(pointer(R"({"label":3})"), "/label");
  EXPECT_EQ(pointer(R"({"model":3})"), "/model");
  EXPECT_EQ(pointer(R"({"params":{"C":0}})"), "/params/C");
  EXPECT_EQ(pointer(R"({"params":3})"), "/params");
}

TEST(TrainConfigTest, PoliciesOfColumnsResolveBesideTheGeneralOne) {
  const std::string text = resolved(R"({"missing":{"columns":{"b":"error","a":"fill"}}})");
  EXPECT_NE(text.find(R"("missing":{"columns":{"a":"fill","b":"error"},"policy":"drop_rows"})"),
            std::string::npos)
      << text;
  EXPECT_EQ(resolved(text), text);
  EXPECT_EQ(resolved(R"({"missing":{"columns":{}}})"), resolved("{}"));
  EXPECT_EQ(code(R"({"model":"gradient_boosting","missing":{"policy":"fill","columns":{"a":"native"}}})"),
            "accepted");
  EXPECT_EQ(code(R"({"roles":{"w":"weight"},"missing":{"columns":{"w":"error"}}})"), "accepted");
}

TEST(TrainConfigTest, PoliciesOfColumnsThatCannotApplyAreNamed) {
  EXPECT_EQ(pointer(R"({"missing":{"columns":{"a/b":"native"}}})"), "/missing/columns/a~1b");
  EXPECT_EQ(pointer(R"({"missing":{"columns":{"a":"guess"}}})"), "/missing/columns/a");
  EXPECT_EQ(pointer(R"({"missing":{"columns":{"a":1}}})"), "/missing/columns/a");
  EXPECT_EQ(pointer(R"({"missing":{"columns":[]}})"), "/missing/columns");
  EXPECT_EQ(resolved(R"({"label":"y","missing":{"columns":{"y":"fill"}}})"),
            "PARAMETER_NOT_APPLICABLE: a missing policy does not apply: column \"y\" is the label, and a row "
            "without "
            "a label is always left out");
  for (const char* text :
       {R"({"roles":{"a":"ignored"},"missing":{"columns":{"a":"fill"}}})",
        R"({"roles":{"a":"weight"},"missing":{"columns":{"a":"fill"}}})",
        R"({"roles":{"a":"group"},"split":{"method":"group"},"missing":{"columns":{"a":"error"}}})",
        R"({"split":{"method":"predefined","column":"a"},"missing":{"columns":{"a":"error"}}})"}) {
    EXPECT_EQ(code(text), "PARAMETER_NOT_APPLICABLE") << text;
    EXPECT_EQ(pointer(text), "/missing/columns/a") << text;
  }
}

TEST(TrainConfigTest, SplitsByColumnsResolveWithTheirColumns) {
  const std::string group = resolved(R"({"roles":{"g":"group","w":"weight"},"split":{"method":"group"}})");
  EXPECT_NE(group.find(R"("roles":{"g":"group","w":"weight"})"), std::string::npos) << group;
  EXPECT_NE(group.find(R"("split":{"fraction":0.2,"method":"group"})"), std::string::npos) << group;
  const std::string predefined =
      resolved(R"({"split":{"method":"predefined","column":"side"},"task":"regression"})");
  EXPECT_NE(predefined.find(R"("split":{"column":"side","method":"predefined"})"), std::string::npos)
      << predefined;
  for (const std::string& text :
       {group, predefined, resolved(R"({"roles":{"t":"time"},"split":{"method":"time"}})")})
    EXPECT_EQ(resolved(text), text);
}

TEST(TrainConfigTest, RolesAndSplitsThatDoNotBelongTogetherAreNamed) {
  EXPECT_EQ(resolved(R"({"split":{"method":"group"}})"),
            R"(INVALID_VALUE: split method "group" needs a column with the role group)");
  EXPECT_EQ(
      resolved(R"({"split":{"method":"time"},"roles":{"t":"group"}})"),
      R"(PARAMETER_NOT_APPLICABLE: the role group applies to split method "group" only, not to "time")");
  EXPECT_EQ(resolved(R"({"roles":{"t":"time"}})"),
            "PARAMETER_NOT_APPLICABLE: the role time applies to split method "
            "\"time\" only, not to \"stratified_shuffle\"");
  EXPECT_EQ(resolved(R"({"roles":{"a":"weight","b":"weight"}})"),
            R"(INVALID_VALUE: at most one column can have the role weight, found "a" and "b")");
  EXPECT_EQ(
      resolved(R"({"split":{"method":"predefined"}})"),
      R"(INVALID_VALUE: split method "predefined" needs split.column, the column that says train or validation)");
  EXPECT_EQ(resolved(R"({"split":{"column":"s"}})"),
            R"(PARAMETER_NOT_APPLICABLE: split.column applies to split method "predefined" only)");
  EXPECT_EQ(pointer(R"({"split":{"method":"predefined","column":"s","fraction":0.5}})"), "/split/fraction");
  EXPECT_EQ(pointer(R"({"split":{"method":"predefined","column":"s"},"roles":{"s":"feature"}})"),
            "/split/column");
  EXPECT_EQ(pointer(R"({"split":{"method":"predefined","column":"label"}})"), "/split/column");
  EXPECT_EQ(code(R"({"split":{"method":"stratified"}})"), "INVALID_VALUE");
  for (const core::FamilyInfo& family : core::kFamilies)
    EXPECT_EQ(code(R"({"model":")" + std::string(family.name) + R"(","roles":{"w":"weight"}})"), "accepted");
  EXPECT_EQ(code(R"({"split":7})"), "INVALID_VALUE");
  EXPECT_EQ(code(R"({"roles":{"a":"label"}})"), "INVALID_VALUE");
}

}  // namespace
}  // namespace rf::run
