// SPDX-License-Identifier: MIT
// Blocked passes over the rows: start values, gradients and mean losses. Sums over rows run in the fixed tree
// of core/row_sums.hpp, so they do not depend on the number of threads.
// tests/unit/trees/boosting_parts_test.cpp pins it.
#include "trees/boosting_loss.hpp"

#include <algorithm>
#include <cmath>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/math.hpp"
#include "core/power_of_two.hpp"
#include "core/row_sums.hpp"

namespace rf::trees {
namespace {

/// 1 without weights, or if all weights are 0.
double largest_of(std::span<const double> weights) {
  const double largest = weights.empty() ? 1.0 : *std::max_element(weights.begin(), weights.end());
  return largest > 0 ? largest : 1.0;
}

}  // namespace

BoostingLoss::BoostingLoss(const model::ClassTarget& target, core::Context& context,
                           std::size_t narrow_from_rows)
    : context_(context),
      n_rows_(target.class_of.size()),
      class_of_(target.class_of),
      weights_(target.sample_weight),
      largest_weight_(largest_of(target.sample_weight)),
      is_narrow_(n_rows_ >= narrow_from_rows),
      base_scores_(target.n_classes == 2 ? 1 : target.n_classes),
      scratch_(context.workers.n_threads()) {}

BoostingLoss::BoostingLoss(const model::ValueTarget& target, core::Context& context)
    : context_(context),
      n_rows_(target.value_of.size()),
      weights_(target.sample_weight),
      largest_weight_(largest_of(target.sample_weight)),
      base_scores_(1),
      scratch_(context.workers.n_threads()) {
  const auto [low, high] = std::minmax_element(target.value_of.begin(), target.value_of.end());
  target_centre_ = *low / 2 + *high / 2;
  // One power of two more than the largest distance needs, so that every scaled target is within [-1, 1].
  const core::PowerOfTwo unit = core::scale_to_unit(std::max(*high - target_centre_, target_centre_ - *low));
  target_scale_ = unit.up * 2;
  values_.reserve(n_rows_);
  for (const double value : target.value_of) values_.push_back((value - target_centre_) * unit.down * 0.5);
}

core::Result<std::vector<double>> BoostingLoss::sums(
    std::span<const core::Sample> rows, std::size_t size,
    const std::function<void(std::uint32_t row, double* sums)>& add) {
  return core::sum_rows(context_, rows.size(), size, [&](core::RowRange range, std::uint32_t, double* block) {
    for (std::size_t i = range.begin; i < range.end; ++i) add(number_of(rows[i]), block);
  });
}

core::Result<> BoostingLoss::start(std::span<const core::Sample> rows) {
  scores_.resize(n_scores() * n_rows_);
  if (is_regression()) {
    RF_ASSIGN(const std::vector<double> total, sums(rows, 2, [&](std::uint32_t row, double* s) {
                s[0] += weight(row) * values_[row];
                s[1] += weight(row);
              }));
    base_scores_[0] = total[1] > 0 ? total[0] / total[1] : 0.0;
  } else {
    const std::size_t n_classes = std::max<std::size_t>(2, n_scores());
    RF_ASSIGN(std::vector<double> of_class,
              sums(rows, n_classes, [&](std::uint32_t row, double* s) { s[class_of_[row]] += weight(row); }));
    double all = 0;
    for (double& w : of_class) {
      w = std::max(w, 0.5 * largest_weight_);
      all += w;
    }
    if (n_scores() == 1)
      base_scores_[0] = core::log(of_class[1] / of_class[0]);
    else
      for (std::size_t k = 0; k < n_classes; ++k) base_scores_[k] = core::log(of_class[k] / all);
  }
  for (std::size_t k = 0; k < n_scores(); ++k) std::fill_n(scores(k), n_rows_, base_scores_[k]);
  return {};
}

// m = largest score, log sum_k e^(s_k) = m + log(sum_k e^(s_k - m)), the sum in class order.
core::Result<> BoostingLoss::begin_round() {
  if (n_scores() == 1) return {};
  log_normaliser_.resize(n_rows_);
  const auto block = [&](std::size_t number, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const core::RowRange rows = core::block_range(n_rows_, number);
    const std::size_t n = rows.size();
    scratch_[slot].resize(3 * core::kBlockRows);
    double* const largest = scratch_[slot].data();
    double* const sum = largest + core::kBlockRows;
    double* const term = sum + core::kBlockRows;
    std::copy_n(scores(0) + rows.begin, n, largest);
    for (std::size_t k = 1; k < n_scores(); ++k) {
      const double* const s = scores(k) + rows.begin;
      for (std::size_t i = 0; i < n; ++i) largest[i] = std::max(largest[i], s[i]);
    }
    std::fill_n(sum, n, 0.0);
    for (std::size_t k = 0; k < n_scores(); ++k) {
      const double* const s = scores(k) + rows.begin;
      for (std::size_t i = 0; i < n; ++i) term[i] = s[i] - largest[i];
      context_.kernels.exp(term, term, n);
      for (std::size_t i = 0; i < n; ++i) sum[i] += term[i];
    }
    context_.kernels.log(sum, sum, n);
    for (std::size_t i = 0; i < n; ++i) log_normaliser_[rows.begin + i] = largest[i] + sum[i];
    return {};
  };
  return context_.workers.run(core::block_count(n_rows_), block);
}

/// The maximum does not depend on the order of the blocks.
core::Result<double> BoostingLoss::largest_residual() {
  std::vector<double> largest(core::block_count(n_rows_));
  const auto block = [&](std::size_t number, std::uint32_t) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const core::RowRange rows = core::block_range(n_rows_, number);
    const double* const s = scores(0);
    double most = 0;
    for (std::size_t i = rows.begin; i < rows.end; ++i)
      most = std::max(most, weight(i) * std::abs(s[i] - values_[i]));
    largest[number] = most;
    return {};
  };
  RF_TRY(context_.workers.run(largest.size(), block));
  return *std::max_element(largest.begin(), largest.end());
}

