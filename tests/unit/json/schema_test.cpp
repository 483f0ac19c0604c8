// SPDX-License-Identifier: MIT
// The verdicts. The pairs in tests/schemas/keywords.json and the documents in tests/schemas/instances are
// judged here by the library, and by python3-jsonschema and ajv in tests/schemas/check_schemas.py.
#include "json/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "core/codes.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(RUNFORGE_TEST_DATA_DIR).parent_path() / "schemas";

Value read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto parsed = parse(text);
  if (!parsed.ok()) ADD_FAILURE() << path << ": " << parsed.error().message;
  return parsed.ok() ? std::move(parsed).value() : Value();
}

TEST(CheckSchema, JudgesEveryKeywordAsStated) {
  const Value pairs = read_file(kFolder / "keywords.json");
  ASSERT_GT(pairs.as_array().size(), 20U);
  for (const Value& pair : pairs.as_array()) {
    const std::string schema = canonical(*pair.find("schema"));
    for (const Value& instance : pair.find("valid")->as_array()) {
      const auto result = check_schema_text(instance, schema);
      EXPECT_TRUE(result.ok()) << schema << " should accept " << canonical(instance) << ": "
                               << result.error().message;
    }
    for (const Value& instance : pair.find("invalid")->as_array()) {
      const auto result = check_schema_text(instance, schema);
      ASSERT_FALSE(result.ok()) << schema << " should refuse " << canonical(instance);
      EXPECT_NE(result.error().code, core::Code::kInternal) << result.error().message;
    }
  }
}

/// A refusal says where, what was expected and what was found, in our words and not the validator's.
void expect_full_message(const core::Error& error, const fs::path& file) {
  ASSERT_EQ(error.details.size(), 3U) << file;
  EXPECT_EQ(error.details[0].key, "pointer");
  EXPECT_EQ(error.details[1].key, "expected");
  EXPECT_EQ(error.details[2].key, "got");
  for (const char* foreign_word : {"constraint", "Failed"}) {
    EXPECT_EQ(error.message.find(foreign_word), std::string::npos) << file << ": " << error.message;
  }
}

void expect_verdict(const core::Result<>& result, bool is_valid, const fs::path& file) {
  EXPECT_EQ(result.ok(), is_valid) << file << (result.ok() ? "" : ": " + result.error().message);
  if (!result.ok()) expect_full_message(result.error(), file);
}

// later-*.json: what a later version may write, valid where open places are open.
TEST(CheckSchema, JudgesEveryInstanceAsItsNameSaysAndSaysWhy) {
  std::size_t n_checked = 0;
  for (const auto& file : fs::recursive_directory_iterator(kFolder / "instances")) {
    if (file.path().extension() != ".json") continue;
    const std::string schema = file.path().parent_path().filename();
    const std::string name = file.path().filename();
    const std::string word = name.substr(0, name.find('-'));
    ASSERT_TRUE(word == "valid" || word == "invalid" || word == "later") << file.path();
    const Value document = read_file(file.path());
    expect_verdict(check_schema(document, schema), word == "valid", file.path());
    expect_verdict(check_schema_open(document, schema), word != "invalid", file.path());
    ++n_checked;
  }
  EXPECT_GT(n_checked, 100U);
}

/// "c" where the closed check accepts, "o" where the open one does.
std::string accepted_by(std::string_view schema, std::string_view document) {
  const Value value = *parse(document);
  return std::string(check_schema_text(value, schema).ok() ? "c" : "") +
         (check_schema_text_open(value, schema).ok() ? "o" : "");
}

TEST(CheckSchema, ClosesAnOpenObjectToMembersThatNothingNames) {
  const std::string schema =
      R"({"$comment": "open", "properties": {"a": {"type": "integer"}}, "patternProperties": {"^x": true}})";
  EXPECT_EQ(accepted_by(schema, R"({"a": 1, "x1": 2})"), "co");
  EXPECT_EQ(accepted_by(schema, R"({"a": 1, "b": 2})"), "o");
  EXPECT_EQ(accepted_by(schema, R"({"a": "1"})"), "");
  EXPECT_EQ(accepted_by(schema, "[1]"), "co");
}

