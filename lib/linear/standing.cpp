// SPDX-License-Identifier: MIT
// Standings of the iterative linear families. tests/unit/audit/standing_test.cpp pins them and measures the
// margins.
#include "linear/standing.hpp"

#include <algorithm>
#include <cmath>

#include "core/row_sums.hpp"
#include "linear/linear_problem.hpp"
#include "linear/report.hpp"
#include "linear/standing_faults.hpp"

namespace rf::linear {
namespace {

/// Training shifts a softmax model's unknowns after the solve, and the shifted unknowns give slightly
/// different scores. A score of row i differs by the rounding of all terms that were added up for it, S_i = 1
/// + sum of |theta x|. p - y, the loss and their sums differ by as much. The bound is w_i S_i |x_ij| summed
/// over the rows, times this constant. Over 8,000 random problems the largest distance seen was 0.05 of the
/// bound.
constexpr double kShiftRounding = 0x1p-48;

/// The model's unknowns in the order of LinearObjective.
std::vector<double> theta_of(const model::LinearModel& model, std::size_t first, std::size_t n_scores) {
  std::vector<double> theta;
  theta.reserve(n_scores * (model.n_features + 1));
  for (std::size_t k = first; k < first + n_scores; ++k) {
    theta.push_back(model.intercepts[k]);
    const auto from = model.coefficients.begin() + static_cast<std::ptrdiff_t>(k * model.n_features);
    theta.insert(theta.end(), from, from + static_cast<std::ptrdiff_t>(model.n_features));
  }
  return theta;
}

bool is_zero(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

bool all_zero(const model::LinearModel& model) {
  return is_zero(model.intercepts) && is_zero(model.coefficients);
}

/// sum_i w_i S_i and, feature by feature, sum_i w_i S_i |x_ij|.
core::Result<std::vector<double>> rounding_sums(const LinearObjective& objective,
                                                std::span<const double> theta) {
  const LinearProblem& problem = objective.problem();
  const std::size_t p = problem.x.n_features;
  return core::sum_rows(objective.context(), problem.x.n_samples, p + 1,
                        [&](core::RowRange rows, std::uint32_t, double* sums) {
                          for (std::size_t i = rows.begin; i < rows.end; ++i) {
                            const double* const x = problem.x.sample(i);
                            double largest = 0;
                            for (std::size_t k = 0; k < problem.n_scores; ++k) {
                              const double* const score = theta.data() + k * (p + 1);
                              double sum = 1 + std::abs(score[0]);
                              for (std::size_t j = 0; j < p; ++j) sum += std::abs(score[1 + j] * x[j]);
                              largest = std::max(largest, sum);
                            }
                            const double weighted = problem.weight[i] * largest;
                            sums[0] += weighted;
                            for (std::size_t j = 0; j < p; ++j) sums[1 + j] += weighted * std::abs(x[j]);
                          }
                        });
}

/// Returns the ways in which the solver may report that it ended, if it found these `solutions`.
std::vector<model::End> ends_of(const Totals& totals, std::span<const Solution> solutions) {
  if (!totals.unfinished)
    return {
        {model::Ending::kConverged, totals.gradient_norm, solutions[0].tolerance, model::Reach::kDecided}};
  const Solution& unfinished = *totals.unfinished;
  model::End end{unfinished.ending, unfinished.gradient_norm, unfinished.tolerance, model::Reach::kDecided};
  if (end.ending != model::Ending::kIterationLimit) return {end};
  model::End stuck = end;
  stuck.ending = model::Ending::kRounding;
  return {end, stuck};
}

/// All endings, for a case in which rounding decides. With a penalty, the gradient alone decides whether the
/// solver went on.
std::vector<model::End> every_end(const Solution& solution, const LinearProblem& problem) {
  const auto end = [&](model::Ending ending, model::Reach reach) -> model::End {
    return {ending, solution.gradient_norm, solution.tolerance, reach};
  };
  const bool penalised = problem.l1 > 0 || problem.l2 > 0;
  const model::Reach going_on = penalised ? model::Reach::kBeyond : model::Reach::kDecided;
  std::vector<model::End> ends = {end(model::Ending::kConverged, model::Reach::kWithin),
                                  end(model::Ending::kIterationLimit, going_on),
                                  end(model::Ending::kRounding, going_on)};
  if (!penalised) ends.push_back(end(model::Ending::kSeparated, model::Reach::kWithin));
  return ends;
}

model::Standing standing_at(const model::LinearModel& model, std::span<const Solution> solutions,
                            const char* solver, std::uint32_t max_iter) {
  const Totals totals = totals_of(solutions);
  model::Standing standing;
  standing.solver = solver;
  standing.n_solves = solutions.size();
  standing.max_iter = max_iter;
  standing.gradient_norm = totals.gradient_norm;
  standing.objective = totals.objective;
  standing.ends = ends_of(totals, solutions);
  if (totals.deficient) standing.dropped = totals.deficient->dropped;
  standing.of_model = nonzero_faults(model, standing.dropped);
  // kSubsampledNewton moves theta away from zero on subsamples before it counts iterations. Every other
  // solver counts from theta = 0.
  const bool starts_at_zero = standing.solver != kSubsampledNewton;
  const bool goes_on = standing.ends[0].ending == model::Ending::kIterationLimit;
  standing.least_iterations = starts_at_zero && !all_zero(model) ? 1 : 0;
  standing.most_iterations = starts_at_zero && all_zero(model) && !goes_on ? 0 : max_iter;
  return standing;
}

/// For softmax only: sets the margins, and allows every ending if rounding decides.
core::Result<> allow_for_shift(const LinearObjective& objective, std::span<const double> theta,
                               const Solution& solution, model::Standing& standing) {
  RF_ASSIGN(const std::vector<double> sums, rounding_sums(objective, theta));
  standing.objective_margin = kShiftRounding * (sums[0] + std::abs(solution.value));
  standing.gradient_margin = kShiftRounding * largest_magnitude(sums);
  if (solution.close_call ||
      !(std::abs(solution.gradient_norm - solution.tolerance) > standing.gradient_margin))
    standing.ends = every_end(solution, objective.problem());
  return {};
}

struct Judging {
  const model::LinearModel& model;
  const LinearProblem& problem;
  std::size_t n_scores;
  SolveOptions options;
  core::Context& context;
};

core::Result<model::Standing> at_once(const Judging& judging) {
  LinearProblem problem = judging.problem;
  problem.n_scores = judging.n_scores;
  LinearObjective objective(std::move(problem), judging.context);
  RF_ASSIGN(const Solution solution,
            judge_all_against_rest(objective, judging.options, theta_of(judging.model, 0, judging.n_scores)));
  return standing_at(judging.model, {&solution, 1}, kSubsampledNewton, judging.options.max_iter);
}

/// Judges class by class. If handing over leaves columns out, the second standing is the one after handing
/// over.
core::Result<model::Standings> one_by_one(const Judging& judging) {
  std::vector<Solution> solutions;
  std::vector<Solution> handed_over;
  const char* name = "";
  bool differs = false;
  for (std::size_t k = 0; k < judging.n_scores; ++k) {
    LinearObjective objective(one_against_rest(judging.problem, k, judging.n_scores), judging.context);
    const Solver solver = choose_solver(objective);
    name = solver.name;
    const std::vector<double> theta = theta_of(judging.model, k, 1);
    RF_ASSIGN(Solution solution, solver.judge(objective, judging.options, theta));
    handed_over.push_back(solution);
    solutions.push_back(std::move(solution));
    if (!solver.judge_handed_over) continue;
    RF_ASSIGN(handed_over.back(), solver.judge_handed_over(objective, judging.options, theta));
    differs = differs || !handed_over.back().dropped.empty();
  }
  model::Standings standings = {standing_at(judging.model, solutions, name, judging.options.max_iter)};
  if (differs) standings.push_back(standing_at(judging.model, handed_over, name, judging.options.max_iter));
  return standings;
}

core::Result<model::Standings> softmax_standings(const Judging& judging) {
  LinearObjective objective(judging.problem, judging.context);
  const Solver solver = choose_solver(objective);
  const std::vector<double> theta = theta_of(judging.model, 0, judging.n_scores);
  RF_ASSIGN(const Solution solution, solver.judge(objective, judging.options, theta));
  model::Standing standing =
      standing_at(judging.model, {&solution, 1}, solver.name, judging.options.max_iter);
  RF_TRY(allow_for_shift(objective, theta, solution, standing));
  return model::Standings{std::move(standing)};
}

}  // namespace

core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ClassTarget& target,
                                            const params::LogisticRegression& parameters,
                                            core::Context& context) {
  const LinearProblem problem = logistic_problem(x, target, parameters);
  if (auto fault = shape_fault(model, x.n_features, problem.n_scores)) return model::only(std::move(*fault));
  const Judging judging{
      model, problem, problem.n_scores, {parameters.tol, parameters.max_iter, 0, 0}, context};
  return problem.loss == Loss::kSoftmax ? softmax_standings(judging) : one_by_one(judging);
}

core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ClassTarget& target,
                                            const params::LinearSvc& parameters, core::Context& context) {
  const std::size_t n_scores = target.n_classes == 2 ? 1 : target.n_classes;
  if (auto fault = shape_fault(model, x.n_features, n_scores)) return model::only(std::move(*fault));
  const LinearProblem problem = linear_svc_problem(x, target, parameters);
  const Judging judging{model, problem, n_scores, {parameters.tol, parameters.max_iter, 0, 0}, context};
  RF_ASSIGN(model::Standings standings, one_by_one(judging));
  if (tries_all_at_once(problem, n_scores)) {
    RF_ASSIGN(model::Standing together, at_once(judging));
    standings.insert(standings.begin(), std::move(together));
  }
  return standings;
}

}  // namespace rf::linear
