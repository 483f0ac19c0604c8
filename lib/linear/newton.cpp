// SPDX-License-Identifier: MIT
// Newton's method: theta += t d, where Cholesky solves H d = -g and t is halved until the value falls enough.
// Softmax scores may be shifted without effect. To fix the shift, the last class's intercept is left out
// (without penalty its coefficients too). Columns that depend on others at theta = 0 stay out for the whole
// solve. For the squared hinge H is the generalised Hessian, on the samples inside the margin (Mangasarian, A
// Finite Newton Method for Classification, 2002). tests/unit/linear/newton_test.cpp pins it.
#include <algorithm>
#include <cmath>

#include "core/row_sums.hpp"
#include "linear/cholesky.hpp"
#include "linear/solver.hpp"

namespace rf::linear {
namespace {

constexpr int kNewtonHalvings = 50;

/// The unknowns that are solved for.
struct FreeUnknowns {
  struct Place {
    std::size_t unknown;
    std::size_t score;
    std::size_t column;  ///< 0 the intercept, then features
  };
  std::vector<Place> places;
  std::vector<std::size_t> dropped;  ///< features
};

class Newton {
 public:
  Newton(LinearObjective& objective, const SolveOptions& options)
      : objective_(objective), options_(options) {}

  core::Result<Solution> solve(Solution begun) {
    RF_TRY(begin());
    if (!begun.theta.empty()) RF_TRY(go_on_from(std::move(begun)));
    return end();
  }

  core::Result<Solution> judge(std::vector<double> theta) {
    RF_TRY(begin());
    solution_.theta = std::move(theta);
    eliminate(solution_.theta);
    RF_ASSIGN(evaluation_, objective_.evaluate_with_hessian(solution_.theta));
    return end();
  }

  double gradient_norm() const {
    double largest = 0;
    const std::size_t n = objective_.n_features() + 1;
    for (std::size_t u = 0; u < evaluation_.gradient.size(); ++u)
      if (u % n == 0 || !is_dropped(u % n - 1))
        largest = std::max(largest, std::abs(evaluation_.gradient[u]));
    return largest;
  }

  double value() const { return evaluation_.value; }

  /// Decides whether a small gradient ends the solve; returns false if it must continue. Without a penalty
  /// the gradient also vanishes if theta goes to infinity. Signs of that: the samples are separated, or a
  /// direction has no curvature left (both end as kSeparated), or the next step is still long (the solve
  /// continues).
  core::Result<bool> settle() {
    solution_.ending = model::Ending::kConverged;
    if (!unpenalised()) return true;
    RF_ASSIGN(const bool separated, objective_.separates(solution_.theta));
    const Cholesky factor = factored_hessian();
    solution_.close_call = !separated && is_near(factor.smallest_share(), kPivotTolerance);
    if (separated || !factor.dropped().empty()) {
      solution_.ending = model::Ending::kSeparated;
      return true;
    }
    const double step = largest_magnitude(direction(factor));
    const double short_step = 1e-3 * std::max(1.0, largest_magnitude(solution_.theta));
    solution_.close_call = solution_.close_call || is_near(step, short_step);
    return step <= short_step;
  }

  core::Result<bool> step() { return line_search(direction(factored_hessian())); }

 private:
  /// A solution computed with pivots of 1e-12 has three or four correct digits.
  static bool is_near(double value, double bound) { return value > 0.95 * bound && value < 1.05 * bound; }

  core::Result<> begin() {
    solution_.theta.assign(objective_.n_unknowns(), 0.0);
    RF_ASSIGN(evaluation_, objective_.evaluate_with_hessian(solution_.theta));
    choose_unknowns();
    solution_.tolerance = options_.tol * std::max(1.0, largest_magnitude(evaluation_.gradient));
    return {};
  }

  core::Result<Solution> end() {
    RF_TRY(iterate(*this, objective_.context().monitor, options_, 3, solution_));
    solution_.dropped = free_.dropped;
    return std::move(solution_);
  }

  /// Shifts the softmax scores so that those unknowns of the last class that are left out are 0.
  void eliminate(std::vector<double>& theta) const {
    if (objective_.problem().loss != Loss::kSoftmax) return;
    const std::size_t n = objective_.n_features() + 1;
    const std::size_t last = theta.size() - n;
    for (std::size_t column = 0; column < (unpenalised() ? n : 1); ++column) {
      const double shift = theta[last + column];
      for (std::size_t u = column; u < theta.size(); u += n) theta[u] -= shift;
    }
  }

  bool unpenalised() const { return objective_.problem().l2 == 0; }

  double penalised_at(std::size_t a, std::size_t i, std::size_t b, std::size_t j) const {
    const bool penalty = a == b && i == j && objective_.is_penalised(i);
    return evaluation_.hessian.at(a, i, b, j) + (penalty ? objective_.problem().l2 : 0);
  }

