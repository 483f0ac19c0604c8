// SPDX-License-Identifier: MIT
// Truncated Newton (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.1; trust in the full step
// as in Lin, Weng, Keerthi, Trust Region Newton Method for Logistic Regression, 2008). Conjugate gradients
// solve H d = -g until the residual is below min(0.3, sqrt(|g| / |g at zero|)) |g|. Products run in floats
// over the rows that matter: those whose curvature is above a thousandth of the largest and, of very many
// rows, only a sample. Values and gradients are double, so the optimum is as accurate as that of Newton's
// method. The step length starts at 1 and is halved until the value falls enough. A solve that ends by
// rounding is handed to L-BFGS. tests/unit/linear/solvers_agree_test.cpp compares with dense Newton.
#include <algorithm>
#include <cmath>

#include "linear/rounded_rows.hpp"
#include "linear/solver.hpp"

namespace rf::linear {
namespace {

/// Products run over at least this many rows per feature, if there are as many, and over fewer than twice as
/// many.
constexpr std::size_t kStartRowsPerFeature = 32;
constexpr double kLeastCurvature = 1e-3;
constexpr int kMostProducts = 500;
constexpr int kConjugateHalvings = 30;

std::size_t sample_step(const core::SampleView& x) {
  std::size_t every = 1;
  while (x.n_samples / (2 * every) >= kStartRowsPerFeature * (x.n_features + 1)) every *= 2;
  return every;
}

class NewtonCg {
 public:
  NewtonCg(LinearObjective& objective, const SolveOptions& options)
      : objective_(objective),
        kernels_(objective.context().kernels),
        options_(options),
        rows_copy_(objective.problem().x, sample_step(objective.problem().x), objective.context()) {}

  core::Result<Solution> solve() {
    solution_.theta.assign(objective_.n_unknowns(), 0.0);
    RF_TRY(rows_copy_.copy());
    RF_ASSIGN(evaluation_, objective_.evaluate_with_curvature(solution_.theta));
    norm_at_zero_ = norm(evaluation_.gradient);
    solution_.tolerance = options_.tol * std::max(1.0, gradient_norm());
    RF_TRY(iterate(*this, objective_.context().monitor, options_, 20, solution_));
    if (solution_.ending == model::Ending::kRounding)
      return solve_lbfgs(objective_, options_, std::move(solution_));
    return std::move(solution_);
  }

  double gradient_norm() const { return largest_magnitude(evaluation_.gradient); }
  double value() const { return evaluation_.value; }

  core::Result<bool> settle() {
    solution_.ending = model::Ending::kConverged;
    return true;
  }

  core::Result<bool> step() {
    choose_rows();
    RF_ASSIGN(const std::vector<double> d, direction());
    return search(d);
  }

 private:
  double dot(const std::vector<double>& a, const std::vector<double>& b) const {
    return kernels_.dot(a.data(), b.data(), a.size());
  }
  double norm(const std::vector<double>& a) const { return std::sqrt(dot(a, a)); }

  void choose_rows() {
    double largest = 0;
    for (std::size_t r = 0; r < rows_copy_.n_rows(); ++r)
      largest = std::max(largest, evaluation_.curvature[number_of(rows_copy_.sample_of(r))]);
    scale_ = core::scale_to_unit(largest);
    rows_.clear();
    for (std::size_t r = 0; r < rows_copy_.n_rows(); ++r) {
      const double h = evaluation_.curvature[number_of(rows_copy_.sample_of(r))];
      if (h > kLeastCurvature * largest) rows_.push_back({r, static_cast<float>(h * scale_.down)});
    }
  }

  /// out = H v, with the scaling undone.
  core::Result<> multiply(const std::vector<double>& v, std::vector<double>& out) const {
    RF_TRY(rows_copy_.multiply(rows_, v, out));
    const double share =
        static_cast<double>(objective_.problem().x.n_samples) / static_cast<double>(rows_copy_.n_rows());
    for (std::size_t u = 0; u < out.size(); ++u)
      out[u] = share * scale_.up * out[u] + (objective_.is_penalised(u) ? objective_.problem().l2 * v[u] : 0);
    return {};
  }

  core::Result<std::vector<double>> direction() const {
    const std::size_t n = solution_.theta.size();
    const core::PowerOfTwo unit = core::scale_to_unit(gradient_norm());
    std::vector<double> d(n, 0.0);
    std::vector<double> r(n);
    for (std::size_t u = 0; u < n; ++u) r[u] = 0 - evaluation_.gradient[u] * unit.down;
    std::vector<double> p = r;
    std::vector<double> hp(n);
    double rr = dot(r, r);
    const double share = std::min(0.3, std::sqrt(norm(evaluation_.gradient) / norm_at_zero_));
    const double enough = share * share * rr;
    for (int product = 0; product < kMostProducts && rr > enough; ++product) {
      RF_TRY(multiply(p, hp));
      const double curvature = dot(p, hp);
      if (!(curvature > 0)) break;
      const double alpha = rr / curvature;
      kernels_.axpy(alpha, p.data(), d.data(), n);
      kernels_.axpy(-alpha, hp.data(), r.data(), n);
      const double next = dot(r, r);
      for (std::size_t u = 0; u < n; ++u) p[u] = r[u] + next / rr * p[u];
      rr = next;
    }
    for (double& value : d) value *= unit.up;
    return d;
  }

  core::Result<bool> search(const std::vector<double>& d) {
    const double slope = dot(evaluation_.gradient, d);
    if (!(slope < 0)) return false;
    double length = 1;
    for (int halvings = 0; halvings < kConjugateHalvings; ++halvings, length *= 0.5) {
      std::vector<double> theta = solution_.theta;
      kernels_.axpy(length, d.data(), theta.data(), theta.size());
      RF_ASSIGN(Evaluation trial, objective_.evaluate_with_curvature(theta));
      if (!is_sufficient({length, evaluation_.value, trial.value, slope, dot(trial.gradient, d)})) continue;
      solution_.theta = std::move(theta);
      evaluation_ = std::move(trial);
      return true;
    }
    return false;
  }

  LinearObjective& objective_;
  const core::Kernels& kernels_;
  const SolveOptions& options_;
  RoundedRows rows_copy_;
  std::vector<RoundedRows::Weighted> rows_;
  core::PowerOfTwo scale_;  ///< scale of the rows' curvatures
  double norm_at_zero_ = 0;
  Evaluation evaluation_;
  Solution solution_;
};

}  // namespace

core::Result<Solution> solve_newton_cg(LinearObjective& objective, const SolveOptions& options) {
  return NewtonCg(objective, options).solve();
}

}  // namespace rf::linear
