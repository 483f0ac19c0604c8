// SPDX-License-Identifier: MIT
// What a model itself can have wrong, for the files that find where it stands.
#pragma once

#include <optional>
#include <vector>

#include "model/linear.hpp"
#include "model/standing.hpp"

namespace rf::linear {

/// A model of another shape than training on such rows gives.
std::optional<model::StandingFault> shape_fault(const model::LinearModel& model, std::size_t n_features,
                                                std::size_t n_scores);
/// The first coefficient of a column left out that is not 0.
std::vector<model::StandingFault> nonzero_faults(const model::LinearModel& model,
                                                 const std::vector<std::size_t>& dropped);
}  // namespace rf::linear
