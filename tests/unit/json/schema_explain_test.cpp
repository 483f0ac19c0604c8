// SPDX-License-Identifier: MIT
// The words: what a person reads when a document does not match its schema.
#include <gtest/gtest.h>

#include <limits>

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
            "/roles/a~1b: expected one of \"feature\", \"group\", \"ignored\", \"time\", \"weight\", found "
            "\"label\"");
}

TEST(SchemaMessage, SuggestsTheKeyThatWasMeant) {
  const core::Error error = error_of(R"({"labels": "species"})", "train_config.v1");
  EXPECT_EQ(error.code, core::Code::kUnknownKey);
  EXPECT_EQ(error.message, "/labels: unknown key; did you mean \"label\"?");
  EXPECT_EQ(
      error.details,
      (core::Details{
          {"pointer", "/labels"},
          {"expected", "one of label, limits, missing, model, params, profile, roles, seed, split, task"},
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

// Keywords that no published schema uses yet.
TEST(SchemaMessage, HasWordsForEveryKeyword) {
  const auto message = [](std::string_view document, std::string_view schema) {
    const auto result = check_schema_text(*parse(document), schema);
    return result.ok() ? "accepted" : result.error().message;
  };
  EXPECT_EQ(message("\"abc\"", R"({"maxLength": 1})"),
            "expected a value of at most 1 character, found \"abc\"");
  EXPECT_EQ(message("\"abc\"", R"({"type": "string", "minLength": 1, "maxLength": 2})"),
            "expected a string of at least 1 and at most 2 characters, found \"abc\"");
  EXPECT_EQ(message("{}", R"({"type": "object", "minProperties": 1})"),
            "expected an object of at least 1 member, found an object");
  EXPECT_EQ(message("[1, 1]", R"({"type": "array", "uniqueItems": true})"),
            "expected an array without equal elements, found an array of 2");
  EXPECT_EQ(message("[1]", R"({"type": "array", "contains": {"const": 2}})"),
            "expected an array with an element of the right form, found an array of 1");
  EXPECT_EQ(message(R"({"A": 1})", R"({"type": "object", "propertyNames": {"pattern": "^[a-z]$"}})"),
            "expected an object with member names of the right form, found an object");
  EXPECT_EQ(message(R"({"a": 1})", R"({"type": "object", "dependencies": {"a": ["b"]}})"),
            "expected an object with every member that its other members require, found an object");
  EXPECT_EQ(message("3", R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})"),
            "expected just one of: an integer; a value of at least 2, found 3");
  EXPECT_EQ(message("null", R"({"not": {"type": "null"}})"), "expected a value but not null, found null");
  EXPECT_EQ(message(R"({"x1": "a"})", R"({"patternProperties": {"^x": {"type": "integer"}}})"),
            "/x1: expected an integer, found \"a\"");
  EXPECT_EQ(message(R"({"x1": "a"})", R"({"patternProperties": {"^x": false}})"),
            "/x1: does not go with the rest of the document");
  EXPECT_EQ(message("[1, 2]", R"({"items": [{"type": "integer"}, false]})"),
            "/1: expected no value, found 2");
}

// The parser gives none, the library's own documents might.
TEST(SchemaMessage, NamesANumberThatIsNotFinite) {
  for (const double number :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(check_schema_text(Value(number), R"({"type": "integer"})").error().message,
              "expected an integer, found a number that is not finite");
  }
}

// As closed objects and enums are explained; words that only an open place takes are not named.
TEST(SchemaMessage, NamesWhatIsKnownAtAnOpenPlace) {
  const core::Error member = error_of(R"({"datset": {}})", "run.v2");
  EXPECT_EQ(member.code, core::Code::kUnknownKey);
  EXPECT_EQ(member.message, "/datset: unknown key; did you mean \"dataset\"?");
  const core::Error word = error_of(R"({"split": {"method": "stratified"}})", "run.v2");
  EXPECT_EQ(word.code, core::Code::kInvalidValue);
  EXPECT_EQ(word.message,
            "/split/method: expected one of \"group\", \"predefined\", \"shuffle\", \"stratified_shuffle\", "
            "\"time\", found \"stratified\"");
  EXPECT_EQ(error_of(R"({"dataset": {"source": {"quote": "'"}}})", "run.v2").message,
            "/dataset/source/quote: expected \"\\\"\", found \"'\"");
  EXPECT_EQ(error_of(R"({"diagnostics": [{"details": {"share": 0.5}}]})", "run.v2").message,
            "/diagnostics/0/details/share: expected an integer or a string, found 0.5");
  const char* beside_all_of =
      R"({"allOf": [{"type": "string"}], "$comment": "open", "anyOf": [{"enum": ["a"]}, {"minLength": 1}]})";
  EXPECT_EQ(check_schema_text(Value("b"), beside_all_of).error().message, "expected \"a\", found \"b\"");
}

TEST(SchemaMessage, SaysWhatEvenALaterVersionMayNotWrite) {
  const auto message = [](std::string_view document) {
    const auto result = check_schema_open(*parse(document), "run.v2");
    return result.ok() ? "accepted" : result.error().message;
  };
  EXPECT_EQ(message(R"({"task": "regression", "model_family": "linear_svc"})"),
            "/model_family: expected a value but not one of \"linear_svc\", \"logistic_regression\", found "
            "\"linear_svc\"");
  EXPECT_EQ(message(R"({"split": {"method": "Later"}})"),
            "/split/method: expected one of \"group\", \"predefined\", \"shuffle\", \"stratified_shuffle\", "
            "\"time\" or a string that matches ^[a-z][a-z0-9_]{0,63}$, found \"Later\"");
}

TEST(SchemaMessage, CutsLongTexts) {
  const std::string message = config_message("{\"task\": \"" + std::string(5000, 'x') + "\"}");
  EXPECT_LT(message.size(), 200U) << message;
}

}  // namespace
}  // namespace rf::json
