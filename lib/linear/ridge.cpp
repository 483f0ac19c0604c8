// SPDX-License-Identifier: MIT
// Ridge regression and least squares. With weighted means x-, y-:
//   (X_c' W X_c + alpha I) w = X_c' W y_c,  b = y- - x-.w
// Cholesky solves this system, and the residual of a second pass refines the solution once (Higham, Accuracy
// and Stability of Numerical Algorithms, 2002, 12). With more features than samples: w = X_c' W^1/2 v, (Z Z'
// + alpha I) v = W^1/2 y_c, Z = W^1/2 X_c. The target is scaled by a power of two, so that targets near 1e300
// are as accurate as targets near 1. tests/unit/linear/ridge_test.cpp pins it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels.hpp"
#include "core/number_text.hpp"
#include "core/power_of_two.hpp"
#include "core/row_sums.hpp"
#include "linear/cholesky.hpp"
#include "linear/linear.hpp"
#include "linear/report.hpp"
#include "linear/solver.hpp"
#include "linear/standing.hpp"
#include "linear/standing_faults.hpp"

namespace rf::linear {
namespace {

constexpr std::size_t kScratchRows = 128;

class Ridge {
 public:
  Ridge(const core::SampleView& x, const model::ValueTarget& target, double alpha, core::Context& context)
      : x_(x), weight_(target.sample_weight), alpha_(alpha), context_(context) {
    scale_ = core::scale_to_unit(largest_magnitude(target.value_of));
    for (const double y : target.value_of) y_.push_back(y * scale_.down);
  }

  core::Result<LinearFit> fit() {
    RF_TRY(center());
    std::vector<double> w;
    if (is_dual()) {
      RF_ASSIGN(w, solve_dual());
    } else {
      RF_ASSIGN(w, solve_primal());
    }
    RF_TRY(context_.monitor.report("train", 1, 1));
    return finish(std::move(w));
  }

  /// The standing of coefficients and an intercept that fit may have returned.
  core::Result<model::Standings> standings(const model::LinearModel& model) {
    RF_TRY(center());
    RF_TRY(find_dropped());
    std::vector<double> w = model.coefficients;
    for (double& coefficient : w) coefficient *= scale_.down;
    RF_ASSIGN(const LinearFit fit, finish(std::move(w)));
    model::Standing standing;
    standing.solver = solver_name();
    standing.least_iterations = standing.most_iterations = fit.solver.iterations;
    standing.gradient_norm = fit.solver.gradient_norm;
    standing.objective = fit.solver.objective;
    standing.gradient_margin = standing.objective_margin = margin();
    standing.ends.emplace_back();
    standing.dropped = dropped_;
    standing.of_model = model_faults(model, fit.model.intercepts[0]);
    return model::Standings{std::move(standing)};
  }

 private:
  /// Coefficients below the normal numbers lost digits when they were scaled back. Their part of a gradient
  /// is below this margin. If the targets themselves are tiny, no bound holds and the margin is infinite.
  double margin() const {
    constexpr double kLeastExactScale = 0x1p-200;
    return scale_.up < kLeastExactScale ? std::numeric_limits<double>::infinity() : 0x1p-960;
  }
  bool is_dual() const { return x_.n_features > x_.n_samples && alpha_ > 0; }
  const char* solver_name() const { return is_dual() ? "dual_cholesky" : "cholesky"; }

  std::vector<model::StandingFault> model_faults(const model::LinearModel& model, double intercept) const {
    std::vector<model::StandingFault> faults = nonzero_faults(model, dropped_);
    if (!(std::abs(model.intercepts[0] - intercept) <= margin()))
      faults.push_back({"intercepts", core::number_text(intercept), core::number_text(model.intercepts[0])});
    return faults;
  }

  double weight(std::size_t i) const { return weight_.empty() ? 1.0 : weight_[i]; }

