// SPDX-License-Identifier: MIT
// Per feature: sums over the left side of every cut, the gains of all cuts by one kernel, then the first
// largest gain. tests/unit/trees/boosting_test.cpp compares with the naive implementation in
// boosting_support.hpp.
#include "trees/gradient_split.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/kernels.hpp"
#include "trees/split_rules.hpp"

namespace rf::trees {
namespace {

/// If |G_l b - G_r a| is at most this share of |G_l| b + |G_r| a, the gain is only rounding and there is no
/// split.
constexpr double kNoise = 0x1p-44;

/// One node's search.
class Search {
 public:
  Search(const SplitSearch& node, const GradientQuantiser& quantiser, const GradientSplitRules& rules,
         const core::Kernels& kernels)
      : node_(node),
        kernels_(kernels),
        quantiser_(quantiser),
        rules_(rules),
        checks_counts_(quantiser.is_counted() || node.counts != nullptr),
        gradient_(quantiser.gradient(node.sum)),
        hessian_(quantiser.hessian(node.sum)) {}

  void try_numeric(std::int32_t feature, const ColumnBins& column) {
    const GradientSum* cells = cells_of(feature);
    const GradientSum missing = column.has_missing ? cells[column.n_bins] : GradientSum{};
    try_missing_sides(!missing.is_zero(), [&](MissingSide side) {
      if (side == MissingSide::kLeft)
        start(missing, count_of(feature, column.n_bins));
      else
        start(GradientSum{}, 0);
      // With missing rows on the right there is one more cut: all present rows on the left.
      push_bins(feature, column.n_bins - (side == MissingSide::kRight ? 0 : 1));
      if (improve()) keep_numeric(feature, column, side);
    });
  }

  void try_category(std::int32_t feature, const ColumnBins& column) {
    const GradientSum* cells = cells_of(feature);
    std::array<Level, kCellsPerFeature> levels;
    std::size_t n = 0;
    for (std::uint32_t b = 0; b < column.n_bins; ++b) {
      if (cells[b].is_zero()) continue;
      const double hessian = quantiser_.hessian(cells[b]) + rules_.l2;
      levels[n++] = {hessian > 0 ? quantiser_.gradient(cells[b]) / hessian : 0.0, b};
    }
    order_levels(std::span(levels).first(n));
    start(GradientSum{}, 0);
    for (std::size_t i = 0; i + 1 < n; ++i) push(feature, levels[i].bin);
    if (!improve()) return;
    keep(feature, true, MissingSide::kNone);
    for (std::size_t i = 0; i < n; ++i) {
      insert_bin(best_.seen_bins, levels[i].bin);
      if (i > best_position_) continue;
      insert_bin(best_.left_bins, levels[i].bin);
      best_.left_sum += cells[levels[i].bin];
    }
  }

  /// Returns the best split, complete.
  GradientSplit result() const {
    if (best_.feature < 0 || is_noise()) return {};
    GradientSplit split = best_;
    split.default_left = default_is_left(
        missing_,
        heavier_is_left(quantiser_.hessian(split.left_sum), quantiser_.hessian(node_.sum - split.left_sum)));
    complete(node_.bins.column(static_cast<std::size_t>(split.feature)), split);
    return split;
  }

 private:
  struct Level {
    double share;  ///< G / (H + l2)
    std::uint32_t bin;
  };

  const GradientSum* cells_of(std::int32_t feature) const {
    return node_.histogram.data() + static_cast<std::size_t>(feature) * kCellsPerFeature;
  }
  std::int64_t count_of(std::int32_t feature, std::uint32_t bin) const {
    if (quantiser_.is_counted()) return quantiser_.count(cells_of(feature)[bin]);
    return node_.counts ? (*node_.counts)[static_cast<std::size_t>(feature) * kCellsPerFeature + bin] : 0;
  }

  void start(const GradientSum& left, std::int64_t count) {
    left_ = left;
    left_count_ = count;
    n_ = 0;
  }

  /// Adds a bin to the left side and records the cut after it.
  void push(std::int32_t feature, std::uint32_t bin) {
    left_ += cells_of(feature)[bin];
    gradients_[n_] = left_.gradient;
    hessians_[n_] = left_.hessian_and_count;
    if (checks_counts_) counts_[n_] = left_count_ += count_of(feature, bin);
    ++n_;
  }

  /// Does the same for the first n bins, one after another.
  void push_bins(std::int32_t feature, std::uint32_t n) {
    const GradientSum* const cells = cells_of(feature);
    GradientSum left = left_;
    for (std::uint32_t b = 0; b < n; ++b) {
      left += cells[b];
      gradients_[b] = left.gradient;
      hessians_[b] = left.hessian_and_count;
    }
    left_ = left;
    n_ = n;
    if (!checks_counts_) return;
    for (std::uint32_t b = 0; b < n; ++b) counts_[b] = left_count_ += count_of(feature, b);
  }

