// SPDX-License-Identifier: MIT
// Every diagnostic of real trainings, descriptions and predictions keeps its message when the recorded one is
// thrown away, and its details have only keys of the table.
#include "core/messages.hpp"

#include <set>
#include <string>
#include <string_view>

#include "audit/record.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/inspect.hpp"
#include "run/predict.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

/// The diagnostics without what they say.
json::Value stripped(const json::Value& diagnostics) {
  json::Value bare = json::Value::array();
  for (json::Value entry : diagnostics.as_array()) {
    entry.as_object().erase("message");
    bare.push(std::move(entry));
  }
  return bare;
}

void expect_keys_of_the_table(const json::Value& diagnostic) {
  const std::string& name = diagnostic.find("code")->as_string();
  const json::Value* details = diagnostic.find("details");
  if (details == nullptr) return;
  for (const auto& [key, value] : details->as_object()) {
    bool known = false;
    for (std::size_t i = 0; i < core::kCodeTable.size(); ++i)
      known = known || (core::kCodeTable[i].name == name &&
                        !core::detail_since(static_cast<core::Code>(i), key).empty());
    EXPECT_TRUE(known) << name << " has a key that the table lacks: " << key;
  }
}

/// "CODE" or "CODE reason" of each diagnostic of the document.
std::set<std::string> codes_of(const json::Value& document) {
  std::set<std::string> codes;
  for (const json::Value& diagnostic : document.find("diagnostics")->as_array()) {
    std::string name = diagnostic.find("code")->as_string();
    const json::Value* details = diagnostic.find("details");
    for (const char* word : {"reason", "match"}) {
      const json::Value* value = details == nullptr ? nullptr : details->find(word);
      if (value != nullptr) name += " " + value->as_string();
    }
    codes.insert(name);
  }
  return codes;
}

/// The document as a reader has it says what it said, from code, severity and details alone.
std::set<std::string> expect_rebuilt(const std::string& text) {
  const json::Value document = *json::parse(text);
  const json::Value& diagnostics = *document.find("diagnostics");
  EXPECT_EQ(json::canonical(artifact::with_messages(stripped(diagnostics))), json::canonical(diagnostics));
  for (const json::Value& diagnostic : diagnostics.as_array()) expect_keys_of_the_table(diagnostic);
  return codes_of(document);
}

std::set<std::string> recorded(const LoadedDataset& dataset, std::string_view config) {
  const auto run = train_on(dataset, config);
  const artifact::File* record = run->find("run.json");
  if (record == nullptr) return {};
  return expect_rebuilt(record->bytes);
}

std::set<std::string> described(const LoadedDataset& dataset, std::string_view config) {
  OwnContext own;
  const auto read = read_train_config(config);
  EXPECT_TRUE(read.ok()) << read.error().message;
  const auto description = inspect(dataset, *read, own.context);
  EXPECT_TRUE(description.ok());
  return expect_rebuilt(json::pretty(*description));
}

using Codes = std::set<std::string>;

bool holds(const Codes& all, const Codes& wanted) {
  for (const std::string& code : wanted) {
    if (!all.contains(code)) return false;
  }
  return true;
}

#define EXPECT_TOLD(wanted, told) EXPECT_TRUE(holds(told, wanted)) << testing::PrintToString(told)

/// A table of `n` rows; `row` writes one without its line end.
template <class Row>
std::shared_ptr<const LoadedDataset> table(const std::string& header, int n, Row row) {
  std::string csv = header + "\n";
  for (int i = 0; i < n; ++i) csv += row(i) + "\n";
  return load_text(csv);
}

std::string n(int value) {
  return std::to_string(value);
}