  core::Result<> center() {
    const std::size_t p = x_.n_features;
    RF_ASSIGN(mean_, core::sum_rows(context_, x_.n_samples, p + 2,
                                    [&](core::RowRange rows, std::uint32_t, double* sums) {
                                      std::vector<double> w(rows.size());
                                      for (std::size_t i = 0; i < rows.size(); ++i) {
                                        w[i] = weight(rows.begin + i);
                                        sums[p] += w[i] * y_[rows.begin + i];
                                        sums[p + 1] += w[i];
                                      }
                                      context_.kernels.add_weighted_rows(x_.sample(rows.begin), x_.stride, p,
                                                                         rows.size(), w.data(), sums);
                                    }));
    const double total = mean_[p + 1] > 0 ? mean_[p + 1] : 1;
    mean_y_ = mean_[p] / total;
    mean_.resize(p);
    for (double& mean : mean_) mean /= total;
    return {};
  }

  /// Writes the samples of `rows` to `out`, each minus the column means, row after row without gaps.
  void centered(core::RowRange rows, double* out) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double* sample = x_.sample(rows.begin + i);
      for (std::size_t j = 0; j < x_.n_features; ++j) out[i * x_.n_features + j] = sample[j] - mean_[j];
    }
  }

  /// Runs `chunk(rows, centred samples, sums)` over all chunks and returns the total of the sums.
  template <class Chunk>
  core::Result<std::vector<double>> sum_chunks(std::size_t size, Chunk chunk) {
    std::vector<std::vector<double>> scratch(context_.workers.n_threads());
    return core::sum_rows(context_, x_.n_samples, size,
                          [&](core::RowRange rows, std::uint32_t slot, double* sums) {
                            scratch[slot].resize(kScratchRows * x_.n_features);
                            for (std::size_t begin = rows.begin; begin < rows.end; begin += kScratchRows) {
                              const core::RowRange part{begin, std::min(rows.end, begin + kScratchRows)};
                              centered(part, scratch[slot].data());
                              chunk(part, scratch[slot].data(), sums);
                            }
                          });
  }

  core::Result<Cholesky> factored_gram() {
    const std::size_t p = x_.n_features;
    RF_ASSIGN(std::vector<double> gram,
              sum_chunks(p * p, [&](core::RowRange rows, const double* x, double* sums) {
                std::vector<double> w(rows.size());
                for (std::size_t i = 0; i < rows.size(); ++i) w[i] = weight(rows.begin + i);
                context_.kernels.add_weighted_gram(x, p, p, rows.size(), w.data(), sums);
              }));
    for (std::size_t j = 0; j < p; ++j) gram[j * p + j] += alpha_;
    return Cholesky(std::move(gram), p, {}, context_.kernels);
  }

  /// Finds the same dropped columns as solve_primal. One pass suffices if alpha keeps every column in.
  core::Result<> find_dropped() {
    if (is_dual()) return {};
    const std::size_t p = x_.n_features;
    if (alpha_ > 0) {
      RF_ASSIGN(const std::vector<double> squares,
                sum_chunks(p, [&](core::RowRange rows, const double* x, double* sums) {
                  for (std::size_t i = 0; i < rows.size(); ++i)
                    for (std::size_t j = 0; j < p; ++j)
                      sums[j] += weight(rows.begin + i) * (x[i * p + j] * x[i * p + j]);
                }));
      if (is_regular(alpha_, largest_magnitude(squares), p)) return {};
    }
    RF_ASSIGN(const Cholesky factor, factored_gram());
    dropped_ = factor.dropped();
    return {};
  }

  core::Result<std::vector<double>> solve_primal() {
    const std::size_t p = x_.n_features;
    RF_ASSIGN(const Cholesky factor, factored_gram());
    dropped_ = factor.dropped();
    std::vector<double> w(p, 0.0);
    for (int round = 0; round < 2; ++round) {  // the second is the refinement
      RF_ASSIGN(std::vector<double> step, descent(w));
      factor.solve(step);
      for (std::size_t j = 0; j < p; ++j) w[j] += step[j];
    }
    return w;
  }

