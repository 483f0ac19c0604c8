// SPDX-License-Identifier: MIT
// Prints the closed sets of the library as one JSON document, from the tables that the code itself uses:
// families and their parameters, diagnostics, errors, roles, policies, split methods, result files.
// schemas/generate.py writes them into the schemas and into the tool.
#include <cstdio>
#include <limits>
#include <map>
#include <string>

#include "artifact/run_files.hpp"
#include "core/codes.hpp"
#include "core/family.hpp"
#include "core/number_text.hpp"
#include "core/vocabulary.hpp"
#include "json/write.hpp"
#include "params/params.hpp"
#include "run/config.hpp"
#include "run/history.hpp"
#include "table/dataset.hpp"
#include "table/selection.hpp"

namespace {

using rf::core::Explanation;
using rf::core::FamilyInfo;
using rf::core::Task;
using rf::json::Value;
using rf::params::Field;
using rf::params::Range;

std::string text_of(const rf::params::Value& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return rf::core::number_text(*number);
  return std::get<std::string>(value);
}

Value number_schema(const Range& range) {
  Value schema;
  schema.set("type", range.integer ? "integer" : "number");
  schema.set(range.min_exclusive ? "exclusiveMinimum" : "minimum", range.min);
  if (range.max < std::numeric_limits<double>::max())
    schema.set(range.max_exclusive ? "exclusiveMaximum" : "maximum", range.max);
  return schema;
}

Value range_schema(const Range& range) {
  if (range.boolean) return Value::object().set("type", "boolean");
  Value words = Value::array();
  // In the order of the alphabet, as all sets of words in the schemas.
  std::map<std::string, bool> sorted;
  for (const std::string_view word : range.words) sorted[std::string(word)] = true;
  for (const auto& entry : sorted) words.push(entry.first);
  if (!range.number) return Value::object().set("enum", std::move(words));
  if (range.words.empty()) return number_schema(range);
  const Value word = words.as_array().size() == 1 ? Value::object().set("const", words.as_array().front())
                                                  : Value::object().set("enum", words);
  return Value::object().set("anyOf", Value::array().push(word).push(number_schema(range)));
}

/// Which parameters a family has does not depend on the task; a default may.
Value parameters_of(const FamilyInfo& family) {
  const auto first =
      rf::params::fields(family.family, family.classification ? Task::kClassification : Task::kRegression);
  const auto second =
      rf::params::fields(family.family, family.regression ? Task::kRegression : Task::kClassification);
  Value members = Value::object();
  for (std::size_t i = 0; i < first.size(); ++i) {
    const Field& field = first[i];
    std::string meaning(field.meaning);
    meaning[0] =
        static_cast<char>(meaning[0] >= 'a' && meaning[0] <= 'z' ? meaning[0] - 'a' + 'A' : meaning[0]);
    meaning += ". Default: " + text_of(field.default_value);
    if (second[i].default_value != field.default_value)
      meaning += ", for regression " + text_of(second[i].default_value);
    members.set(std::string(field.name), range_schema(field.range).set("description", meaning + "."));
  }
  return members;
}

template <class Rows, class Word>
Value words(const Rows& rows, const Word& word) {
  std::map<std::string, bool> sorted;
  for (const auto& row : rows)
    if (const std::string text(word(row)); !text.empty()) sorted[text] = true;
  Value list = Value::array();
  for (const auto& entry : sorted) list.push(entry.first);
  return list;
}

template <class Choose>
Value families_that(const Choose& choose) {
  return words(rf::core::kFamilies,
               [&](const FamilyInfo& family) { return choose(family) ? family.name : std::string_view(); });
}

const char* task_word(const FamilyInfo& family) {
  return !family.regression ? "classification" : !family.classification ? "regression" : "both";
}

Value family_rows() {
  Value rows = Value::array();
  for (const FamilyInfo& family : rf::core::kFamilies)
    rows.push(Value::object()
                  .set("name", family.name)
                  .set("tasks", task_word(family))
                  .set("meaning", family.meaning));
  return rows;
}

Value file_rows() {
  using rf::artifact::Plane;
  Value rows = Value::array();
  for (const rf::artifact::RunFile& file : rf::artifact::kRunFiles) {
    const char* when = file.explanation == Explanation::kCoefficients ? "linear families"
                       : file.explanation == Explanation::kImportance ? "tree families"
                       : file.plane == Plane::kSignature              ? "signed runs"
                                                                      : "";
    rows.push(Value::object()
                  .set("name", file.name)
                  .set("schema", file.schema)
                  .set("plane", file.plane == Plane::kResult ? "result" : "occurrence")
                  .set("purpose", file.purpose)
                  .set("holds", file.holds)
                  .set("when", when));
  }
  return rows;
}

Value missing_tokens() {
  Value tokens = Value::array();
  for (const std::string& token : rf::table::ReadingOptions{}.missing_tokens) tokens.push(token);
  return tokens;
}

Value catalogue() {
  using namespace rf;
  Value sets;
  sets.set("families", families_that([](const FamilyInfo&) { return true; }))
      .set("families_classification", families_that([](const FamilyInfo& one) { return one.classification; }))
      .set("families_regression", families_that([](const FamilyInfo& one) { return one.regression; }))
      .set("families_classification_only",
           families_that([](const FamilyInfo& one) { return one.classification && !one.regression; }))
      .set("families_regression_only",
           families_that([](const FamilyInfo& one) { return one.regression && !one.classification; }))
      .set("families_native_missing", families_that([](const FamilyInfo& one) { return one.native_missing; }))
      .set("families_linear",
           families_that([](const FamilyInfo& one) { return one.explanation == Explanation::kCoefficients; }))
      .set("families_linear_classification", families_that([](const FamilyInfo& one) {
             return one.explanation == Explanation::kCoefficients && one.classification;
           }))
      .set("families_trees",
           families_that([](const FamilyInfo& one) { return one.explanation == Explanation::kImportance; }))
      .set("diagnostics", words(core::kCodeTable,
                                [](const core::CodeInfo& info) {
                                  return info.status == core::Status::kOk ? info.name : std::string_view();
                                }))
      .set("roles", words(table::kRoleWords, [](const table::RoleWord& row) { return row.word; }))
      .set("roles_declared", words(table::kRoleWords,
                                   [](const table::RoleWord& row) {
                                     return row.may_be_declared ? row.word : std::string_view();
                                   }))
      .set("missing_policies", words(core::kMissingPolicies, core::missing_policy_name))
      .set("split_methods", words(run::kSplitMethods, run::split_method_name))
      .set("profiles", words(params::profiles(), [](const params::Profile& one) { return one.name; }))
      .set("result_schemas",
           words(run::product_history().running().files,
                 [](const artifact::ReleaseFile& file) { return std::string_view(file.schema); }));
  Value parameters = Value::object();
  for (const FamilyInfo& family : core::kFamilies)
    parameters.set(std::string(family.name), parameters_of(family));
  Value errors = Value::array();
  for (const core::CodeInfo& info : core::kCodeTable) {
    if (info.status != core::Status::kOk)
      errors.push(Value::object().set("code", info.name).set("status", static_cast<int>(info.status)));
  }
  return Value::object()
      .set("sets", sets)
      .set("parameters", parameters)
      .set("families", family_rows())
      .set("run_files", file_rows())
      .set("missing_tokens", missing_tokens())
      .set("errors", errors);
}

}  // namespace

int main() {
  const std::string text = rf::json::pretty(catalogue());
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