  /// Continues from `begun`, unless zero is the better start.
  core::Result<> go_on_from(Solution begun) {
    for (std::size_t u = 0; u < begun.theta.size(); ++u) {
      const std::size_t column = u % (objective_.n_features() + 1);
      if (column > 0 && is_dropped(column - 1)) begun.theta[u] = 0;
    }
    RF_ASSIGN(Evaluation evaluation, objective_.evaluate_with_hessian(begun.theta));
    solution_.iterations = begun.iterations;
    if (!(evaluation.value < evaluation_.value)) return {};
    evaluation_ = std::move(evaluation);
    solution_.theta = std::move(begun.theta);
    return {};
  }

  /// Dependence between columns is judged by the first score's block of the Hessian at zero, where a sample
  /// counts by its weight alone.
  void choose_unknowns() {
    const std::size_t n = objective_.n_features() + 1;
    std::vector<double> block(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) block[i * n + j] = penalised_at(0, i, 0, j);
    const Cholesky factor(std::move(block), n, {}, objective_.context().kernels);
    for (const std::size_t column : factor.dropped())
      if (column > 0) free_.dropped.push_back(column - 1);

    const LinearProblem& problem = objective_.problem();
    for (std::size_t k = 0; k < problem.n_scores; ++k) {
      const bool eliminated = problem.loss == Loss::kSoftmax && k + 1 == problem.n_scores;
      for (std::size_t column = 0; column < n; ++column) {
        if (eliminated && (column == 0 || unpenalised())) continue;
        if (column > 0 && is_dropped(column - 1)) continue;
        free_.places.push_back({k * n + column, k, column});
      }
    }
    if (!unpenalised()) return;
    for (const auto& place : free_.places)
      floor_.push_back(evaluation_.hessian.at(place.score, place.column, place.score, place.column));
  }

  bool is_dropped(std::size_t feature) const {
    return std::binary_search(free_.dropped.begin(), free_.dropped.end(), feature);
  }

  Cholesky factored_hessian() const {
    const std::size_t n = free_.places.size();
    std::vector<double> matrix(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto& row = free_.places[i];
      for (std::size_t j = 0; j <= i; ++j) {
        const auto& column = free_.places[j];
        matrix[i * n + j] = penalised_at(row.score, row.column, column.score, column.column);
      }
    }
    return Cholesky(std::move(matrix), n, floor_, objective_.context().kernels);
  }

  /// The d that solves H d = -g.
  std::vector<double> direction(const Cholesky& factor) const {
    std::vector<double> d;
    for (const auto& place : free_.places) d.push_back(0 - evaluation_.gradient[place.unknown]);
    factor.solve(d);
    return d;
  }

  core::Result<bool> line_search(std::span<const double> direction) {
    const auto slope_of = [&](const Evaluation& evaluation) {
      double slope = 0;
      for (std::size_t i = 0; i < direction.size(); ++i)
        slope += evaluation.gradient[free_.places[i].unknown] * direction[i];
      return slope;
    };
    const double slope = slope_of(evaluation_);
    if (!(slope < 0)) return false;
    double length = 1;
    for (int halvings = 0; halvings < kNewtonHalvings; ++halvings, length *= 0.5) {
      std::vector<double> theta = solution_.theta;
      for (std::size_t i = 0; i < direction.size(); ++i)
        theta[free_.places[i].unknown] += length * direction[i];
      RF_ASSIGN(Evaluation trial, objective_.evaluate_with_hessian(theta));
      if (!is_sufficient({length, evaluation_.value, trial.value, slope, slope_of(trial)})) continue;
      solution_.theta = std::move(theta);
      evaluation_ = std::move(trial);
      return true;
    }
    return false;
  }

  LinearObjective& objective_;
  const SolveOptions& options_;
  Evaluation evaluation_;
  FreeUnknowns free_;
  std::vector<double> floor_;  ///< diagonal of the Hessian at zero; empty with a penalty
  Solution solution_;
};

}  // namespace

core::Result<Solution> solve_newton(LinearObjective& objective, const SolveOptions& options, Solution begun) {
  return Newton(objective, options).solve(std::move(begun));
}

core::Result<bool> may_leave_out(LinearObjective& objective) {
  const LinearProblem& problem = objective.problem();
  const std::size_t p = objective.n_features();
  if (problem.l2 == 0) return true;
  RF_ASSIGN(const std::vector<double> squares,
            core::sum_rows(objective.context(), problem.x.n_samples, p + 1,
                           [&](core::RowRange rows, std::uint32_t, double* sums) {
                             for (std::size_t i = rows.begin; i < rows.end; ++i) {
                               const double* const x = problem.x.sample(i);
                               sums[p] += problem.weight[i];
                               for (std::size_t j = 0; j < p; ++j)
                                 sums[j] += problem.weight[i] * (x[j] * x[j]);
                             }
                           }));
  constexpr double kMostCurvature = 2;  // the largest curvature at zero of any loss, for a row of weight 1
  return !is_regular(problem.l2, kMostCurvature * largest_magnitude(squares), p + 1);
}

core::Result<Solution> judge_newton(LinearObjective& objective, const SolveOptions& options,
                                    std::vector<double> theta) {
  RF_ASSIGN(const bool may_drop, may_leave_out(objective));
  if (!may_drop) return judge_smooth(objective, options, std::move(theta));
  const SolveOptions judging = only_judging(options);
  return Newton(objective, judging).judge(std::move(theta));
}

}  // namespace rf::linear
