// SPDX-License-Identifier: MIT
// linear_coefficients.v1: how much each design column adds to the score per standard deviation. Pinned by
// tests/unit/artifact/coefficients_document_test.cpp.
#include <algorithm>
#include <cmath>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/ranking.hpp"

namespace rf::artifact {
namespace {

json::Value features_value(const std::vector<RankedFeature>& ranked) {
  json::Value features = json::Value::array();
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    json::Value feature;
    feature.set("name", ranked[i].name)
        .set("coefficient", ranked[i].weight)
        .set("abs_coefficient", std::fabs(ranked[i].weight))
        .set("rank", i + 1);
    if (ranked[i].is_missing_level) feature.set("missing", true);
    features.push(std::move(feature));
  }
  return features;
}

json::Value top_value(const std::vector<RankedFeature>& ranked) {
  json::Value names = json::Value::array();
  for (std::size_t i = 0; i < std::min(ranked.size(), kTopFeatures); ++i) names.push(ranked[i].name);
  return names;
}

}  // namespace

json::Value coefficients_document(const model::Model& model) {
  const auto& linear = std::get<model::LinearModel>(model.fitted);
  const std::vector<std::vector<RankedFeature>> scores = ranked_coefficients(model);
  json::Value intercepts = json::Value::array();
  json::Value by_class = json::Value::array();
  json::Value top = json::Value::array();
  for (std::size_t score = 0; score < scores.size(); ++score) {
    json::Value entry = json::Value::object();
    if (!model.classes.empty()) entry.set("class", class_label_value(class_of_score(model, score)));
    intercepts.push(json::Value(entry).set("intercept", linear.intercepts[score]));
    by_class.push(json::Value(entry).set("features", features_value(scores[score])));
    top.push(std::move(entry.set("top_features", top_value(scores[score]))));
  }

  json::Value document;
  document.set("model_family", core::family_name(model.family))
      .set("coefficient_space", "standardized")
      .set("num_features", linear.n_features)
      .set("intercepts", std::move(intercepts))
      .set("coefficients_by_class", std::move(by_class))
      .set("top_k_by_class", std::move(top));
  if (!model.classes.empty()) {
    json::Value classes = json::Value::array();
    for (const core::ClassLabel& label : model.classes) classes.push(class_label_value(label));
    document.set("num_classes", model.classes.size()).set("classes", std::move(classes));
  }
  return document;
}

}  // namespace rf::artifact
