// SPDX-License-Identifier: MIT
// The linear families, solved to the optimum of the objectives in LEARNERS. Which solver runs follows from
// the shape alone and is named in the report.
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

/// Minimises C * sum w_i logloss_i + penalty; two classes: one score for the second class; more: softmax with
/// intercepts centred to sum 0. Progress stage "train".
core::Result<LinearFit> fit_logistic_regression(const core::SampleView& x, const model::ClassTarget& target,
                                                const params::LogisticRegression& parameters,
                                                core::Context& context);

/// Squared hinge, one against the rest, intercept as a penalised constant feature; two classes: one score.
core::Result<LinearFit> fit_linear_svc(const core::SampleView& x, const model::ClassTarget& target,
                                       const params::LinearSvc& parameters, core::Context& context);

/// sum w_i (y_i - xw - b)^2 + alpha ||w||^2, intercept free.
core::Result<LinearFit> fit_ridge_regression(const core::SampleView& x, const model::ValueTarget& target,
                                             const params::RidgeRegression& parameters,
                                             core::Context& context);

}  // namespace rf::linear
