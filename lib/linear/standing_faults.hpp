// SPDX-License-Identifier: MIT
// Faults of the model itself, for the files that compute its standing.
#pragma once

#include <optional>
#include <vector>

#include "model/linear.hpp"
#include "model/standing.hpp"

namespace rf::linear {

/// Returns a fault if the shape of the model differs from the shape that training on such rows gives, else
/// nullopt.
std::optional<model::StandingFault> shape_fault(const model::LinearModel& model, std::size_t n_features,
                                                std::size_t n_scores);
/// Returns a fault for the first coefficient that is not 0 although its column was left out, or no fault.
std::vector<model::StandingFault> nonzero_faults(const model::LinearModel& model,
                                                 const std::vector<std::size_t>& dropped);
}  // namespace rf::linear
