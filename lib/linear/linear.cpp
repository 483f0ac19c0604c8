// SPDX-License-Identifier: MIT
// Solves the objectives of a family and turns the solutions into a model. tests/unit/linear/linear_test.cpp
// compares with outside references.
#include "linear/linear.hpp"

#include <algorithm>

#include "linear/linear_objective.hpp"
#include "linear/linear_problem.hpp"
#include "linear/report.hpp"
#include "linear/solver.hpp"

namespace rf::linear {
namespace {

/// Appends the scores of `solution` to those already in the model.
void append_scores(const Solution& solution, std::size_t n_features, model::LinearModel& model) {
  for (std::size_t u = 0; u < solution.theta.size(); ++u) {
    const double value = solution.theta[u] + 0.0;  // -0 becomes 0
    (u % (n_features + 1) == 0 ? model.intercepts : model.coefficients).push_back(value);
  }
}

void describe(std::span<const Solution> solutions, std::uint32_t max_iter, LinearFit& fit) {
  const Totals totals = totals_of(solutions);
  fit.solver.iterations = totals.iterations;
  fit.solver.gradient_norm = totals.gradient_norm;
  fit.solver.objective = totals.objective;
  fit.solver.converged = !totals.unfinished;
  if (totals.deficient) fit.diagnostics.push_back(rank_deficient(totals.deficient->dropped));
  if (totals.unfinished) fit.diagnostics.push_back(not_converged(*totals.unfinished, max_iter));
}

/// Solves one class against the rest after another. Names the solver in `fit`.
core::Result<std::vector<Solution>> solve_each(const LinearProblem& problem, std::size_t n_scores,
                                               const params::LinearSvc& parameters,
                                               std::uint64_t progress_total, core::Context& context,
                                               LinearFit& fit) {
  std::vector<Solution> solutions;
  for (std::size_t k = 0; k < n_scores; ++k) {
    LinearObjective objective(one_against_rest(problem, k, n_scores), context);
    const Solver solver = choose_solver(objective);
    fit.solver.name = solver.name;
    const std::uint64_t progress_done = progress_total - (n_scores - k) * parameters.max_iter;
    RF_ASSIGN(Solution solution,
              solver.solve(objective, {parameters.tol, parameters.max_iter, progress_done, progress_total}));
    solutions.push_back(std::move(solution));
  }
  return solutions;
}

void center(std::span<double> values, std::size_t first, std::size_t stride) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = first; i < values.size(); i += stride, ++count) sum += values[i];
  const double mean = sum / static_cast<double>(count);
  for (std::size_t i = first; i < values.size(); i += stride) values[i] -= mean;
}

}  // namespace

core::Result<LinearFit> fit_logistic_regression(const core::SampleView& x, const model::ClassTarget& target,
                                                const params::LogisticRegression& parameters,
                                                core::Context& context) {
  const bool multinomial = target.n_classes > 2;
  LinearObjective objective(logistic_problem(x, target, parameters), context);
  const Solver solver = choose_solver(objective);
  RF_ASSIGN(const Solution solution,
            solver.solve(objective, {parameters.tol, parameters.max_iter, 0, parameters.max_iter}));

  LinearFit fit;
  fit.model.link = multinomial ? model::Link::kSoftmax : model::Link::kLogistic;
  fit.model.n_features = x.n_features;
  append_scores(solution, x.n_features, fit.model);
  if (multinomial) center(fit.model.intercepts, 0, 1);
  if (multinomial && parameters.penalty == params::Penalty::kNone)
    for (std::size_t j = 0; j < x.n_features; ++j) center(fit.model.coefficients, j, x.n_features);
  fit.solver.name = solver.name;
  describe({&solution, 1}, parameters.max_iter, fit);
  RF_TRY(check_finite(fit.model, fit.solver));
  return fit;
}

core::Result<LinearFit> fit_linear_svc(const core::SampleView& x, const model::ClassTarget& target,
                                       const params::LinearSvc& parameters, core::Context& context) {
  const std::size_t n_scores = target.n_classes == 2 ? 1 : target.n_classes;
  const std::uint64_t max_iter = parameters.max_iter;
  LinearFit fit;
  fit.model.link = model::Link::kDecision;
  fit.model.n_features = x.n_features;
  LinearProblem problem = linear_svc_problem(x, target, parameters);
  std::vector<Solution> solutions;
  const bool at_once = tries_all_at_once(problem, n_scores);
  // The attempt to solve all classes at once counts as one more class for the progress.
  const std::uint64_t progress_total = (n_scores + (at_once ? 1 : 0)) * max_iter;
  if (at_once) {
    problem.n_scores = n_scores;
    LinearObjective objective(problem, context);
    fit.solver.name = kSubsampledNewton;
    RF_ASSIGN(std::optional<Solution> solution,
              solve_all_against_rest(objective, {parameters.tol, parameters.max_iter, 0, progress_total}));
    if (solution) solutions.push_back(std::move(*solution));
  }
  if (solutions.empty()) {
    RF_ASSIGN(solutions, solve_each(problem, n_scores, parameters, progress_total, context, fit));
  }
  for (const Solution& solution : solutions) append_scores(solution, x.n_features, fit.model);
  describe(solutions, parameters.max_iter, fit);
  RF_TRY(check_finite(fit.model, fit.solver));
  return fit;
}

}  // namespace rf::linear
