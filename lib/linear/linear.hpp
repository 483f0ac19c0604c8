// SPDX-License-Identifier: MIT
// The linear families, solved to the optimum of the objectives in LEARNERS. The shape alone decides which
// solver runs. The report names the solver.
#pragma once

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/linear.hpp"
#include "model/model.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"

namespace rf::linear {

struct LinearFit {
  model::LinearModel model;
  model::SolverReport solver;
  core::Diagnostics diagnostics;  ///< NOT_CONVERGED, RANK_DEFICIENT
};

/// Minimises C * sum w_i logloss_i + penalty. Two classes have one score, that of the second class. More
/// classes use softmax, with intercepts centred to sum 0. Progress stage "train".
core::Result<LinearFit> fit_logistic_regression(const core::SampleView& x, const model::ClassTarget& target,
                                                const params::LogisticRegression& parameters,
                                                core::Context& context);

/// Trains by squared hinge loss, one class against the rest. The intercept is the coefficient of a constant
/// feature and is penalised. Two classes have one score.
core::Result<LinearFit> fit_linear_svc(const core::SampleView& x, const model::ClassTarget& target,
                                       const params::LinearSvc& parameters, core::Context& context);

/// Minimises sum w_i (y_i - xw - b)^2 + alpha ||w||^2. The intercept is not penalised.
core::Result<LinearFit> fit_ridge_regression(const core::SampleView& x, const model::ValueTarget& target,
                                             const params::RidgeRegression& parameters,
                                             core::Context& context);

}  // namespace rf::linear