TEST(CheckSchema, ClosesAnOpenAnyOfToItsFirstSchema) {
  const std::string schema =
      R"({"allOf": [{"type": "string"}],
          "$comment": "open: later words", "anyOf": [{"enum": ["a", 1]}, {"pattern": "^[a-c]$"}, {"const": "d"}]})";
  EXPECT_EQ(accepted_by(schema, R"("a")"), "co");
  EXPECT_EQ(accepted_by(schema, R"("b")"), "o");
  EXPECT_EQ(accepted_by(schema, R"("d")"), "o");
  EXPECT_EQ(accepted_by(schema, R"("e")"), "");
  EXPECT_EQ(accepted_by(schema, "1"), "");
  EXPECT_EQ(accepted_by(R"({"anyOf": [{"enum": ["a"]}, {"const": "b"}]})", R"("b")"), "co");
}

// What stands beside an open place, or refers to it, judges as it would anywhere.
TEST(CheckSchema, JudgesConditionsBesideOpenPlaces) {
  const std::string schema =
      R"({"$comment": "open", "properties": {"kind": {"$ref": "#/definitions/kind"}, "size": true},
    "if": {"required": ["kind"], "properties": {"kind": {"enum": ["known"]}}}, "then": {"required": ["size"]},
    "definitions": {"kind": {"$comment": "open", "anyOf": [{"enum": ["known", "other"]}, {"type": "string"}]}}})";
  EXPECT_EQ(accepted_by(schema, R"({"kind": "known", "size": 1})"), "co");
  EXPECT_EQ(accepted_by(schema, R"({"kind": "known"})"), "");
  EXPECT_EQ(accepted_by(schema, R"({"kind": "other"})"), "co");
  EXPECT_EQ(accepted_by(schema, R"({"kind": "later"})"), "o");
  EXPECT_EQ(accepted_by(schema, R"({"kind": "other", "later": 1})"), "o");
}

