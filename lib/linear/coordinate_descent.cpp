// SPDX-License-Identifier: MIT
// Proximal Newton for l1 and elastic net (Lee, Sun, Saunders, Proximal Newton-Type Methods, 2014). Each outer
// iteration minimises the quadratic model of the smooth part plus l1 and then searches along the line to that
// minimum. With many unknowns the model holds only the nonzero and unpenalised coefficients and the worst
// violators of the optimality condition. tests/unit/linear/coordinate_descent_test.cpp pins it.
#include <algorithm>
#include <cmath>

#include "linear/quadratic.hpp"
#include "linear/solver.hpp"

namespace rf::linear {
namespace {

constexpr int kDescentHalvings = 50;
/// Up to this many unknowns the model holds all of them.
constexpr std::size_t kSmall = 300;

class CoordinateDescent {
 public:
  CoordinateDescent(LinearObjective& objective, const SolveOptions& options)
      : objective_(objective), options_(options), n_columns_(objective.n_features() + 1) {}

  core::Result<Solution> solve() {
    RF_TRY(begin());
    return end();
  }

  core::Result<Solution> judge(std::vector<double> theta) {
    RF_TRY(begin());
    solution_.theta = std::move(theta);
    RF_ASSIGN(evaluation_, objective_.evaluate(solution_.theta));
    return end();
  }

  /// Largest magnitude in the minimal-norm subgradient.
  double gradient_norm() const {
    double largest = 0;
    for (std::size_t u = 0; u < solution_.theta.size(); ++u) largest = std::max(largest, violation(u));
    return largest;
  }

  double value() const { return whole_value(evaluation_, solution_.theta); }

  core::Result<bool> settle() {
    solution_.ending = model::Ending::kConverged;
    return true;
  }

  core::Result<bool> step() {
    const std::vector<std::size_t> chosen = working_set();
    RF_ASSIGN(const QuadraticModel model, model_of(chosen));
    const double model_tolerance =
        std::max(0.1 * solution_.tolerance,
                 solution_.gradient_norm * std::min(0.1, solution_.gradient_norm / norm_at_zero_));
    return line_search(chosen, model, minimise(model, model_tolerance, objective_.context().kernels));
  }

 private:
  core::Result<> begin() {
    solution_.theta.assign(objective_.n_unknowns(), 0.0);
    RF_ASSIGN(evaluation_, objective_.evaluate(solution_.theta));
    norm_at_zero_ = gradient_norm();
    solution_.tolerance = options_.tol * std::max(1.0, norm_at_zero_);
    return {};
  }

  core::Result<Solution> end() {
    RF_TRY(iterate(*this, objective_.context().monitor, options_, 3, solution_));
    return std::move(solution_);
  }

  double l1_of(std::size_t unknown) const {
    return objective_.is_penalised(unknown) ? objective_.problem().l1 : 0;
  }

  double violation(std::size_t u) const {
    return std::abs(minimal_subgradient(evaluation_.gradient[u], solution_.theta[u], l1_of(u)));
  }

  double whole_value(const Evaluation& evaluation, std::span<const double> theta) const {
    double sum = 0;
    for (std::size_t u = 0; u < theta.size(); ++u)
      if (objective_.is_penalised(u)) sum += std::abs(theta[u]);
    return evaluation.value + objective_.problem().l1 * sum;
  }

