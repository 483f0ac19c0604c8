// SPDX-License-Identifier: MIT
// The standing (model/standing.hpp) of fitted gradient boosting on its training rows. Pinned by
// tests/unit/audit/boosting_standing_test.cpp.
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

/// Computes the standing and checks the base scores as well. With early stopping, the held-out rows are sent
/// through the model's trees.
core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ClassTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context);
core::Result<model::Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                            const model::ValueTarget& target,
                                            const params::GradientBoosting& parameters, std::uint64_t seed,
                                            core::Context& context);

}  // namespace rf::trees
