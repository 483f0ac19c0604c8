// SPDX-License-Identifier: MIT
// L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4) with ten pairs and a weak Wolfe
// line search by bisection (Lewis and Overton, Nonsmooth Optimization via Quasi-Newton Methods, 2013,
// algorithm 2.6). tests/unit/linear/lbfgs_test.cpp compares with Newton's method.
#include <algorithm>
#include <deque>

#include "linear/solver.hpp"

namespace rf::linear {
namespace {

constexpr std::size_t kPairs = 10;
constexpr int kMostTrials = 60;
constexpr double kCurvature = 0.9;

class Lbfgs {
 public:
  Lbfgs(LinearObjective& objective, const SolveOptions& options)
      : objective_(objective), kernels_(objective.context().kernels), options_(options) {}

  core::Result<Solution> solve(Solution begun) {
    if (begun.theta.empty()) {
      solution_.theta.assign(objective_.n_unknowns(), 0.0);
      RF_ASSIGN(evaluation_, objective_.evaluate(solution_.theta));
      solution_.tolerance = options_.tol * std::max(1.0, largest_magnitude(evaluation_.gradient));
    } else {
      solution_ = std::move(begun);
      RF_ASSIGN(evaluation_, objective_.evaluate(solution_.theta));
    }
    RF_TRY(iterate(*this, objective_.context().monitor, options_, 20, solution_));
    return std::move(solution_);
  }

  core::Result<Solution> judge(std::vector<double> theta) {
    RF_ASSIGN(const Evaluation zero, objective_.evaluate(std::vector<double>(objective_.n_unknowns(), 0.0)));
    solution_.tolerance = options_.tol * std::max(1.0, largest_magnitude(zero.gradient));
    solution_.theta = std::move(theta);
    return solve(std::move(solution_));
  }

  double gradient_norm() const { return largest_magnitude(evaluation_.gradient); }
  double value() const { return evaluation_.value; }

  core::Result<bool> settle() {
    solution_.ending = model::Ending::kConverged;
    if (objective_.problem().l2 != 0) return true;
    RF_ASSIGN(const bool separated, objective_.separates(solution_.theta));
    if (separated) solution_.ending = model::Ending::kSeparated;
    return true;
  }

  core::Result<bool> step() {
    RF_ASSIGN(const bool moved, search());
    if (moved || pairs_.empty()) return moved;
    pairs_.clear();  // try once more, along the gradient itself
    return search();
  }

 private:
  struct Pair {
    std::vector<double> s;  ///< change of theta
    std::vector<double> y;  ///< change of the gradient
    double sy;
    double yy;
  };

  double dot(const std::vector<double>& a, const std::vector<double>& b) const {
    return kernels_.dot(a.data(), b.data(), a.size());
  }

  /// The scale while there are no pairs: the inverse of a bound on the curvature along standardised columns.
  double first_scale() const {
    const LinearProblem& problem = objective_.problem();
    const double bound = problem.loss == Loss::kSquaredHinge ? 2
                         : problem.loss == Loss::kSoftmax    ? 0.5
                                                             : 0.25;
    return 1 / (bound * kernels_.sum(problem.weight.data(), problem.weight.size()) + problem.l2);
  }

  std::vector<double> direction() const {
    std::vector<double> q = evaluation_.gradient;
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = dot(pairs_[i].s, q) / pairs_[i].sy;
      kernels_.axpy(-alpha[i], pairs_[i].y.data(), q.data(), q.size());
    }
    const double scale = pairs_.empty() ? first_scale() : pairs_.back().sy / pairs_.back().yy;
    for (double& value : q) value *= scale;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double beta = dot(pairs_[i].y, q) / pairs_[i].sy;
      kernels_.axpy(alpha[i] - beta, pairs_[i].s.data(), q.data(), q.size());
    }
    for (double& value : q) value = 0 - value;
    return q;
  }

  core::Result<bool> search() {
    const std::vector<double> d = direction();
    const double slope = dot(evaluation_.gradient, d);
    if (!(slope < 0)) return false;
    double low = 0;
    double high = 0;  // 0 while unknown
    double length = 1;
    Evaluation best;
    std::vector<double> best_theta;
    for (int trial = 0; trial < kMostTrials; ++trial) {
      std::vector<double> theta = solution_.theta;
      kernels_.axpy(length, d.data(), theta.data(), theta.size());
      RF_ASSIGN(Evaluation evaluation, objective_.evaluate(theta));
      const double slope_after = dot(evaluation.gradient, d);
      if (!is_sufficient({length, evaluation_.value, evaluation.value, slope, slope_after})) {
        high = length;
      } else {
        low = length;
        best = std::move(evaluation);
        best_theta = std::move(theta);
        if (slope_after >= kCurvature * slope) break;
      }
      length = high > 0 ? 0.5 * (low + high) : 2 * length;
    }
    if (low == 0) return false;
    remember(best_theta, best.gradient);
    solution_.theta = std::move(best_theta);
    evaluation_ = std::move(best);
    return true;
  }

  void remember(const std::vector<double>& theta, const std::vector<double>& gradient) {
    Pair pair{theta, gradient, 0, 0};
    kernels_.axpy(-1, solution_.theta.data(), pair.s.data(), pair.s.size());
    kernels_.axpy(-1, evaluation_.gradient.data(), pair.y.data(), pair.y.size());
    pair.sy = dot(pair.s, pair.y);
    pair.yy = dot(pair.y, pair.y);
    if (!(pair.sy > 0)) return;
    pairs_.push_back(std::move(pair));
    if (pairs_.size() > kPairs) pairs_.pop_front();
  }

  LinearObjective& objective_;
  const core::Kernels& kernels_;
  const SolveOptions& options_;
  Evaluation evaluation_;
  std::deque<Pair> pairs_;
  Solution solution_;
};

}  // namespace

core::Result<Solution> solve_lbfgs(LinearObjective& objective, const SolveOptions& options, Solution begun) {
  return Lbfgs(objective, options).solve(std::move(begun));
}

core::Result<Solution> judge_smooth(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta) {
  const SolveOptions judging = only_judging(options);
  return Lbfgs(objective, judging).judge(std::move(theta));
}

}  // namespace rf::linear
