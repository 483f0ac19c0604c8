// SPDX-License-Identifier: MIT
// The objective that all iterative linear families share:
//   f(theta) = sum_i weight_i loss(scores_i) + l2 / 2 ||W||^2 + l1 ||W||_1
// Value, gradient and Hessian of its smooth part (all but l1) are computed by blocked passes over the
// samples.
//
// theta lists the scores one after another: for each score the intercept, then one coefficient per feature.
// An "unknown" is a position in theta. Score k's intercept is unknown k * (n_features + 1); its coefficient
// of feature j is 1 + j positions further.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/blocks.hpp"
#include "core/context.hpp"
#include "core/power_of_two.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "linear/losses.hpp"

namespace rf::linear {

struct LinearProblem {
  core::SampleView x;
  Loss loss = Loss::kLogistic;
  std::size_t n_scores =
      1;  ///< number of classes for softmax, and for two-sided losses of each class against the rest
  std::span<const std::int32_t> class_of;
  std::int32_t positive_class =
      1;                       ///< two-sided losses of one score: t = +1 for this class, -1 for all others
  std::vector<double> weight;  ///< per sample, C included
  double l2 = 0;
  double l1 = 0;
  bool intercept_penalised = false;
};

/// For each pair of score numbers a >= b: the weighted Gram matrix of a column of ones and the chosen
/// features.
struct Hessian {
  std::size_t n_columns = 0;  ///< 1 + number of features
  std::vector<double>
      pairs;  ///< per pair a (a + 1) / 2 + b: sum h, sum h x_j, then the Gram matrix row-major
  /// Returns the second derivative with respect to column i of score a and column j of score b, without l2.
  double at(std::size_t a, std::size_t i, std::size_t b, std::size_t j) const;
};

struct Evaluation {
  double value = 0;  ///< smooth part
  std::vector<double> gradient;
  Hessian hessian;  ///< if requested
  /// If requested: each score's Hessian to float accuracy, with l2. It has (1 + n_features) squared entries
  /// per score, row by row; only the lower triangle is filled. It may be used only to choose steps, never for
  /// values that are reported.
  std::vector<double> metric;
  std::vector<double> gradient_at_zero;  ///< if requested
  std::vector<double> curvature;         ///< if requested: second derivative of each row's loss
};

/// Samples take whole groups of this many rows. So a sample represents the whole file, even if the file is
/// sorted.
inline constexpr std::size_t kGroupRows = 128;

class LinearObjective {
 public:
  LinearObjective(LinearProblem problem, core::Context& context);

  const LinearProblem& problem() const { return problem_; }
  core::Context& context() const { return context_; }
  std::size_t n_features() const { return problem_.x.n_features; }
  std::size_t n_unknowns() const { return problem_.n_scores * (n_features() + 1); }
  bool is_intercept(std::size_t unknown) const { return unknown % (n_features() + 1) == 0; }
  /// True if l1 and l2 apply to this unknown.
  bool is_penalised(std::size_t unknown) const {
    return problem_.intercept_penalised || !is_intercept(unknown);
  }

  core::Result<Evaluation> evaluate(std::span<const double> theta);
  core::Result<Evaluation> evaluate_with_hessian(std::span<const double> theta);
  /// For two-sided losses. Computes value, gradient and metric from every `every`th group of rows and scales
  /// them up to all rows.
  core::Result<Evaluation> evaluate_sample(std::span<const double> theta, std::size_t every);
  /// For two-sided losses. Computes value, gradient and the gradient at theta = 0 from all rows in one pass.
  /// With one score it also computes the metric.
  core::Result<Evaluation> evaluate_first(std::span<const double> theta);
  /// For one score. Computes value, gradient and each row's curvature.
  core::Result<Evaluation> evaluate_with_curvature(std::span<const double> theta);
  /// Returns the value of the loss at theta = 0, where every score is 0.
  double value_at_zero() const;
  /// Computes the Hessian of only the intercepts and the listed features (ascending).
  core::Result<Hessian> hessian(std::span<const double> theta, std::span<const std::size_t> features);
  /// True if theta scores every sample of positive weight strictly on its own side. If so, no finite theta is
  /// optimal without a penalty.
  core::Result<bool> separates(std::span<const double> theta);

 private:
  struct Scratch;
  struct Pass;
  core::Result<Evaluation> run(const Pass& pass, std::span<const double> theta);
  void block(const Pass& pass, core::RowRange rows, Scratch& scratch, double* sums) const;
  /// Returns the length of a row of floats: the features, the intercept's 1, padding.
  std::size_t float_width() const { return (n_features() + 16) / 16 * 16; }
  /// For two-sided losses. Returns the class that score k separates from the others.
  std::int32_t positive_class(std::size_t k) const {
    return problem_.n_scores == 1 ? problem_.positive_class : static_cast<std::int32_t>(k);
  }
  void chunk_losses(core::RowRange rows, Scratch& scratch, double* row_loss) const;
  void chunk_hessian(const Pass& pass, core::RowRange rows, Scratch& scratch, double* sums) const;
  bool separates_rows(std::span<const double> theta, core::RowRange rows) const;
  void copy_gram(const Scratch& scratch, double* metric) const;
  void chunk_metric(core::RowRange rows, Scratch& scratch) const;
  void residuals_at_zero(core::RowRange rows, double* residual) const;
  void add_penalty(std::span<const double> theta, Evaluation& evaluation) const;

  LinearProblem problem_;
  core::Context& context_;
  std::size_t chunk_rows_;
  core::PowerOfTwo curvature_scale_;  ///< brings curvatures into a float's range
};

}  // namespace rf::linear
