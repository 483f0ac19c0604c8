// SPDX-License-Identifier: MIT
// The words: what a person reads when a document does not match its schema.
#include <gtest/gtest.h>

#include "json/parse.hpp"
#include "json/schema.hpp"

namespace rf::json {
namespace {

core::Error error_of(std::string_view document, std::string_view schema) {
  const auto parsed = parse(document);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  auto result = check_schema(*parsed, schema);
  return result.ok() ? core::Error{core::Code::kInternal, "accepted", {}} : result.error();
}

std::string config_message(std::string_view document) {
  return error_of(document, "train_config.v1").message;
}

TEST(SchemaMessage, NamesPointerExpectationAndFind) {
  const core::Error error = error_of(R"({"seed": "x"})", "train_config.v1");
  EXPECT_EQ(error.code, core::Code::kInvalidValue);
  EXPECT_EQ(error.message, "/seed: expected an integer from 0 to 4294967295, found \"x\"");
  EXPECT_EQ(error.details,
            (core::Details{
                {"pointer", "/seed"}, {"expected", "an integer from 0 to 4294967295"}, {"got", "\"x\""}}));
}

TEST(SchemaMessage, DescribesRangesOfNumbers) {
  EXPECT_EQ(config_message(R"({"seed": -1})"), "/seed: expected an integer from 0 to 4294967295, found -1");
  EXPECT_EQ(config_message(R"({"params": {"C": 0}})"),
            "/params/C: expected a number greater than 0, found 0");
  EXPECT_EQ(config_message(R"({"split": {"fraction": 1}})"),
            "/split/fraction: expected a number of at least 0 and less than 1, found 1");
  EXPECT_EQ(config_message(R"({"model": "ridge_regression", "params": {"alpha": -0.5}})"),
            "/params/alpha: expected a number of at least 0, found -0.5");
  EXPECT_EQ(config_message(R"({"model": "random_forest", "params": {"max_samples": 1.5}})"),
            "/params/max_samples: expected a number greater than 0 and at most 1, found 1.5");
}

TEST(SchemaMessage, ListsChoices) {
  EXPECT_EQ(config_message(R"({"task": "cluster"})"),
            "/task: expected one of \"classification\", \"regression\", found \"cluster\"");
  EXPECT_EQ(config_message(R"({"model": "decision_tree", "params": {"max_depth": "deep"}})"),
            "/params/max_depth: expected \"none\" or an integer from 1 to 1000000000, found \"deep\"");
  EXPECT_EQ(config_message(R"({"roles": {"a/b": "label"}})"),
            "/roles/a~1b: expected one of \"feature\", \"group\", \"ignored\", \"time\", \"weight\", found \"label\"");
}

TEST(SchemaMessage, SuggestsTheKeyThatWasMeant) {
  const core::Error error = error_of(R"({"labels": "species"})", "train_config.v1");
  EXPECT_EQ(error.code, core::Code::kUnknownKey);
  EXPECT_EQ(error.message, "/labels: unknown key; did you mean \"label\"?");
  EXPECT_EQ(
      error.details,
      (core::Details{{"pointer", "/labels"},
                     {"expected", "one of label, missing, model, params, profile, roles, seed, split, task"},
                     {"got", "labels"}}));
}

TEST(SchemaMessage, KnowsTheKeysOfTheBranchThatApplies) {
  const core::Error error =
      error_of(R"({"model": "random_forest", "params": {"n_estimator": 5}})", "train_config.v1");
  EXPECT_EQ(error.code, core::Code::kUnknownKey);
  EXPECT_EQ(error.message, "/params/n_estimator: unknown key; did you mean \"n_estimators\"?");
  EXPECT_EQ(error_of(R"({"model": "decision_tree", "params": {"C": 5}})", "train_config.v1").code,
            core::Code::kUnknownKey);
  EXPECT_EQ(error_of(R"({"task": "regression", "params": {"C": 5}})", "train_config.v1").code,
            core::Code::kUnknownKey);
}

TEST(SchemaMessage, SaysThatAMemberIsMissing) {
  const core::Error error = error_of(R"({"schema_version": "run.v1"})", "run.v1");
  EXPECT_EQ(error.code, core::Code::kInvalidValue);
  EXPECT_EQ(error.message, "the member \"artifacts\" is missing");
  EXPECT_EQ(error.details,
            (core::Details{{"pointer", ""}, {"expected", "the member \"artifacts\""}, {"got", "none"}}));
}

TEST(SchemaMessage, SaysThatAMemberDoesNotApply) {
  EXPECT_EQ(config_message(R"({"params": {"C": 1, "penalty": "none"}})"),
            "/params/C: does not go with the rest of the document");
  const core::Error error = error_of(R"({"params": {"C": 1, "penalty": "none"}})", "train_config.v1");
  EXPECT_EQ(error.details,
            (core::Details{{"pointer", "/params/C"}, {"expected", "no such member"}, {"got", "1"}}));
}

TEST(SchemaMessage, NamesTheFormOfATextThatDoesNotFit) {
  EXPECT_EQ(error_of(R"({"timestamp": "2024-01-01"})", "emit_options.v1").message,
            "/timestamp: expected a string of at least 20 characters, found \"2024-01-01\"");
  EXPECT_EQ(error_of(R"({"schema_version": "execution.v1", "runforge_version": "1", "run_id": "x",
                         "created_at": "2024-01-01T12:00:00Z", "run_digest": ")" +
                         std::string(64, '0') + "\"}",
                     "execution.v1")
                .message,
            "/run_id: expected a string that matches ^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$, found \"x\"");
}

TEST(SchemaMessage, LeadsIntoArrays) {
  EXPECT_EQ(error_of(R"({"missing_tokens": ["NA", 7]})", "dataset_options.v1").message,
            "/missing_tokens/1: expected a string, found 7");
  EXPECT_EQ(error_of(R"({"missing_tokens": {}})", "dataset_options.v1").message,
            "/missing_tokens: expected an array, found an object");
}

TEST(SchemaMessage, DescribesTheWholeDocumentWithoutAPointer) {
  EXPECT_EQ(config_message("[1, 2]"), "expected an object, found an array of 2");
}

TEST(SchemaMessage, CutsLongTexts) {
  const std::string message = config_message("{\"task\": \"" + std::string(5000, 'x') + "\"}");
  EXPECT_LT(message.size(), 200U) << message;
}

}  // namespace
}  // namespace rf::json
