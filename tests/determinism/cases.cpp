// SPDX-License-Identifier: MIT
#include "cases.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace rf::determinism {
namespace {

constexpr auto kCases = std::to_array<Case>({
    // Numeric features, three classes.
    {"iris/logistic_l2", "iris.csv", 1, R"({"label": "species"})"},
    {"iris/logistic_l1", "iris.csv", 1, R"({"label": "species", "params": {"penalty": "l1"}})"},
    {"iris/logistic_elasticnet", "iris.csv", 1,
     R"({"label": "species", "params": {"penalty": "elasticnet", "l1_ratio": 0.3}})"},
    {"iris/svc", "iris.csv", 1, R"({"label": "species", "model": "linear_svc", "seed": 7})"},
    {"iris/tree", "iris.csv", 1, R"({"label": "species", "model": "decision_tree"})"},
    {"iris/forest", "iris.csv", 1,
     R"({"label": "species", "model": "random_forest", "params": {"n_estimators": 20}})"},
    {"iris/tree_weighted", "iris.csv", 1,
     R"({"label": "species", "model": "decision_tree", "roles": {"petal_width_cm": "weight"}})"},
    {"iris/boosting", "iris.csv", 1,
     R"({"label": "species", "model": "gradient_boosting", "params": {"n_estimators": 15, "min_samples_leaf": 4}})"},
    {"iris/plain_shuffle", "iris.csv", 1,
     R"({"label": "species", "split": {"method": "shuffle", "fraction": 0.4}, "seed": 3})"},
    {"iris/no_validation", "iris.csv", 1, R"({"label": "species", "split": {"fraction": 0}})"},

    // Numeric features, two classes.
    {"breast_cancer/logistic_l2", "breast_cancer.csv", 1, R"({"label": "diagnosis"})"},
    {"breast_cancer/logistic_unpenalised", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "params": {"penalty": "none", "max_iter": 12}})"},
    {"breast_cancer/logistic_l1", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "params": {"penalty": "l1", "C": 0.3, "class_weight": "balanced"}})"},
    {"breast_cancer/svc_balanced", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "linear_svc", "params": {"class_weight": "balanced", "C": 0.1}})"},
    {"breast_cancer/tree_best_first", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "decision_tree", "params": {"max_leaves": 9, "max_bins": 32}})"},
    {"breast_cancer/forest_balanced", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "random_forest", "params": {"n_estimators": 15, "class_weight": "balanced"}})"},

    {"breast_cancer/boosting", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "gradient_boosting", "params": {"n_estimators": 20}})"},
    {"breast_cancer/boosting_stopped", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "gradient_boosting",
      "params": {"n_estimators": 60, "early_stopping_rounds": 4, "subsample": 0.7, "colsample": 0.6, "l2": 1}})"},
    {"breast_cancer/weighted", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "roles": {"mean_area": "weight"}, "params": {"class_weight": "balanced"}})"},
    {"breast_cancer/ridge_weighted", "breast_cancer.csv", 1,
     R"({"label": "mean_radius", "model": "ridge_regression", "roles": {"mean_area": "weight"}})"},
    {"breast_cancer/boosting_weighted", "breast_cancer.csv", 1, R"({"label": "diagnosis",
      "model": "gradient_boosting", "roles": {"mean_area": "weight"}, "params": {"n_estimators": 10}})"},
    {"breast_cancer/forest_weighted", "breast_cancer.csv", 1,
     R"({"label": "diagnosis", "model": "random_forest",
      "roles": {"mean_area": "weight"}, "params": {"n_estimators": 10, "class_weight": "balanced"}})"},
    {"breast_cancer/tree_weighted_regression", "breast_cancer.csv", 1, R"({"label": "mean_radius",
      "task": "regression", "model": "decision_tree", "roles": {"mean_area": "weight"}, "params": {"max_leaves": 20}})"},

    // The same rows over several blocks: reductions merge block results.
    {"breast_cancer_x20/logistic_l2", "breast_cancer.csv", 20, R"({"label": "diagnosis"})"},
    {"breast_cancer_x10/logistic_l1", "breast_cancer.csv", 10,
     R"({"label": "diagnosis", "params": {"penalty": "l1", "max_iter": 8}})"},
    {"breast_cancer_x10/svc", "breast_cancer.csv", 10, R"({"label": "diagnosis", "model": "linear_svc"})"},
    {"breast_cancer_x10/ridge", "breast_cancer.csv", 10,
     R"({"label": "mean_radius", "model": "ridge_regression"})"},
    {"breast_cancer_x10/tree", "breast_cancer.csv", 10,
     R"({"label": "diagnosis", "model": "decision_tree"})"},
    {"breast_cancer_x10/forest", "breast_cancer.csv", 10,
     R"({"label": "diagnosis", "model": "random_forest", "params": {"n_estimators": 5}})"},

    // Categories, booleans as numbers, quoted text, missing values.
    {"titanic/logistic_fill", "titanic.csv", 1, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"Ticket": "ignored", "Cabin": "ignored"}})"},
    {"titanic/logistic_drop", "titanic.csv", 1,
     R"({"label": "Survived", "roles": {"Ticket": "ignored", "Cabin": "ignored"}})"},
    {"titanic/logistic_wide", "titanic.csv", 1, R"({"label": "Survived", "missing": {"policy": "fill"}})"},
    {"titanic/svc_fill", "titanic.csv", 1, R"({"label": "Survived", "model": "linear_svc",
      "missing": {"policy": "fill"}, "roles": {"Ticket": "ignored", "Cabin": "ignored"}})"},
    {"titanic/text_classes", "titanic.csv", 1,
     R"({"label": "Embarked", "roles": {"Ticket": "ignored", "Cabin": "ignored"}})"},
    {"titanic/ridge", "titanic.csv", 1, R"({"label": "Fare", "model": "ridge_regression",
      "missing": {"policy": "fill"}, "roles": {"Cabin": "ignored"}, "params": {"alpha": 2.5}})"},
    {"titanic/least_squares", "titanic.csv", 1, R"({"label": "Fare", "model": "ridge_regression",
      "roles": {"Ticket": "ignored", "Cabin": "ignored"}, "params": {"alpha": 0}})"},
    {"titanic/tree_fill", "titanic.csv", 1, R"({"label": "Survived", "model": "decision_tree",
      "missing": {"policy": "fill"}, "params": {"max_depth": 8, "min_samples_leaf": 3}})"},
    {"titanic/tree_text_classes", "titanic.csv", 1, R"({"label": "Embarked", "model": "decision_tree"})"},
    {"titanic/tree_regression", "titanic.csv", 1,
     R"({"label": "Fare", "task": "regression", "model": "decision_tree",
      "missing": {"policy": "fill"}})"},
    {"titanic/forest_fill", "titanic.csv", 1, R"({"label": "Survived", "model": "random_forest",
      "missing": {"policy": "fill"}, "params": {"n_estimators": 15, "max_depth": 6, "max_features": 0.5}})"},
    {"titanic/forest_regression", "titanic.csv", 1, R"({"label": "Fare", "task": "regression",
      "model": "random_forest", "missing": {"policy": "fill"}, "params": {"n_estimators": 8, "max_samples": 0.7}})"},
    {"titanic/tree_native", "titanic.csv", 1, R"({"label": "Survived", "model": "decision_tree",
      "missing": {"policy": "native"}, "params": {"max_depth": 8, "min_samples_leaf": 3}})"},
    {"titanic/tree_native_text_classes", "titanic.csv", 1, R"({"label": "Embarked", "model": "decision_tree",
      "missing": {"policy": "native"}, "params": {"max_leaves": 20}})"},
    {"titanic/forest_native", "titanic.csv", 1, R"({"label": "Survived", "model": "random_forest",
      "missing": {"policy": "native"}, "params": {"n_estimators": 15}})"},
    {"titanic/forest_native_regression", "titanic.csv", 1, R"({"label": "Fare", "task": "regression",
      "model": "random_forest", "missing": {"policy": "native"}, "params": {"n_estimators": 8, "max_features": 0.5}})"},
    // Most of these weights are 0.
    {"titanic/tree_native_weighted", "titanic.csv", 1, R"({"label": "Fare", "task": "regression",
      "model": "decision_tree", "missing": {"policy": "native"}, "roles": {"SibSp": "weight"}})"},
    {"titanic/forest_native_weighted", "titanic.csv", 1, R"({"label": "Survived", "model": "random_forest",
      "missing": {"policy": "native"}, "roles": {"SibSp": "weight"},
      "params": {"n_estimators": 15, "max_samples": 0.3}})"},
    {"titanic_x12/forest_native_weighted", "titanic.csv", 12,
     R"({"label": "Embarked", "model": "random_forest",
      "missing": {"policy": "native"}, "roles": {"Parch": "weight"}, "params": {"n_estimators": 4, "max_depth": 9}})"},
    {"titanic/boosting_native", "titanic.csv", 1, R"({"label": "Survived", "model": "gradient_boosting",
      "missing": {"policy": "native"}, "params": {"n_estimators": 20, "max_leaves": 12}})"},
    {"titanic/boosting_regression", "titanic.csv", 1, R"({"label": "Fare", "task": "regression",
      "model": "gradient_boosting", "missing": {"policy": "native"}, "params": {"n_estimators": 20, "max_depth": 4}})"},
    {"titanic/boosting_policies", "titanic.csv", 1, R"({"label": "Survived", "model": "gradient_boosting",
      "missing": {"policy": "fill", "columns": {"Age": "native", "Cabin": "native", "Embarked": "drop_rows"}},
      "params": {"n_estimators": 20}})"},
    {"titanic/logistic_policies", "titanic.csv", 1, R"({"label": "Survived",
      "missing": {"policy": "drop_rows", "columns": {"Age": "fill", "Cabin": "fill", "Fare": "error"}},
      "roles": {"Ticket": "ignored"}})"},

    // Splits that a column settles.
    {"titanic/split_by_group", "titanic.csv", 1, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"Ticket": "group", "Cabin": "ignored"}, "split": {"method": "group", "fraction": 0.3}})"},
    {"titanic/split_by_time", "titanic.csv", 1, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"PassengerId": "time", "Ticket": "ignored", "Cabin": "ignored"}, "split": {"method": "time"}})"},
    {"titanic/split_predefined", "titanic.csv", 1, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"Ticket": "ignored", "Cabin": "ignored"}, "split": {"method": "predefined", "column": "side"}})",
     true},
    {"titanic_x12/boosting", "titanic.csv", 12, R"({"label": "Embarked", "model": "gradient_boosting",
      "missing": {"policy": "native"}, "params": {"n_estimators": 4}})"},
    {"titanic_x12/logistic_fill", "titanic.csv", 12, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"Name": "ignored", "Ticket": "ignored", "Cabin": "ignored"}})"},
    {"titanic_x12/text_classes", "titanic.csv", 12, R"({"label": "Embarked", "missing": {"policy": "fill"},
      "roles": {"Name": "ignored", "Ticket": "ignored", "Cabin": "ignored"}, "params": {"max_iter": 20}})"},
    {"titanic_x12/forest", "titanic.csv", 12, R"({"label": "Embarked", "model": "random_forest",
      "missing": {"policy": "fill"}, "params": {"n_estimators": 4, "bootstrap": false}})"},
    {"titanic_x6/logistic_wide", "titanic.csv", 6, R"({"label": "Survived", "missing": {"policy": "fill"},
      "roles": {"Name": "ignored", "Ticket": "ignored"}, "params": {"max_iter": 10}})"},
    {"titanic_x6/svc_wide", "titanic.csv", 6, R"({"label": "Survived", "model": "linear_svc",
      "missing": {"policy": "fill"}, "roles": {"Name": "ignored"}, "params": {"max_iter": 3}})"},

    // Regression.
    {"diabetes/ridge", "diabetes.csv", 1, R"({"label": "progression", "model": "ridge_regression"})"},
    {"diabetes/boosting", "diabetes.csv", 1, R"({"label": "progression", "task": "regression",
      "model": "gradient_boosting", "params": {"n_estimators": 25, "learning_rate": 0.2}})"},
    {"diabetes/tree", "diabetes.csv", 1,
     R"({"label": "progression", "task": "regression", "model": "decision_tree"})"},
    {"diabetes/forest", "diabetes.csv", 1,
     R"({"label": "progression", "task": "regression", "model": "random_forest",
      "params": {"n_estimators": 10, "min_samples_split": 4, "min_samples_leaf": 2}})"},
});

/// The text with a column `side` in front: every fifth row validates. No row of these files holds a line
/// break.
std::string with_side_column(const std::string& text) {
  std::string result = "side,";
  int row = 0;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += row++ % 5 == 0 ? "validation," : "train,";
  }
  result.erase(result.rfind('\n') + 1);  // what was begun after the last row
  return result;
}

}  // namespace

std::span<const Case> all_cases() {
  return kCases;
}

std::string csv_of(const Case& training, const std::string& data_folder) {
  const std::string path = data_folder + "/" + std::string(training.file);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) return {};
  std::string bytes;
  char buffer[65536];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) bytes.append(buffer, n);
  if (training.with_side) bytes = with_side_column(bytes);
  const std::size_t header = bytes.find('\n') + 1;  // no header of these files holds a quoted line break
  const std::string rows = bytes.substr(header);
  bytes.reserve(bytes.size() + static_cast<std::size_t>(training.repeat - 1) * rows.size());
  for (int i = 1; i < training.repeat; ++i) bytes += rows;
  return bytes;
}

}  // namespace rf::determinism
