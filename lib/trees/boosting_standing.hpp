// SPDX-License-Identifier: MIT
// Where fitted gradient boosting stands on the rows it was trained on (model/standing.hpp). Pinned by
// tests/unit/trees/boosting_standing_test.cpp.
#pragma once

#include <cstdint>

#include "core/context.hpp"
#include "core/result.hpp"
#include "model/boosting.hpp"
#include "model/standing.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"
#include "trees/tree_input.hpp"

namespace rf::trees {

/// Also checks the base scores. With early stopping the model is walked for the held-out rows.
core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ClassTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context);
core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ValueTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context);

}  // namespace rf::trees
