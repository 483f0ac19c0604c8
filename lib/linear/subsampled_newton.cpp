// SPDX-License-Identifier: MIT
// With many rows for each unknown, a sample of the rows contains nearly all the information (Byrd, Chin,
// Neveitt, Nocedal, On the Use of Stochastic Hessian Information in Optimization Methods for Machine
// Learning, 2011). Newton steps on growing samples find the start. The first pass over all rows computes
// value, gradient and, in floats, the metric there. Every later pass computes value and gradient alone, and
// secant pairs correct the metric as in L-BFGS. All gradients on all rows are double, so the optimum is as
// accurate as that of Newton's method. If something goes wrong (a metric that is nearly singular, steps that
// gain little), Newton's method takes over. tests/unit/linear/solvers_agree_test.cpp compares it with dense
// Newton.
#include <algorithm>
#include <cmath>
#include <limits>

#include "linear/cholesky.hpp"
#include "linear/solver.hpp"

namespace rf::linear {
namespace {

/// Rows per feature in the smallest sample.
constexpr std::size_t kSampleRowsPerFeature = 90;
/// Each sample has this many times as many rows as the one before.
constexpr std::size_t kGrowth = 8;
/// In a matrix computed in floats, a pivot below this share of its column's diagonal entry could be rounding.
constexpr double kFloatPivotTolerance = 1e-5;
constexpr int kSubsampleHalvings = 8;
/// The solver gives up after more than this many iterations that reduce the gradient norm by less than half.
constexpr int kMostSlow = 2;

class SubsampledNewton {
 public:
  SubsampledNewton(LinearObjective& objective, const SolveOptions& options)
      : objective_(objective),
        kernels_(objective.context().kernels),
        options_(options),
        n_(objective.n_features() + 1) {}

  /// Returns whether it ended without giving up.
  core::Result<bool> solve() {
    solution_.theta.assign(objective_.n_unknowns(), 0.0);
    RF_TRY(start_from_samples());
    if (!gave_up_) RF_TRY(pass_first());
    if (!gave_up_) RF_TRY(iterate(*this, objective_.context().monitor, options_, 3, solution_));
    return !gave_up_;
  }

  core::Result<Solution> judge(std::vector<double> theta) {
    solution_.theta = std::move(theta);
    RF_ASSIGN(evaluation_, objective_.evaluate_first(solution_.theta));
    set_tolerance();
    RF_TRY(iterate(*this, objective_.context().monitor, options_, 3, solution_));
    return std::move(solution_);
  }

  Solution take() && { return std::move(solution_); }

  double gradient_norm() const { return largest_magnitude(evaluation_.gradient); }
  double value() const { return evaluation_.value; }

  core::Result<bool> settle() {
    solution_.ending = model::Ending::kConverged;
    return true;
  }

  core::Result<bool> step() {
    const double norm = gradient_norm();
    RF_ASSIGN(bool moved, search());
    if (gradient_norm() > 0.5 * norm) ++n_slow_;
    if (!moved || n_slow_ > kMostSlow) gave_up_ = true;
    return !gave_up_;
  }

 private:
  /// Changes of theta (s) and of the gradient (y). Scores do not depend on each other, so each score has its
  /// own pair.
  struct Pair {
    std::vector<double> s;
    std::vector<double> y;
    std::vector<double> sy;  ///< per score
  };

  double dot(const std::vector<double>& a, const std::vector<double>& b) const {
    return kernels_.dot(a.data(), b.data(), a.size());
  }

  /// Factors the metric of each score. Gives up if the rounding of floats may have spoilt one.
  void adopt(const std::vector<double>& metric) {
    factors_.clear();
    const std::size_t size = n_ * n_;
    for (std::size_t k = 0; k < objective_.problem().n_scores; ++k) {
      const auto from = metric.begin() + static_cast<std::ptrdiff_t>(k * size);
      factors_.emplace_back(std::vector<double>(from, from + static_cast<std::ptrdiff_t>(size)), n_,
                            std::span<const double>{}, kernels_);
      if (!(factors_.back().smallest_pivot() >= kFloatPivotTolerance)) gave_up_ = true;
    }
  }

  /// Takes two steps on the smallest sample and one on each other sample. Several scores end with a step on
  /// half of the rows and keep the metric of that sample, because another pass for all scores costs less than
  /// a whole metric for each.
  core::Result<> start_from_samples() {
    const std::size_t first = first_sample(objective_.problem().x.n_samples, objective_.n_features());
    for (std::size_t every = first; every > 1 && !gave_up_; every /= kGrowth) {
      RF_TRY(step_on_sample(every));
      if (every == first && !gave_up_) RF_TRY(step_on_sample(every));
    }
    if (objective_.problem().n_scores > 1 && !gave_up_) RF_TRY(step_on_sample(2));
    return {};
  }

  core::Result<> step_on_sample(std::size_t every) {
    RF_ASSIGN(Evaluation sample, objective_.evaluate_sample(solution_.theta, every));
    adopt(sample.metric);
    if (gave_up_) return {};
    for (std::size_t k = 0; k < factors_.size(); ++k)
      factors_[k].solve({sample.gradient.data() + k * n_, n_});
    kernels_.axpy(-1, sample.gradient.data(), solution_.theta.data(), solution_.theta.size());
    return {};
  }