TEST(Messages, OfMissingValuesAreMadeOfTheirDetails) {
  const auto titanic = load_test_data("titanic.csv");
  const Codes common = {"IDENTIFIER_COLUMN_IGNORED", "ROW_NUMBER_COLUMN", "NUMBERS_IN_TEXT"};
  const Codes dropped = recorded(*titanic, R"({"label":"Survived"})");
  EXPECT_TOLD(common, dropped);
  EXPECT_TOLD((Codes{"MISSING_VALUES_DROPPED", "DROPPED_MANY_ROWS"}), dropped);
  const Codes filled = recorded(*titanic, R"({"label":"Survived","missing":{"policy":"fill"}})");
  EXPECT_TOLD((Codes{"MISSING_VALUES_FILLED", "UNKNOWN_LEVEL", "HIGH_CARDINALITY_CATEGORY"}), filled);
  recorded(*titanic,
           R"({"label":"Fare","task":"regression","model":"random_forest","missing":{"policy":"native"},)"
           R"("params":{"n_estimators":3}})");
  recorded(*titanic, R"({"label":"Survived","missing":{"policy":"fill","columns":{"Age":"drop_rows"}}})");
}

TEST(Messages, OfEqualLossesDoNotHangOnTheOrderOfColumns) {
  const auto dataset = table("z,m,a,k,y", 40, [](int i) {
    return (i == 1 ? "" : n(i % 7)) + "," + (i == 2 ? "" : n(i % 5)) + "," + (i == 3 ? "" : n(i % 3)) + "," +
           (i == 4 || i == 5 ? "" : n(i % 4)) + "," + n(i % 2);
  });
  const auto run = train_on(*dataset, R"({"label":"y"})");
  const std::string& record = run->find("run.json")->bytes;
  EXPECT_NE(record.find(R"(\"k\" (2 rows), \"a\" (1 row), \"m\" (1 row), ...)"), std::string::npos) << record;
  EXPECT_TOLD((Codes{"MISSING_VALUES_DROPPED"}), expect_rebuilt(record));
}

TEST(Messages, OfTextColumnsAreMadeOfTheirDetails) {
  const auto dataset = table("date,code,comma,group,mixed,odd,some,wide,y", 40, [](int i) {
    return std::string("2024-01-") + n(10 + i % 9) + ",0" + n(i % 4) + ",\"" + n(i % 5) + ",5\",\"1," +
           n(100 + i % 3) + "\"," +
           (i % 3 == 0   ? "true"
            : i % 3 == 1 ? "yes"
                         : "1") +
           "," + (i == 7 ? "x" : n(i % 4)) + "," + (i % 2 == 0 ? "a" : "4") + "," +
           (i == 3 ? "9007199254740993" : "1") + "," + n(i / 3 % 2);
  });
  const Codes all = {"DATES_AS_TEXT", "LEADING_ZEROS",      "DECIMAL_COMMA",   "THOUSANDS_SEPARATOR",
                     "MIXED_KINDS",   "TEXT_AMONG_NUMBERS", "NUMBERS_IN_TEXT", "INTEGER_TOO_WIDE"};
  EXPECT_TOLD(all, recorded(*dataset, R"({"label":"y"})"));
  EXPECT_TOLD(all, described(*dataset, R"({"label":"y"})"));
}

TEST(Messages, OfFeaturesThatTellTheLabelAreMadeOfTheirDetails) {
  const auto twin =
      table("x,noise,y", 40, [](int i) { return n(i % 4) + "," + n(i * 7 % 11) + "," + n(i % 4 / 2); });
  EXPECT_TOLD((Codes{"FEATURE_MATCHES_LABEL determines"}), described(*twin, R"({"label":"y"})"));
  const auto close = table("x,y", 40, [](int i) { return n(i * 1000) + "," + n(i * 1000 + i % 3); });
  EXPECT_TOLD((Codes{"FEATURE_MATCHES_LABEL correlates"}),
              described(*close, R"({"label":"y","task":"regression"})"));
}

TEST(Messages, OfLinearSolversAreMadeOfTheirDetails) {
  EXPECT_TOLD(
      (Codes{"NOT_CONVERGED iteration_limit"}),
      recorded(*load_test_data("breast_cancer.csv"), R"({"label":"diagnosis","params":{"max_iter":2}})"));
  const auto apart = table("x,c,y", 40, [](int i) { return n(i) + ",1," + n(i / 20); });
  EXPECT_TOLD((Codes{"NOT_CONVERGED separated", "CONSTANT_FEATURE"}),
              recorded(*apart, R"({"label":"y","params":{"penalty":"none"}})"));
  const auto twice = table("a,b,c,y", 40, [](int i) {
    return n(i % 7) + "," + n(i % 7) + "," + n(i % 5) + "," + n((i % 7) * 3 + i % 2);
  });
  EXPECT_TOLD((Codes{"RANK_DEFICIENT"}),
              recorded(*twice, R"({"label":"y","task":"regression","params":{"alpha":0}})"));
}