core::Result<GradientQuantiser> BoostingLoss::gradients(std::size_t k, std::uint32_t tree,
                                                        RowGradients& out) {
  double largest = largest_weight_;
  if (is_regression()) {
    RF_ASSIGN(largest, largest_residual());
  }
  const bool constant = is_regression() && weights_.empty();
  const double largest_hessian = is_regression() ? largest_weight_ : largest_weight_ / 4;
  const GradientQuantiser quantiser =
      is_narrow_ ? GradientQuantiser::narrow(largest, largest_hessian, tree)
                 : GradientQuantiser::counted(n_rows_, largest, largest_hessian,
                                              constant ? GradientQuantiser::Hessian::kConstant
                                                       : GradientQuantiser::Hessian::kBounded);
  if (is_narrow_)
    out.narrow.resize(n_rows_);
  else
    out.counted.resize(n_rows_);
  const auto block = [&](std::size_t number, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    scratch_[slot].resize(3 * core::kBlockRows);
    block_gradients(k, core::block_range(n_rows_, number), quantiser, scratch_[slot].data(), out);
    return {};
  };
  RF_TRY(context_.workers.run(core::block_count(n_rows_), block));
  return quantiser;
}

void BoostingLoss::block_gradients(std::size_t k, core::RowRange rows, const GradientQuantiser& quantiser,
                                   double* scratch, RowGradients& out) const {
  const std::size_t n = rows.size();
  const double* const s = scores_.data() + k * n_rows_ + rows.begin;
  double* const g = scratch;
  double* const h = scratch + core::kBlockRows;
  if (is_regression()) {
    for (std::size_t i = 0; i < n; ++i) g[i] = s[i] - values_[rows.begin + i];
    std::fill_n(h, n, 1.0);
  } else {
    if (n_scores() == 1) {
      context_.kernels.expit(s, g, n);
    } else {
      for (std::size_t i = 0; i < n; ++i) g[i] = std::min(0.0, s[i] - log_normaliser_[rows.begin + i]);
      context_.kernels.exp(g, g, n);
    }
    const auto positive = static_cast<std::int32_t>(n_scores() == 1 ? 1 : k);
    const std::int32_t* const class_of = class_of_.data() + rows.begin;
    for (std::size_t i = 0; i < n; ++i) {
      h[i] = g[i] * (1 - g[i]);
      g[i] -= class_of[i] == positive ? 1.0 : 0.0;
    }
  }
  if (!weights_.empty()) {
    for (std::size_t i = 0; i < n; ++i) {
      g[i] *= weights_[rows.begin + i];
      h[i] *= weights_[rows.begin + i];
    }
  }
  quantiser.quantise(g, h, n, rows.begin, out);
}

core::Result<double> BoostingLoss::mean_loss(std::span<const core::Sample> rows) {
  RF_TRY(begin_round());
  RF_ASSIGN(const std::vector<double> total, sums(rows, 2, [&](std::uint32_t row, double* s) {
              double loss = 0;
              if (is_regression()) {
                const double residual = scores_[row] - values_[row];
                loss = residual * residual;
              } else if (n_scores() == 1) {
                loss = core::softplus(class_of_[row] == 1 ? -scores_[row] : scores_[row]);
              } else {
                loss =
                    log_normaliser_[row] - scores_[static_cast<std::size_t>(class_of_[row]) * n_rows_ + row];
              }
              s[0] += weight(row) * loss;
              s[1] += weight(row);
            }));
  return total[1] > 0 ? total[0] / total[1] : 0.0;
}

std::optional<double> in_units_of_target(double mean_loss, const BoostingLoss& loss) {
  const double value = mean_loss * loss.target_scale() * loss.target_scale();
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

}  // namespace rf::trees