  double left_hessian(std::size_t cut) const { return quantiser_.hessian({0, hessians_[cut]}); }
  bool left_has_enough(std::size_t cut) const {
    return left_hessian(cut) >= rules_.least_hessian &&
           (!checks_counts_ || counts_[cut] >= static_cast<std::int64_t>(rules_.min_samples_leaf));
  }
  bool right_has_enough(std::size_t cut) const {
    return hessian_ - left_hessian(cut) >= rules_.least_hessian &&
           (!checks_counts_ || static_cast<std::int64_t>(node_.n_rows) - counts_[cut] >=
                                   static_cast<std::int64_t>(rules_.min_samples_leaf));
  }

  /// Returns whether a recorded cut gains more than the best split so far. If so, sets best_position_ and the
  /// best gain. Counts and hessians only grow, so the cuts that leave enough on both sides are a range.
  bool improve() {
    std::size_t begin = 0;
    std::size_t end = n_;
    while (begin < end && !left_has_enough(begin)) ++begin;
    while (begin < end && !right_has_enough(end - 1)) --end;
    if (begin == end) return false;
    const double most = kernels_.cut_gains(
        {end - begin, gradients_.data() + begin, hessians_.data() + begin, quantiser_.hessian_mask(),
         quantiser_.gradient_unit(), quantiser_.hessian_unit(), gradient_, hessian_, rules_.l2},
        gains_.data() + begin);
    if (!wins(most, std::max(best_.gain, rules_.min_gain))) return false;
    best_position_ = begin;
    while (gains_[best_position_] != most) ++best_position_;
    best_.gain = most;
    return true;
  }

  void keep(std::int32_t feature, bool is_category, MissingSide missing) {
    const double gain = best_.gain;
    best_ = {};
    best_.gain = gain;
    best_.feature = feature;
    best_.is_category = is_category;
    missing_ = missing;
  }

  void keep_numeric(std::int32_t feature, const ColumnBins& column, MissingSide missing) {
    const GradientSum* cells = cells_of(feature);
    keep(feature, false, missing);
    const auto last = static_cast<std::uint32_t>(best_position_);
    std::uint32_t first = last + 1;
    while (first < column.n_bins && cells[first].is_zero()) ++first;
    // Empty bins between the sides are divided equally between them. If the right has no present rows, all
    // bins go left.
    const std::uint32_t cut = first < column.n_bins ? last + (first - last - 1) / 2 : column.n_bins - 1;
    for (std::uint32_t b = 0; b <= cut; ++b) best_.left_sum += cells[b];
    if (missing == MissingSide::kLeft) best_.left_sum += cells[column.n_bins];
    best_.last_left_bin = cut;
    best_.first_right_bin = cut + 1;
  }

  bool is_noise() const {
    const double left = quantiser_.gradient(best_.left_sum);
    const double a = quantiser_.hessian(best_.left_sum) + rules_.l2;
    const double right = gradient_ - left;
    const double b = hessian_ - quantiser_.hessian(best_.left_sum) + rules_.l2;
    return std::abs(left * b - right * a) <= kNoise * (std::abs(left) * b + std::abs(right) * a);
  }

  const SplitSearch& node_;
  const core::Kernels& kernels_;
  const GradientQuantiser& quantiser_;
  const GradientSplitRules& rules_;
  const bool checks_counts_;
  const double gradient_;
  const double hessian_;
  // The cuts of the current feature: left sums after each of up to 256 bins.
  std::array<std::int64_t, kCellsPerFeature> gradients_;
  std::array<std::int64_t, kCellsPerFeature> hessians_;
  std::array<std::int64_t, kCellsPerFeature> counts_;  ///< if they are checked
  std::array<double, kCellsPerFeature> gains_;
  GradientSum left_;
  std::int64_t left_count_ = 0;
  std::size_t n_ = 0;
  GradientSplit best_;
  MissingSide missing_ = MissingSide::kNone;  ///< of the best split
  std::size_t best_position_ = 0;
};

}  // namespace

GradientSplit find_split(const SplitSearch& node, const GradientQuantiser& quantiser,
                         const GradientSplitRules& rules, const core::Kernels& kernels) {
  Search search(node, quantiser, rules, kernels);
  for (const std::int32_t feature : node.features) {
    const ColumnBins& column = node.bins.column(static_cast<std::size_t>(feature));
    if (column.is_category)
      search.try_category(feature, column);
    else
      search.try_numeric(feature, column);
  }
  return search.result();
}

double leaf_step(const GradientSum& sum, const GradientQuantiser& quantiser, double l2) {
  const double hessian = quantiser.hessian(sum) + l2;
  return hessian > 0 ? -quantiser.gradient(sum) / hessian * quantiser.gradient_scale() : 0.0;
}

}  // namespace rf::trees
