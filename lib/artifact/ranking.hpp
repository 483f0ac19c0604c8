// SPDX-License-Identifier: MIT
// The orders in which explanations list features, shared by the documents that list them and the index that
// names the first few.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace rf::artifact {

/// How many names the "top" lists hold at most.
inline constexpr std::size_t kTopFeatures = 10;

/// One feature of a model with its weight in the explanation.
struct RankedFeature {
  std::string name;
  double weight = 0;      ///< coefficient or importance
  std::size_t index = 0;  ///< design column, or column for importance
  bool is_missing_level = false;
};

/// For each score of a linear model its design columns by |coefficient| descending, then name by bytes, then
/// design-matrix index.
std::vector<std::vector<RankedFeature>> ranked_coefficients(const model::Model& model);

/// The features of a tree model by importance descending, then name by bytes.
std::vector<RankedFeature> ranked_importances(const model::Model& model);

/// The class that score `score` of a linear classifier speaks for: with two classes the one score is the
/// second's.
const core::ClassLabel& class_of_score(const model::Model& model, std::size_t score);

}  // namespace rf::artifact
