// SPDX-License-Identifier: MIT
// Row weights, penalty and solver of each linear family. tests/unit/linear/linear_test.cpp and
// tests/unit/audit/standing_test.cpp pin it.
#include "linear/linear_problem.hpp"

#include <utility>

namespace rf::linear {
namespace {

/// Up to this many unknowns, Newton's method factors the whole Hessian. Problems with more unknowns go to
/// Newton's method with conjugate gradients or to L-BFGS.
constexpr std::size_t kNewtonUnknowns = 300;

/// C * sample weight * class weight. A balanced class weight is n / (n_classes * number of samples of the
/// class).
std::vector<double> row_weights(const model::ClassTarget& target, double c,
                                params::ClassWeight class_weight) {
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

/// True if each score has few unknowns and there are so many rows that samples of them contain nearly all the
/// information.
bool has_samples(const core::SampleView& x) {
  return x.n_features < kNewtonUnknowns && first_sample(x.n_samples, x.n_features) > 1;
}

core::Result<Solution> solve_plain_lbfgs(LinearObjective& objective, const SolveOptions& options) {
  return solve_lbfgs(objective, options);
}

core::Result<Solution> solve_plain_newton(LinearObjective& objective, const SolveOptions& options) {
  return solve_newton(objective, options);
}

void set_penalty(const params::LogisticRegression& parameters, LinearProblem& problem) {
  const double ratio = parameters.penalty == params::Penalty::kL1           ? 1
                       : parameters.penalty == params::Penalty::kElasticNet ? parameters.l1_ratio
                                                                            : 0;
  if (parameters.penalty == params::Penalty::kNone) return;
  problem.l1 = ratio;
  problem.l2 = 1 - ratio;
}

}  // namespace

Solver choose_solver(const LinearObjective& objective) {
  const LinearProblem& problem = objective.problem();
  const bool one_penalised_score = problem.n_scores == 1 && problem.l2 > 0;
  const bool few = objective.n_unknowns() <= kNewtonUnknowns;
  if (problem.l1 > 0)
    return {"newton_coordinate_descent", solve_coordinate_descent, judge_coordinate_descent};
  if (one_penalised_score && has_samples(problem.x))
    return {kSubsampledNewton, solve_subsampled_newton, judge_smooth, judge_newton};
  if (few) return {"newton_cholesky", solve_plain_newton, judge_newton};
  if (one_penalised_score) return {"newton_cg", solve_newton_cg, judge_smooth};
  return {"lbfgs", solve_plain_lbfgs, judge_smooth};
}

LinearProblem logistic_problem(const core::SampleView& x, const model::ClassTarget& target,
                               const params::LogisticRegression& parameters) {
  const bool multinomial = target.n_classes > 2;
  LinearProblem problem;
  problem.x = x;
  problem.loss = multinomial ? Loss::kSoftmax : Loss::kLogistic;
  problem.n_scores = multinomial ? target.n_classes : 1;
  problem.class_of = target.class_of;
  problem.weight = row_weights(target, parameters.C, parameters.class_weight);
  set_penalty(parameters, problem);
  return problem;
}

LinearProblem linear_svc_problem(const core::SampleView& x, const model::ClassTarget& target,
                                 const params::LinearSvc& parameters) {
  LinearProblem problem;
  problem.x = x;
  problem.loss = Loss::kSquaredHinge;
  problem.class_of = target.class_of;
  problem.weight = row_weights(target, parameters.C, parameters.class_weight);
  problem.l2 = 1;
  problem.intercept_penalised = true;
  return problem;
}

LinearProblem one_against_rest(LinearProblem problem, std::size_t k, std::size_t n_scores) {
  problem.n_scores = 1;
  problem.positive_class = static_cast<std::int32_t>(n_scores == 1 ? 1 : k);
  return problem;
}

bool tries_all_at_once(const LinearProblem& problem, std::size_t n_scores) {
  return n_scores > 1 && has_samples(problem.x);
}

}  // namespace rf::linear
