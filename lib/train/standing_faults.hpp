// SPDX-License-Identifier: MIT
// What a model itself can have wrong, for the files that find where it stands.
#pragma once

#include <optional>
#include <vector>

#include "train/standing.hpp"

namespace rf::train {

/// A model of another shape than training on such rows gives.
std::optional<StandingFault> shape_fault(const model::LinearModel& model, std::size_t n_features,
                                         std::size_t n_scores);
/// The first coefficient of a column left out that is not 0.
std::vector<StandingFault> nonzero_faults(const model::LinearModel& model,
                                          const std::vector<std::size_t>& dropped);
/// The standing of a model of which nothing more can be said.
Standings only(StandingFault fault);

}  // namespace rf::train