TEST(Messages, OfBoostingAreMadeOfTheirDetails) {
  for (const char* window : {"1", "4"}) {
    const Codes told = recorded(*load_test_data("diabetes.csv"),
                                R"({"label":"progression","task":"regression","model":"gradient_boosting",)"
                                R"("params":{"n_estimators":4,"early_stopping_rounds":)" +
                                    std::string(window) + "}}");
    EXPECT_TOLD((Codes{"NOT_CONVERGED"}), told);
  }
}

TEST(Messages, OfSplitsAndMetricsAreMadeOfTheirDetails) {
  const auto one_class = table("x,side,y", 40, [](int i) {
    return n(i % 9) + "," + (i >= 30 ? "validation" : "train") + "," + n(i >= 30 ? 1 : i % 2);
  });
  const std::string predefined = R"("split":{"method":"predefined","column":"side"})";
  EXPECT_TOLD((Codes{"METRIC_UNDEFINED one_class", "DUPLICATE_ROWS_ACROSS_SPLIT"}),
              recorded(*one_class, R"({"label":"y",)" + predefined + "}"));
  const auto one_row = table(
      "x,side,y", 10, [](int i) { return n(i % 9) + "," + (i == 9 ? "validation" : "train") + "," + n(i); });
  EXPECT_TOLD((Codes{"METRIC_UNDEFINED one_row"}),
              recorded(*one_row, R"({"label":"y","task":"regression",)" + predefined + "}"));
  const auto huge = table("x,side,y", 12, [](int i) {
    return n(i % 9) + "," + (i >= 8 ? "validation,-1.7e308" : i % 2 ? "train,1.7e308" : "train,1.6e308");
  });
  EXPECT_TOLD(
      (Codes{"METRIC_UNDEFINED beyond_range"}),
      recorded(*huge, R"({"label":"y","task":"regression","model":"decision_tree",)" + predefined + "}"));
  const auto rare = table("x,y", 12, [](int i) { return n(i) + "," + (i == 0 ? "c" : i % 2 ? "a" : "b"); });
  Codes told;
  for (int seed = 0; seed < 20 && told.empty(); ++seed) {
    const std::string config = R"({"label":"y","seed":)" + n(seed) + "}";
    if (try_train(*rare, config).ok()) told = recorded(*rare, config);
  }
  EXPECT_TOLD((Codes{"SPLIT_NOT_STRATIFIED"}), told);
}

TEST(Messages, OfPredictionsAreMadeOfTheirDetails) {
  const auto run = train_on(*load_test_data("titanic.csv"),
                            R"({"label":"Survived","roles":{"Cabin":"ignored","Ticket":"ignored"}})");
  const auto loaded = audit::model_of(*run);
  ASSERT_TRUE(loaded.ok());
  const auto rows = load_text(
      "PassengerId,Pclass,Sex,Age,SibSp,Parch,Fare,Embarked\n1,3,male,,1,0,7,S\n2,3,other,20,1,0,7,S\n"
      "3,3,male,20,1,0,7,other\n4,1,other,30,0,0,9,Q\n");
  std::vector<double> out(4 * model::n_outputs((*loaded)->model));
  OwnContext own;
  const auto report = predict_table(model::Predictor((*loaded)->model), rows->table(), out, own.context);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_TOLD((Codes{"UNKNOWN_LEVEL", "PREDICT_ROW_MISSING"}), expect_rebuilt(json::pretty(*report)));
  EXPECT_NE(json::canonical(*report).find("1 of 4 rows lacks a feature"), std::string::npos);
}

}  // namespace
}  // namespace rf::run