TEST(CheckSchema, ReportsASchemaItCannotUseAsOurFault) {
  EXPECT_EQ(check_schema(Value(), "no_such.v1").error().code, core::Code::kInternal);
  EXPECT_EQ(check_schema_open(Value(), "no_such.v1").error().code, core::Code::kInternal);
  EXPECT_EQ(check_schema_text(Value(), R"({"$ref": "#/definitions/gone"})").error().code,
            core::Code::kInternal);
  EXPECT_EQ(check_schema_text(Value(), R"({"type": "strnig"})").error().code, core::Code::kInternal);
}

TEST(Schemas, AreThoseOfTheFolderNamesAscending) {
  std::set<std::string> names;
  for (const auto& file : fs::directory_iterator(kFolder.parent_path().parent_path() / "schemas")) {
    const std::string name = file.path().filename().string();
    const std::size_t end = name.find(".schema.json");
    if (end != std::string::npos) names.insert(name.substr(0, end));
  }
  std::vector<std::string> embedded;
  for (const EmbeddedSchema& schema : schemas()) embedded.emplace_back(schema.name);
  EXPECT_EQ(embedded, std::vector<std::string>(names.begin(), names.end()));
  EXPECT_EQ(schema_text("no_such.v1"), nullptr);
}

TEST(Schemas, AreTheVeryFiles) {
  for (const EmbeddedSchema& schema : schemas()) {
    const fs::path path =
        kFolder.parent_path().parent_path() / "schemas" / (std::string(schema.name) + ".schema.json");
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_EQ(text, schema.text) << schema.name;
    EXPECT_EQ(schema_text(schema.name), schema.text);
  }
}

TEST(Schemas, ListTheDiagnosticsOfTheOneTable) {
  Value expected = Value::array();
  std::set<std::string> names;
  for (const core::CodeInfo& info : core::kCodeTable) {
    if (info.status == core::Status::kOk) names.emplace(info.name);
  }
  for (const std::string& name : names) expected.push(name);
  for (const char* schema : {"inspect.v2", "predict_report.v1", "run.v2"}) {
    const Value parsed = *parse(schema_text(schema));
    const Value& known =
        parsed.find("definitions")->find("diagnostic_code")->find("anyOf")->as_array().front();
    EXPECT_EQ(canonical(*known.find("enum")), canonical(expected)) << schema;
  }
}

// run.v1 is what version 0.1.0 wrote: its words stay, and none comes to them.
TEST(Schemas, KeepTheDiagnosticsThatRunV1Names) {
  const Value parsed = *parse(schema_text("run.v1"));
  const Value& words = *parsed.find("definitions")->find("diagnostic_code")->find("enum");
  EXPECT_EQ(words.as_array().size(), 26U);
  for (const Value& word : words.as_array()) {
    EXPECT_TRUE(std::any_of(core::kCodeTable.begin(), core::kCodeTable.end(),
                            [&](const core::CodeInfo& info) {
                              return info.status == core::Status::kOk && info.name == word.as_string();
                            }))
        << word.as_string();
  }
}

// A matcher that recurses with the text would end here.
TEST(CheckSchema, SurvivesAVeryLongTextWhereADigestBelongs) {
  for (const char* schema : {"run.v1", "run.v2", "interpretability.index.v1"}) {
    Value document =
        Value().set("schema_version", schema).set("input_digest", std::string(std::size_t{1} << 20, 'a'));
    EXPECT_EQ(check_schema(document, schema).error().code, core::Code::kInvalidValue);
  }
  const Value problem = Value().set("problem", Value().set("code", std::string(std::size_t{1} << 20, 'A')));
  EXPECT_EQ(check_schema(problem, "inspect.v2").error().code, core::Code::kInvalidValue);
}

// Processor time. The bound is ten times what a build under AddressSanitizer needs, so that only another
// order of growth fails; the release build's time stands in the test's output.
TEST(CheckSchema, TakesMillisecondsForARunRecord) {
  const Value run = read_file(kFolder / "instances" / "run.v2" / "valid-logistic-regression.json");
  const std::clock_t start = std::clock();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(check_schema(run, "run.v2").ok());
  const double milliseconds = 100.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  RecordProperty("milliseconds_per_check", std::to_string(milliseconds));
  EXPECT_LT(milliseconds, 500);
}

TEST(CheckSchema, IsLeftOnceTheCallerAsksToStop) {
  std::atomic<bool> stop = true;
  core::MonitorHooks hooks;
  hooks.cancel = &stop;
  const core::Monitor monitor(hooks);
  const Value run = read_file(kFolder / "instances" / "run.v2" / "valid-logistic-regression.json");
  EXPECT_EQ(check_schema(run, "run.v2", &monitor).error().code, core::Code::kCancelled);
  EXPECT_EQ(check_schema(Value(), "run.v2", &monitor).error().code, core::Code::kCancelled)
      << "what was not checked is not refused";
  stop = false;
  EXPECT_TRUE(check_schema(run, "run.v2", &monitor).ok());
  EXPECT_EQ(check_schema(Value(), "run.v2", &monitor).error().code, core::Code::kInvalidValue);
}

TEST(CheckSchema, TakesLongListsOfFeatures) {
  Value document =
      *parse(R"({"schema_version":"linear_coefficients.v1","runforge_version":"1","num_features":1,
    "coefficient_space":"standardized","model_family":"ridge_regression","intercepts":[{"intercept":0}],
    "top_k_by_class":[{"top_features":["a"]}],"coefficients_by_class":[]})");
  Value features = Value::array();
  for (int i = 0; i < 5000; ++i) {
    features.push(
        Value().set("name", "x").set("coefficient", 1).set("abs_coefficient", 1).set("rank", i + 1));
  }
  document.set("coefficients_by_class", Value().push(Value().set("features", std::move(features))));
  EXPECT_TRUE(check_schema(document, "linear_coefficients.v1").ok());
}

}  // namespace
}  // namespace rf::json
