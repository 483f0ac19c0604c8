// SPDX-License-Identifier: MIT
// Compares the model's shape and its left-out columns with what training gives.
// tests/unit/audit/standing_test.cpp pins it.
#include "linear/standing_faults.hpp"

#include <utility>

#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::linear {
namespace {

std::string text(std::size_t number) {
  return core::decimal(static_cast<std::int64_t>(number));
}

std::string shape_text(std::size_t n_scores, std::size_t n_features) {
  return text(n_scores) + " of " + core::counted(n_features, "feature");
}

}  // namespace

std::optional<model::StandingFault> shape_fault(const model::LinearModel& model, std::size_t n_features,
                                                std::size_t n_scores) {
  if (model.n_scores() == n_scores && model.n_features == n_features &&
      model.coefficients.size() == n_scores * n_features)
    return {};
  return model::StandingFault{"scores", shape_text(n_scores, n_features),
                              shape_text(model.n_scores(), model.n_features)};
}

std::vector<model::StandingFault> nonzero_faults(const model::LinearModel& model,
                                                 const std::vector<std::size_t>& dropped) {
  for (std::size_t k = 0; k < model.n_scores(); ++k)
    for (const std::size_t j : dropped)
      if (const double value = model.coefficients[k * model.n_features + j]; value != 0)
        return {{"coefficients", "0 for column " + text(j) + ", which depends on the columns before it",
                 core::number_text(value) + " in score " + text(k)}};
  return {};
}

}  // namespace rf::linear
