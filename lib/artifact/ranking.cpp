// SPDX-License-Identifier: MIT
// Sorts the features of a model for the explanations. Pinned by
// tests/unit/artifact/coefficients_document_test.cpp and importance_document_test.cpp.
#include "artifact/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/mutant.hpp"
#include "evaluate/importance.hpp"

namespace rf::artifact {
namespace {

/// Larger weight first, then name by bytes. Only names of levels can be equal across features, so the index
/// decides last.
bool ranks_before(const RankedFeature& a, const RankedFeature& b) {
  const double weight_a = std::fabs(a.weight);
  const double weight_b = std::fabs(b.weight);
  if (weight_a != weight_b) return weight_a > weight_b;
  return RF_MUTANT(equal_weights_rank_backwards, std::tie(a.name, a.index) < std::tie(b.name, b.index),
                   std::tie(a.name, a.index) > std::tie(b.name, b.index));
}

}  // namespace

std::vector<std::vector<RankedFeature>> ranked_coefficients(const model::Model& model) {
  const auto& linear = std::get<model::LinearModel>(model.fitted);
  const std::vector<encode::DesignColumn> columns = encode::design_columns(model.encoder);
  std::vector<std::vector<RankedFeature>> scores(linear.n_scores());
  for (std::size_t score = 0; score < scores.size(); ++score) {
    for (std::size_t j = 0; j < columns.size(); ++j) {
      scores[score].push_back(
          {columns[j].name, linear.coefficients[score * columns.size() + j], j, columns[j].is_missing_level});
    }
    // total order: the column number decides last
    std::sort(scores[score].begin(), scores[score].end(), ranks_before);
  }
  return scores;
}

std::vector<RankedFeature> ranked_importances(const model::Model& model) {
  const auto* boosting = std::get_if<model::Boosting>(&model.fitted);
  const std::vector<double> importance =
      boosting ? evaluate::gain_importance(*boosting)
               : evaluate::impurity_importance(std::get<model::Forest>(model.fitted));
  std::vector<RankedFeature> ranked;
  for (std::size_t f = 0; f < importance.size(); ++f) {
    ranked.push_back({model.encoder.features[f].name, importance[f], f, false});
  }
  // total order: the column number decides last
  std::sort(ranked.begin(), ranked.end(), ranks_before);
  return ranked;
}

const core::ClassLabel& class_of_score(const model::Model& model, std::size_t score) {
  return model.classes.size() == 2 ? model.classes[1] : model.classes[score];
}

}  // namespace rf::artifact
