// SPDX-License-Identifier: MIT
// feature_importance.v1: the columns that a tree model split on, and the gain from those splits. Pinned by
// tests/unit/artifact/importance_document_test.cpp.
#include <algorithm>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/ranking.hpp"

namespace rf::artifact {

json::Value importance_document(const model::Model& model) {
  std::vector<RankedFeature> ranked = ranked_importances(model);
  json::Value by_importance = json::Value::array();
  json::Value top = json::Value::array();
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    json::Value entry;
    entry.set("name", ranked[i].name).set("importance", ranked[i].weight).set("rank", i + 1);
    by_importance.push(std::move(entry));
    if (i < kTopFeatures) top.push(ranked[i].name);
  }
  // total order: column numbers, each once
  std::sort(ranked.begin(), ranked.end(),
            [](const RankedFeature& a, const RankedFeature& b) { return a.index < b.index; });
  json::Value by_index = json::Value::array();
  for (const RankedFeature& feature : ranked) {
    json::Value entry;
    entry.set("name", feature.name).set("importance", feature.weight).set("index", feature.index);
    by_index.push(std::move(entry));
  }

  json::Value document;
  document.set("model_family", core::family_name(model.family))
      .set("importance_type",
           std::holds_alternative<model::Boosting>(model.fitted) ? "gain" : "impurity_decrease")
      .set("num_features", ranked.size())
      .set("features_by_importance", std::move(by_importance))
      .set("features_by_original_order", std::move(by_index))
      .set("top_k", std::move(top));
  return document;
}

}  // namespace rf::artifact
