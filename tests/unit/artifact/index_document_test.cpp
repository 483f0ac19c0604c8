// SPDX-License-Identifier: MIT
// interpretability.index.v1: it points at the explaining files and its summaries repeat no number.
#include <algorithm>

#include "unit/artifact/sample_models.hpp"
#include "unit/artifact/support.hpp"

namespace rf::artifact {
namespace {

evaluate::Metrics some_metrics() {
  evaluate::Metrics metrics;
  metrics.profile = "classification.proba.v1";
  metrics.n_classes = 2;
  metrics.scalars = {{"accuracy", 0.875}, {"roc_auc", 0.5}};
  metrics.confusion_matrix = {{3, 1}, {0, 4}};
  return metrics;
}

std::string summary(const json::Value& index, const char* key) {
  return index.find("available_artifacts")->find(key)->find("summary")->as_string();
}

TEST(IndexDocument, PointsAtTheExplainingFiles) {
  const std::vector<File> files = {{"metrics.v1.json", "metrics.v1", "m"},
                                   {"dataset.v1.json", "dataset.v1", "d"},
                                   {"linear_coefficients.v1.json", "linear_coefficients.v1", "c"}};
  const json::Value index =
      test::finished(index_document(test::kInputDigest, test::binary_model(), some_metrics(), files),
                     "interpretability.index.v1");
  EXPECT_EQ(test::text(index, "input_digest"), "\"" + test::kInputDigest + "\"");
  const json::Value& available = *index.find("available_artifacts");
  EXPECT_EQ(available.as_object().size(), 2u);
  EXPECT_EQ(available.find("metrics_v1")->find("path")->as_string(), "metrics.v1.json");
  EXPECT_EQ(available.find("metrics_v1")->find("sha256")->as_string(), files[0].sha256());
  EXPECT_EQ(summary(index, "metrics_v1"), "On the validation rows: accuracy, roc_auc, confusion_matrix.");
  EXPECT_EQ(summary(index, "linear_coefficients_v1"),
            "Largest coefficients by class: \"yes, süß\" by smoker, a\\=b=, age.");
}

TEST(IndexDocument, NamesTheImportantColumns) {
  const std::vector<File> files = {{"metrics.v1.json", "metrics.v1", "m"},
                                   {"feature_importance.v1.json", "feature_importance.v1", "i"}};
  model::Model model = test::forest_model();
  const auto index_of = [&] {
    return test::finished(index_document(test::kInputDigest, model, some_metrics(), files),
                          "interpretability.index.v1");
  };
  EXPECT_EQ(summary(index_of(), "feature_importance_v1"), "Most important columns: x, colour.");
  std::get<model::Forest>(model.fitted).split_gain.assign(6, 0);
  EXPECT_EQ(summary(index_of(), "feature_importance_v1"), "No column was split on.");
}

TEST(IndexDocument, RegressionSummaryNamesFeatures) {
  const std::vector<File> files = {{"metrics.v1.json", "metrics.v1", "m"},
                                   {"linear_coefficients.v1.json", "linear_coefficients.v1", "c"}};
  evaluate::Metrics metrics;
  metrics.profile = "regression.base.v1";
  const json::Value index = test::finished(
      index_document(test::kInputDigest, test::ridge_model(), metrics, files), "interpretability.index.v1");
  EXPECT_EQ(summary(index, "linear_coefficients_v1"), "Largest coefficients: x.");
  EXPECT_EQ(summary(index, "metrics_v1"), "No row validated; all rows trained.");
}

TEST(IndexDocument, SummariesHoldNoNumbers) {
  const std::vector<File> files = {{"metrics.v1.json", "metrics.v1", "m"},
                                   {"linear_coefficients.v1.json", "linear_coefficients.v1", "c"}};
  model::Model model = test::softmax_model();
  model.classes = {std::string("a"), std::string("b"), std::string("c")};
  const json::Value index = test::finished(index_document(test::kInputDigest, model, some_metrics(), files),
                                           "interpretability.index.v1");
  for (const char* key : {"metrics_v1", "linear_coefficients_v1"}) {
    const std::string line = summary(index, key);
    EXPECT_TRUE(std::none_of(line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; })) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace rf::artifact
