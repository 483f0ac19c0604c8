// SPDX-License-Identifier: MIT
// Raw scores of all rows, and gradients, hessians and mean losses at these scores. With p = expit(s) or
// softmax(s) the gradient is p - y and the hessian p (1 - p), for one score at a time. For half the squared
// error they are s - y and 1. Regression targets are centred at the middle of their range and scaled by a
// power of two into [-1, 1], so that targets spanning 1e300 train like any other. Pinned by
// tests/unit/trees/boosting_parts_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/blocks.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "model/training_target.hpp"
#include "trees/gradient_sums.hpp"

namespace rf::trees {

/// From this many rows on, the gradients of log loss and softmax are narrow (gradient_sums.hpp). A constant
/// of the numeric profile.
inline constexpr std::size_t kNarrowFromRows = std::size_t{1} << 16;

class BoostingLoss {
 public:
  /// `narrow_from_rows` is for tests.
  BoostingLoss(const model::ClassTarget& target, core::Context& context,
               std::size_t narrow_from_rows = kNarrowFromRows);
  BoostingLoss(const model::ValueTarget& target, core::Context& context);

  std::size_t n_rows() const { return n_rows_; }
  std::size_t n_scores() const { return base_scores_.size(); }

  /// Sets the scores of every row to the constants that fit `rows` (ascending, at least one) best: log odds,
  /// log shares, or the mean. A class without rows among them counts as half a row of the largest weight.
  core::Result<> start(std::span<const core::Sample> rows);
  std::span<const double> base_scores() const { return base_scores_; }
  double* scores(std::size_t k) { return scores_.data() + k * n_rows_; }

  /// Call it before the trees of a round.
  core::Result<> begin_round();
  /// Writes the gradients of all rows with respect to score k to `out`, for sums of at most n_rows rows.
  /// `tree` enters the rounding of narrow gradients.
  core::Result<GradientQuantiser> gradients(std::size_t k, std::uint32_t tree, RowGradients& out);
  /// Returns the mean loss of `rows` (at least one).
  core::Result<double> mean_loss(std::span<const core::Sample> rows);

  /// Returns the largest weight: 1 without weights, or if all weights are 0.
  double largest_weight() const { return largest_weight_; }
  /// Returns a power of two. Scores times it, plus target_centre(), are in units of the target. Leaf values
  /// are only multiplied by it.
  double target_scale() const { return target_scale_; }
  double target_centre() const { return target_centre_; }

 private:
  bool is_regression() const { return class_of_.empty(); }
  double weight(std::size_t row) const { return weights_.empty() ? 1.0 : weights_[row]; }
  /// `add` takes the number of a sample, because it does nothing but index lists that have this order.
  core::Result<std::vector<double>> sums(std::span<const core::Sample> rows, std::size_t size,
                                         const std::function<void(std::uint32_t row, double* sums)>& add);
  core::Result<double> largest_residual();
  void block_gradients(std::size_t k, core::RowRange rows, const GradientQuantiser& quantiser,
                       double* scratch, RowGradients& out) const;

  core::Context& context_;
  std::size_t n_rows_;
  std::span<const std::int32_t> class_of_;
  std::vector<double> values_;       ///< regression: the scaled targets
  std::span<const double> weights_;  ///< empty: all 1
  double largest_weight_ = 1;
  bool is_narrow_ = false;
  double target_scale_ = 1;
  double target_centre_ = 0;
  std::vector<double> base_scores_;
  std::vector<double> scores_;          ///< n_scores x n_rows
  std::vector<double> log_normaliser_;  ///< softmax: log of the sum of exponentials at the start of the round
  std::vector<std::vector<double>> scratch_;  ///< per thread slot
};

/// Returns a mean loss as it is recorded, or nullopt if the squares of targets are beyond the range of
/// numbers.
std::optional<double> in_units_of_target(double mean_loss, const BoostingLoss& loss);

}  // namespace rf::trees
