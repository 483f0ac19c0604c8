// SPDX-License-Identifier: MIT
// From a family's parameters to objectives, from shape to solver, from solutions to a model.
// tests/unit/train/linear_test.cpp compares with outside references.
#include "train/linear.hpp"

#include <algorithm>

#include "train/linear_objective.hpp"
#include "train/report.hpp"
#include "train/solver.hpp"

namespace rf::train {
namespace {

/// Up to this many unknowns Newton's method factors the whole Hessian; more go to L-BFGS.
constexpr std::size_t kNewtonUnknowns = 300;

/// C * sample weight * class weight; balanced: n / (n_classes * number of samples of the class).
std::vector<double> row_weights(const ClassTarget& target, double c, params::ClassWeight class_weight) {
  std::vector<double> by_class(target.n_classes, 1.0);
  if (class_weight == params::ClassWeight::kBalanced) {
    std::vector<std::size_t> count(target.n_classes, 0);
    for (const std::int32_t k : target.class_of) ++count[static_cast<std::size_t>(k)];
    for (std::size_t k = 0; k < count.size(); ++k)
      by_class[k] = static_cast<double>(target.class_of.size()) /
                    (static_cast<double>(target.n_classes) * static_cast<double>(count[k]));
  }
  std::vector<double> weight(target.class_of.size());
  for (std::size_t i = 0; i < weight.size(); ++i)
    weight[i] = c * (target.sample_weight.empty() ? 1.0 : target.sample_weight[i]) *
                by_class[static_cast<std::size_t>(target.class_of[i])];
  return weight;
}

struct Solver {
  const char* name;
  core::Result<Solution> (*solve)(LinearObjective&, const SolveOptions&);
};

constexpr const char* kSubsampledNewton = "subsampled_newton";

/// Few unknowns for each score, and rows enough that samples of them say nearly all.
bool has_samples(const core::SampleView& x) {
  return x.n_features < kNewtonUnknowns && first_sample(x.n_samples, x.n_features) > 1;
}

core::Result<Solution> solve_plain_lbfgs(LinearObjective& objective, const SolveOptions& options) {
  return solve_lbfgs(objective, options);
}

core::Result<Solution> solve_plain_newton(LinearObjective& objective, const SolveOptions& options) {
  return solve_newton(objective, options);
}

Solver choose_solver(const LinearObjective& objective) {
  const LinearProblem& problem = objective.problem();
  const bool one_penalised_score = problem.n_scores == 1 && problem.l2 > 0;
  const bool few = objective.n_unknowns() <= kNewtonUnknowns;
  if (problem.l1 > 0) return {"newton_coordinate_descent", solve_coordinate_descent};
  if (one_penalised_score && has_samples(problem.x)) return {kSubsampledNewton, solve_subsampled_newton};
  if (few) return {"newton_cholesky", solve_plain_newton};
  if (one_penalised_score) return {"newton_cg", solve_newton_cg};
  return {"lbfgs", solve_plain_lbfgs};
}

void set_penalty(const params::LogisticRegression& parameters, LinearProblem& problem) {
  const double ratio = parameters.penalty == params::Penalty::kL1           ? 1
                       : parameters.penalty == params::Penalty::kElasticNet ? parameters.l1_ratio
                                                                            : 0;
  if (parameters.penalty == params::Penalty::kNone) return;
  problem.l1 = ratio;
  problem.l2 = 1 - ratio;
}

/// Scores of `solution` follow those already in the model.
void append_scores(const Solution& solution, std::size_t n_features, model::LinearModel& model) {
  for (std::size_t u = 0; u < solution.theta.size(); ++u) {
    const double value = solution.theta[u] + 0.0;  // -0 becomes 0
    (u % (n_features + 1) == 0 ? model.intercepts : model.coefficients).push_back(value);
  }
}

/// Several solves count as one: the largest of iterations and gradients, the sum of the objectives, and one
/// diagnostic each for the solve furthest from its end and for the one that left out most columns.
void describe(std::span<const Solution> solutions, std::uint32_t max_iter, LinearFit& fit) {
  const Solution* unfinished = nullptr;
  const Solution* deficient = nullptr;
  fit.solver.gradient_norm = 0;
  fit.solver.objective = 0;
  for (const Solution& solution : solutions) {
    fit.solver.iterations = std::max<std::uint64_t>(fit.solver.iterations, solution.iterations);
    fit.solver.gradient_norm = std::max(*fit.solver.gradient_norm, solution.gradient_norm);
    fit.solver.objective = *fit.solver.objective + solution.value;
    if (!solution.dropped.empty() && (!deficient || solution.dropped.size() > deficient->dropped.size()))
      deficient = &solution;
    if (solution.ending != Ending::kConverged &&
        (!unfinished || solution.gradient_norm > unfinished->gradient_norm))
      unfinished = &solution;
  }
  fit.solver.converged = !unfinished;
  if (deficient) fit.diagnostics.push_back(rank_deficient(deficient->dropped));
  if (unfinished) fit.diagnostics.push_back(not_converged(*unfinished, max_iter));
}

/// One class against the rest after another. Names the solver in `fit`.
core::Result<std::vector<Solution>> solve_each(LinearProblem problem, std::size_t n_scores,
                                               const params::LinearSvc& parameters,
                                               std::uint64_t progress_total, core::Context& context,
                                               LinearFit& fit) {
  std::vector<Solution> solutions;
  problem.n_scores = 1;
  for (std::size_t k = 0; k < n_scores; ++k) {
    problem.positive_class = static_cast<std::int32_t>(n_scores == 1 ? 1 : k);
    LinearObjective objective(problem, context);
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

core::Result<LinearFit> fit_logistic_regression(const core::SampleView& x, const ClassTarget& target,
                                                const params::LogisticRegression& parameters,
                                                core::Context& context) {
  const bool multinomial = target.n_classes > 2;
  LinearProblem problem;
  problem.x = x;
  problem.loss = multinomial ? Loss::kSoftmax : Loss::kLogistic;
  problem.n_scores = multinomial ? target.n_classes : 1;
  problem.class_of = target.class_of;
  problem.weight = row_weights(target, parameters.C, parameters.class_weight);
  set_penalty(parameters, problem);
  LinearObjective objective(std::move(problem), context);
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

core::Result<LinearFit> fit_linear_svc(const core::SampleView& x, const ClassTarget& target,
                                       const params::LinearSvc& parameters, core::Context& context) {
  const std::size_t n_scores = target.n_classes == 2 ? 1 : target.n_classes;
  const std::uint64_t max_iter = parameters.max_iter;
  LinearFit fit;
  fit.model.link = model::Link::kDecision;
  fit.model.n_features = x.n_features;
  LinearProblem problem;
  problem.x = x;
  problem.loss = Loss::kSquaredHinge;
  problem.class_of = target.class_of;
  problem.weight = row_weights(target, parameters.C, parameters.class_weight);
  problem.l2 = 1;
  problem.intercept_penalised = true;
  std::vector<Solution> solutions;
  const bool at_once = n_scores > 1 && has_samples(x);
  // All at once counts as one more class for the progress.
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
    RF_ASSIGN(solutions, solve_each(std::move(problem), n_scores, parameters, progress_total, context, fit));
  }
  for (const Solution& solution : solutions) append_scores(solution, x.n_features, fit.model);
  describe(solutions, parameters.max_iter, fit);
  RF_TRY(check_finite(fit.model, fit.solver));
  return fit;
}

}  // namespace rf::train
