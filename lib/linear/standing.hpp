// SPDX-License-Identifier: MIT
// The standing (model/standing.hpp) of a fitted linear model on its training rows. Pinned by
// tests/unit/audit/standing_test.cpp.
#pragma once

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/linear.hpp"
#include "model/standing.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"

namespace rf::linear {

/// Computes the standing. `x` and `target` must be those of training. The model has n_features of `x`. Takes
/// two or three passes over `x`. If columns may depend on others (no penalty, or weights beyond 1e9), it
/// takes as long as two iterations of training.
core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ClassTarget& target,
                                            const params::LogisticRegression& parameters,
                                            core::Context& context);
core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ClassTarget& target,
                                            const params::LinearSvc& parameters, core::Context& context);
/// As above. Also checks the intercept, which follows from the coefficients.
core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ValueTarget& target,
                                            const params::RidgeRegression& parameters,
                                            core::Context& context);

}  // namespace rf::linear