  /// Returns X_c' W (y_c - X_c w) - alpha w, half the negative gradient. Stores the objective in value_.
  core::Result<std::vector<double>> descent(const std::vector<double>& w) {
    const std::size_t p = x_.n_features;
    RF_ASSIGN(std::vector<double> sums,
              sum_chunks(p + 1, [&](core::RowRange rows, const double* x, double* out) {
                std::vector<double> residual(rows.size());
                context_.kernels.row_dots(x, p, p, rows.size(), w.data(), 0, residual.data());
                for (std::size_t i = 0; i < rows.size(); ++i) {
                  const double r = y_[rows.begin + i] - mean_y_ - residual[i];
                  residual[i] = weight(rows.begin + i) * r;
                  out[p] += residual[i] * r;
                }
                context_.kernels.add_weighted_rows(x, p, p, rows.size(), residual.data(), out);
              }));
    value_ = sums[p] + alpha_ * context_.kernels.dot(w.data(), w.data(), p);
    sums.resize(p);
    context_.kernels.axpy(-alpha_, w.data(), sums.data(), p);
    return sums;
  }

  core::Result<std::vector<double>> solve_dual() {
    const std::size_t n = x_.n_samples;
    const std::size_t p = x_.n_features;
    std::vector<double> z(n * p);
    std::vector<double> v(n);
    centered({0, n}, z.data());
    for (std::size_t i = 0; i < n; ++i) {
      const double root = std::sqrt(weight(i));
      for (std::size_t j = 0; j < p; ++j) z[i * p + j] *= root;
      v[i] = root * (y_[i] - mean_y_);
    }
    std::vector<double> kernel(n * n);
    const auto row = [&](std::size_t i, std::uint32_t) -> core::Result<> {
      RF_TRY(context_.monitor.check());
      context_.kernels.row_dots(z.data(), p, p, i + 1, z.data() + i * p, 0, kernel.data() + i * n);
      kernel[i * n + i] += alpha_;
      return {};
    };
    RF_TRY(context_.workers.run(n, row));
    Cholesky(std::move(kernel), n, {}, context_.kernels).solve(v);
    std::vector<double> w(p, 0.0);
    context_.kernels.add_weighted_rows(z.data(), p, p, n, v.data(), w.data());
    return w;
  }

  core::Result<LinearFit> finish(std::vector<double> w) {
    RF_ASSIGN(std::vector<double> gradient, descent(w));
    for (const std::size_t j : dropped_) gradient[j] = 0;
    LinearFit fit;
    fit.model.link = model::Link::kIdentity;
    fit.model.n_features = x_.n_features;
    const double offset = context_.kernels.dot(mean_.data(), w.data(), w.size());
    fit.model.intercepts = {(mean_y_ - offset) * scale_.up};
    for (double& coefficient : w) coefficient *= scale_.up;
    fit.model.coefficients = std::move(w);
    fit.solver.name = solver_name();
    fit.solver.iterations = 1;
    const double norm = 2 * largest_magnitude(gradient) * scale_.up;
    const double value = value_ * scale_.up * scale_.up;
    if (std::isfinite(norm)) fit.solver.gradient_norm = norm;
    if (std::isfinite(value)) fit.solver.objective = value;
    if (!dropped_.empty()) fit.diagnostics.push_back(rank_deficient(dropped_));
    RF_TRY(check_finite(fit.model));
    return fit;
  }

  core::SampleView x_;
  std::span<const double> weight_;
  double alpha_;
  core::Context& context_;
  core::PowerOfTwo scale_;  ///< scale of y
  std::vector<double> y_;
  std::vector<double> mean_;
  double mean_y_ = 0;
  double value_ = 0;
  std::vector<std::size_t> dropped_;
};

}  // namespace

core::Result<LinearFit> fit_ridge_regression(const core::SampleView& x, const model::ValueTarget& target,
                                             const params::RidgeRegression& parameters,
                                             core::Context& context) {
  return Ridge(x, target, parameters.alpha, context).fit();
}

core::Result<model::Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                            const model::ValueTarget& target,
                                            const params::RidgeRegression& parameters,
                                            core::Context& context) {
  if (auto fault = shape_fault(model, x.n_features, 1)) return model::only(std::move(*fault));
  return Ridge(x, target, parameters.alpha, context).standings(model);
}

}  // namespace rf::linear
