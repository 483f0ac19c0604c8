// SPDX-License-Identifier: MIT
// Training and predicting agree, whole tables and raw rows too.
#include "run/predict.hpp"

#include <cmath>
#include <limits>

#include "audit/record.hpp"
#include "json/parse.hpp"
#include "run/deal.hpp"
#include "unit/run/run_fixture.hpp"

namespace rf::run {
namespace {

std::vector<double> predict_all(const model::Model& model, const LoadedDataset& dataset,
                                std::uint32_t threads = 1) {
  OwnContext own(threads);
  std::vector<double> out(dataset.table().n_rows * model::n_outputs(model));
  const auto report = predict_table(model::Predictor(model), dataset.table(), out, own.context);
  EXPECT_TRUE(report.ok()) << report.error().message;
  return out;
}

/// The confusion matrix of the saved model on the validation rows, predicted from the whole file.
std::vector<std::vector<double>> confusion(const LoadedDataset& dataset, const Run& run,
                                           std::string_view config) {
  const auto loaded = audit::model_of(run);
  if (!loaded.ok()) {
    ADD_FAILURE() << loaded.error().message;
    return {};
  }
  const model::Model& model = (*loaded)->model;
  const std::vector<double> out = predict_all(model, dataset);
  const std::size_t k = model::n_outputs(model);
  const auto dealt = deal(dataset, *read_train_config(config), core::Monitor());
  std::vector<std::vector<double>> counts(k, std::vector<double>(k));
  for (const core::KeptRow position : dealt->split.validation) {
    const std::uint32_t row = number_of(dealt->selection.rows[number_of(position)]);
    const std::size_t predicted = model::predicted_class(std::span(out).subspan(row * k, k));
    ++counts[static_cast<std::size_t>(dealt->target.class_of[number_of(position)])][predicted];
  }
  return counts;
}

TEST(PredictTest, ValidationRowsGiveTheRecordedConfusionMatrix) {
  struct Case {
    const char* file;
    const char* config;
  };
  for (const Case& c :
       {Case{"iris.csv", R"({"label":"species"})"},
        Case{"iris.csv", R"({"label":"species","model":"linear_svc"})"},
        Case{"breast_cancer.csv", R"({"label":"diagnosis","model":"decision_tree"})"},
        Case{"titanic.csv", R"({"label":"Survived","missing":{"policy":"fill"}})"},
        Case{"titanic.csv", R"({"label":"Survived","model":"random_forest","missing":{"policy":"fill"}})"},
        Case{"titanic.csv", R"({"label":"Survived","model":"random_forest"})"},
        Case{"titanic.csv",
             R"({"label":"Survived","model":"gradient_boosting","params":{"n_estimators":5},"missing":
            {"policy":"native","columns":{"Age":"fill","Cabin":"fill","Embarked":"drop_rows"}}})"}}) {
    const auto dataset = load_test_data(c.file);
    const auto run = train_on(*dataset, c.config);
    const auto metrics = json::parse(run->find("metrics.v1.json")->bytes);
    const auto counts = confusion(*dataset, *run, c.config);
    const auto& recorded = metrics->find("confusion_matrix")->as_array();
    ASSERT_EQ(recorded.size(), counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i)
      for (std::size_t j = 0; j < counts.size(); ++j)
        EXPECT_EQ(recorded[i].as_array()[j].as_number(), counts[i][j]) << c.file << " " << c.config;
  }
}

TEST(PredictTest, RawRowsGiveTheBitsOfTheTable) {
  struct Case {
    const char* file;
    const char* label;
    const char* config;
  };
  for (const Case& c :
       {Case{"iris.csv", "species", R"({"label":"species"})"},
        Case{"iris.csv", "species", R"({"label":"species","model":"random_forest"})"},
        Case{"breast_cancer.csv", "diagnosis", R"({"label":"diagnosis","model":"linear_svc"})"},
        Case{"diabetes.csv", "progression", R"({"label":"progression","task":"regression"})"}}) {
    const auto dataset = load_test_data(c.file);
    const auto run = train_on(*dataset, c.config);
    const auto loaded = audit::model_of(*run);
    const model::Model& model = (*loaded)->model;
    ASSERT_TRUE(takes_numbers_only(model));
    const table::Table& table = dataset->table();
    std::vector<double> rows;
    for (std::size_t row = 0; row < table.n_rows; ++row)
      for (const table::Column& column : table.columns)
        if (column.name != c.label) rows.push_back(column.numeric().values[row]);
    std::vector<double> out(table.n_rows * model::n_outputs(model));
    ASSERT_TRUE(predict_rows(model, rows.data(), table.n_rows, out.data(), core::baseline_kernels()).ok());
    EXPECT_EQ(out, predict_all(model, *dataset)) << c.file << " " << c.config;
    EXPECT_EQ(out, predict_all(model, *dataset, 3)) << c.file << " " << c.config;
  }
}

TEST(PredictTest, ARawRowWhoseOutputIsNotFiniteIsAnError) {
  const auto dataset = load_test_data("diabetes.csv");
  const auto run = train_on(*dataset, R"({"label":"progression","task":"regression"})");
  model::Model model = (*audit::model_of(*run))->model;
  std::vector<double> rows(2 * model.encoder.features.size(), 1.0);
  std::vector<double> out(2);
  EXPECT_TRUE(predict_rows(model, rows.data(), 2, out.data(), core::baseline_kernels()).ok());
  auto& coefficients = std::get<model::LinearModel>(model.fitted).coefficients;
  std::fill(coefficients.begin(), coefficients.end(), std::numeric_limits<double>::max());
  const core::Result<> found = predict_rows(model, rows.data(), 2, out.data(), core::baseline_kernels());
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, core::Code::kNotFinite);
}

TEST(PredictTest, RowsThatLackAFeatureAreNaNAndCounted) {
  const auto dataset = load_test_data("titanic.csv");
  const auto run =
      train_on(*dataset, R"({"label":"Survived","roles":{"Cabin":"ignored","Ticket":"ignored"}})");
  const auto loaded = audit::model_of(*run);
  const auto other = load_text(
      "Pclass,Sex,Age,SibSp,Parch,Fare,Embarked,PassengerId\n3,male,22,1,0,7.25,S,1\n1,female,,1,0,71.3,C,2\n"
      "1,female,30,1,0,71.3,Z,3\n");
  std::vector<double> out(3 * 2);
  OwnContext own;
  const auto report = predict_table(model::Predictor((*loaded)->model), other->table(), out, own.context);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_FALSE(std::isnan(out[0]));
  EXPECT_TRUE(std::isnan(out[2]) && std::isnan(out[3]));
  EXPECT_FALSE(std::isnan(out[4]));
  EXPECT_EQ(report->find("rows_missing")->as_number(), 1);
  EXPECT_EQ(report->find("unknown_levels")->find("Embarked")->as_number(), 1);
}

TEST(PredictTest, AbsentAndOtherKindsOfColumnsAreMismatches) {
  const auto run = train_on(*load_test_data("iris.csv"), R"({"label":"species"})");
  const auto loaded = audit::model_of(*run);
  const auto refusal = [&](std::string_view csv) {
    const auto table = load_text(csv);
    std::vector<double> out(table->table().n_rows * 3);
    OwnContext own;
    const auto report = predict_table(model::Predictor((*loaded)->model), table->table(), out, own.context);
    return report.ok() ? core::Status::kOk : report.error().status();
  };
  const std::vector<encode::Feature>& features = (*loaded)->model.encoder.features;
  const std::string header = features[0].name + "," + features[1].name + "," + features[2].name;
  EXPECT_EQ(refusal(header + "\n1,2,3\n"), core::Status::kMismatch);
  EXPECT_EQ(refusal(header + "," + features[3].name + "\n1,2,3,wide\n"), core::Status::kMismatch);
  EXPECT_EQ(refusal("more," + header + "," + features[3].name + "\nx,1,2,3,4\n"), core::Status::kOk);
}

}  // namespace
}  // namespace rf::run