  /// Returns the unknowns to solve for, ascending: the n that are nonzero or without l1 penalty, and the
  /// max(100, n) others that violate optimality most. If there are at most kSmall unknowns, returns all.
  std::vector<std::size_t> working_set() const {
    std::vector<std::size_t> chosen;
    std::vector<std::size_t> violators;
    for (std::size_t u = 0; u < solution_.theta.size(); ++u) {
      if (solution_.theta.size() <= kSmall || solution_.theta[u] != 0 || l1_of(u) == 0)
        chosen.push_back(u);
      else if (violation(u) > 0)
        violators.push_back(u);
    }
    const std::size_t n = std::min(violators.size(), std::max(std::size_t{100}, chosen.size()));
    // total order: the number decides between equal violations
    std::sort(violators.begin(), violators.end(), [&](std::size_t a, std::size_t b) {
      const double first = violation(a);
      const double second = violation(b);
      return first != second ? first > second : a < b;
    });
    chosen.insert(chosen.end(), violators.begin(), violators.begin() + static_cast<std::ptrdiff_t>(n));
    // total order: numbers of unknowns, each once
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }

  core::Result<QuadraticModel> model_of(std::span<const std::size_t> chosen) {
    std::vector<std::size_t> features;
    for (const std::size_t u : chosen)
      if (!objective_.is_intercept(u)) features.push_back(u % n_columns_ - 1);
    // total order: column numbers; equal ones are the same
    std::sort(features.begin(), features.end());
    features.erase(std::unique(features.begin(), features.end()), features.end());
    RF_ASSIGN(const Hessian hessian, objective_.hessian(solution_.theta, features));
    const auto column_of = [&](std::size_t u) -> std::size_t {
      if (objective_.is_intercept(u)) return 0;
      const auto at = std::lower_bound(features.begin(), features.end(), u % n_columns_ - 1);
      return static_cast<std::size_t>(at - features.begin()) + 1;
    };
    QuadraticModel model;
    model.n = chosen.size();
    model.hessian.resize(model.n * model.n);
    for (std::size_t i = 0; i < model.n; ++i) {
      const std::size_t u = chosen[i];
      model.gradient.push_back(evaluation_.gradient[u]);
      model.start.push_back(solution_.theta[u]);
      model.l1.push_back(l1_of(u));
      for (std::size_t j = 0; j <= i; ++j) {
        const std::size_t v = chosen[j];
        double h = hessian.at(u / n_columns_, column_of(u), v / n_columns_, column_of(v));
        if (i == j && objective_.is_penalised(u)) h += objective_.problem().l2;
        model.hessian[i * model.n + j] = model.hessian[j * model.n + i] = h;
      }
    }
    return model;
  }

  core::Result<bool> line_search(std::span<const std::size_t> chosen, const QuadraticModel& model,
                                 std::span<const double> target) {
    double slope = 0;
    for (std::size_t i = 0; i < model.n; ++i)
      slope += model.gradient[i] * (target[i] - model.start[i]) +
               model.l1[i] * (std::abs(target[i]) - std::abs(model.start[i]));
    if (!(slope < 0)) return false;
    double length = 1;
    for (int halvings = 0; halvings < kDescentHalvings; ++halvings, length *= 0.5) {
      std::vector<double> theta = solution_.theta;
      for (std::size_t i = 0; i < model.n; ++i)
        theta[chosen[i]] = length == 1 ? target[i] : model.start[i] + length * (target[i] - model.start[i]);
      RF_ASSIGN(Evaluation trial, objective_.evaluate(theta));
      if (!is_sufficient({length, solution_.value, whole_value(trial, theta), slope, 0})) continue;
      solution_.theta = std::move(theta);
      evaluation_ = std::move(trial);
      return true;
    }
    return false;
  }

  LinearObjective& objective_;
  const SolveOptions& options_;
  std::size_t n_columns_;
  double norm_at_zero_ = 0;
  Evaluation evaluation_;
  Solution solution_;
};

}  // namespace

core::Result<Solution> solve_coordinate_descent(LinearObjective& objective, const SolveOptions& options) {
  return CoordinateDescent(objective, options).solve();
}

core::Result<Solution> judge_coordinate_descent(LinearObjective& objective, const SolveOptions& options,
                                                std::vector<double> theta) {
  const SolveOptions judging = only_judging(options);
  return CoordinateDescent(objective, judging).judge(std::move(theta));
}

}  // namespace rf::linear
