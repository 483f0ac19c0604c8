// SPDX-License-Identifier: MIT
// The orders in which explanations list features. The documents that list all of them and the index that
// names the first few share these orders.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace rf::artifact {

/// The most names that a "top" list holds.
inline constexpr std::size_t kTopFeatures = 10;

/// One feature of a model with its coefficient or importance.
struct RankedFeature {
  std::string name;
  double weight = 0;      ///< coefficient or importance
  std::size_t index = 0;  ///< design column, or column for importance
  bool is_missing_level = false;
};

/// For each score of a linear model, its design columns ordered by |coefficient| descending, then by name
/// (bytes), then by design-matrix index.
std::vector<std::vector<RankedFeature>> ranked_coefficients(const model::Model& model);

/// The features of a tree model ordered by importance descending, then by name (bytes).
std::vector<RankedFeature> ranked_importances(const model::Model& model);

/// The class that score `score` of a linear classifier belongs to. With two classes, the only score belongs
/// to the second.
const core::ClassLabel& class_of_score(const model::Model& model, std::size_t score);

}  // namespace rf::artifact
