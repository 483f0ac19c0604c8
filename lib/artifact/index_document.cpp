// SPDX-License-Identifier: MIT
// interpretability.index.v1: lists the files that explain the model, with a one-line summary each. A summary
// names features and metrics but repeats no number, so it cannot contradict the file that it describes.
// Pinned by tests/unit/artifact/index_document_test.cpp.
#include <algorithm>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/ranking.hpp"
#include "core/text.hpp"

namespace rf::artifact {
namespace {

/// The most features and classes that a summary names, so that it stays one line.
constexpr std::size_t kSummaryFeatures = 3;
constexpr std::size_t kSummaryClasses = 5;

/// "age, colour=red, income"; features with weight 0 are left out.
std::string first_names(const std::vector<RankedFeature>& ranked) {
  std::string names;
  for (std::size_t i = 0; i < std::min(ranked.size(), kSummaryFeatures) && ranked[i].weight != 0; ++i) {
    names += (i == 0 ? "" : ", ") + ranked[i].name;
  }
  return names.empty() ? "none" : names;
}

std::string summarise_metrics(const evaluate::Metrics& metrics) {
  if (metrics.scalars.empty()) return "No row validated; all rows trained.";
  std::string names;
  for (const auto& [name, value] : metrics.scalars) names += (names.empty() ? "" : ", ") + name;
  if (!metrics.confusion_matrix.empty()) names += ", confusion_matrix";
  return "On the validation rows: " + names + ".";
}

std::string summarise_coefficients(const model::Model& model) {
  const std::vector<std::vector<RankedFeature>> scores = ranked_coefficients(model);
  if (model.classes.empty()) return "Largest coefficients: " + first_names(scores[0]) + ".";
  std::string text = "Largest coefficients by class:";
  for (std::size_t score = 0; score < std::min(scores.size(), kSummaryClasses); ++score) {
    text += score == 0 ? " " : "; ";
    text +=
        core::quoted(model::label_text(class_of_score(model, score))) + " by " + first_names(scores[score]);
  }
  return text + (scores.size() > kSummaryClasses ? "; and further classes." : ".");
}

std::string summarise_importances(const model::Model& model) {
  const std::vector<RankedFeature> ranked = ranked_importances(model);
  if (ranked.empty() || ranked[0].weight == 0) return "No column was split on.";
  return "Most important columns: " + first_names(ranked) + ".";
}

}  // namespace

json::Value index_document(const std::string& input_digest, const model::Model& model,
                           const evaluate::Metrics& metrics, std::span<const File> files) {
  json::Value available = json::Value::object();
  for (const File& file : files) {
    std::string key;
    std::string summary;
    if (file.schema_version == "metrics.v1") {
      key = "metrics_v1";
      summary = summarise_metrics(metrics);
    } else if (file.schema_version == "linear_coefficients.v1") {
      key = "linear_coefficients_v1";
      summary = summarise_coefficients(model);
    } else if (file.schema_version == "feature_importance.v1") {
      key = "feature_importance_v1";
      summary = summarise_importances(model);
    } else {
      continue;
    }
    available.set(std::move(key), json::Value::object()
                                      .set("schema_version", file.schema_version)
                                      .set("path", file.name)
                                      .set("sha256", file.sha256())
                                      .set("summary", std::move(summary)));
  }
  return json::Value::object()
      .set("input_digest", input_digest)
      .set("available_artifacts", std::move(available));
}

}  // namespace rf::artifact