  /// Takes the strictest of the scores' tolerances.
  void set_tolerance() {
    solution_.tolerance = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < objective_.problem().n_scores; ++k) {
      const double norm = largest_magnitude({evaluation_.gradient_at_zero.data() + k * n_, n_});
      solution_.tolerance = std::min(solution_.tolerance, options_.tol * std::max(1.0, norm));
    }
  }

  core::Result<> pass_first() {
    RF_ASSIGN(evaluation_, objective_.evaluate_first(solution_.theta));
    set_tolerance();
    const double at_zero = objective_.value_at_zero();
    if (!(evaluation_.value <= at_zero + rounding_of(at_zero))) {
      solution_.theta.clear();
      gave_up_ = true;
      return {};
    }
    if (!evaluation_.metric.empty()) adopt(evaluation_.metric);
    solution_.iterations = 1;
    return objective_.context().monitor.report("train", options_.progress_done + 1, options_.progress_total);
  }

  /// Two-loop recursion of L-BFGS around the metric, score by score.
  std::vector<double> direction() const {
    std::vector<double> d = evaluation_.gradient;
    std::vector<double> alpha(pairs_.size());
    for (std::size_t k = 0; k < factors_.size(); ++k) {
      double* const q = d.data() + k * n_;
      for (std::size_t i = pairs_.size(); i-- > 0;) {
        const Pair& pair = pairs_[i];
        alpha[i] = pair.sy[k] > 0 ? kernels_.dot(pair.s.data() + k * n_, q, n_) / pair.sy[k] : 0;
        kernels_.axpy(-alpha[i], pair.y.data() + k * n_, q, n_);
      }
      factors_[k].solve({q, n_});
      for (std::size_t i = 0; i < pairs_.size(); ++i) {
        const Pair& pair = pairs_[i];
        const double beta = pair.sy[k] > 0 ? kernels_.dot(pair.y.data() + k * n_, q, n_) / pair.sy[k] : 0;
        kernels_.axpy(alpha[i] - beta, pair.s.data() + k * n_, q, n_);
      }
    }
    for (double& value : d) value = 0 - value;
    return d;
  }

  core::Result<bool> search() {
    std::vector<double> d = direction();
    const double slope = dot(evaluation_.gradient, d);
    if (!(slope < 0)) return false;
    double length = 1;
    for (int halvings = 0; halvings < kSubsampleHalvings; ++halvings, length *= 0.5) {
      std::vector<double> theta = solution_.theta;
      kernels_.axpy(length, d.data(), theta.data(), theta.size());
      RF_ASSIGN(Evaluation trial, objective_.evaluate(theta));
      if (!is_sufficient({length, evaluation_.value, trial.value, slope, dot(trial.gradient, d)})) continue;
      for (double& change : d) change *= length;
      remember(std::move(d), trial.gradient);
      solution_.theta = std::move(theta);
      evaluation_ = std::move(trial);
      return true;
    }
    return false;
  }

  void remember(std::vector<double> change, const std::vector<double>& gradient) {
    Pair pair{std::move(change), gradient, {}};
    kernels_.axpy(-1, evaluation_.gradient.data(), pair.y.data(), pair.y.size());
    for (std::size_t k = 0; k < factors_.size(); ++k)
      pair.sy.push_back(kernels_.dot(pair.s.data() + k * n_, pair.y.data() + k * n_, n_));
    pairs_.push_back(std::move(pair));
  }

  LinearObjective& objective_;
  const core::Kernels& kernels_;
  const SolveOptions& options_;
  Evaluation evaluation_;
  std::size_t n_;  ///< unknowns of a score
  std::vector<Cholesky> factors_;
  std::vector<Pair> pairs_;
  int n_slow_ = 0;
  bool gave_up_ = false;
  Solution solution_;
};

}  // namespace

std::size_t first_sample(std::size_t n_rows, std::size_t n_features) {
  std::size_t every = 1;
  while (n_rows / (every * kGrowth) >= kSampleRowsPerFeature * (n_features + 1)) every *= kGrowth;
  return every;
}

core::Result<Solution> solve_subsampled_newton(LinearObjective& objective, const SolveOptions& options) {
  SubsampledNewton solver(objective, options);
  RF_ASSIGN(const bool ended, solver.solve());
  if (ended) return std::move(solver).take();
  return solve_newton(objective, options, std::move(solver).take());
}

core::Result<std::optional<Solution>> solve_all_against_rest(LinearObjective& objective,
                                                             const SolveOptions& options) {
  SubsampledNewton solver(objective, options);
  RF_ASSIGN(const bool ended, solver.solve());
  if (!ended) return std::optional<Solution>{};
  return std::optional<Solution>(std::move(solver).take());
}

core::Result<Solution> judge_all_against_rest(LinearObjective& objective, const SolveOptions& options,
                                              std::vector<double> theta) {
  const SolveOptions judging = only_judging(options);
  return SubsampledNewton(objective, judging).judge(std::move(theta));
}

}  // namespace rf::linear
