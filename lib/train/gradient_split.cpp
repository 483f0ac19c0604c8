// SPDX-License-Identifier: MIT
#include "train/gradient_split.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rf::train {
namespace {

/// A gain whose square root is this small beside its terms is rounding: no split.
constexpr double kNoise = 0x1p-44;

/// Left sums after each of up to 256 bins, as numbers; only positions in [begin, end) leave enough on both sides.
struct Prefixes {
  std::array<double, kCellsPerFeature> gradient;
  std::array<double, kCellsPerFeature> hessian;
  std::array<double, kCellsPerFeature> gain;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct CategoryBin {
  std::uint32_t bin;
  double key;
  GradientSum sum;
};

/// One node's search.
class Search {
 public:
  Search(const GradientHistogram& histogram, const GradientSum& node, const GradientQuantiser& quantiser,
         const GradientSplitRules& rules)
      : histogram_(histogram),
        node_(node),
        quantiser_(quantiser),
        rules_(rules),
        node_gradient_(quantiser.gradient(node)),
        node_hessian_(quantiser.hessian(node)),
        node_count_(quantiser.count(node)) {}

  void try_numeric(std::int32_t feature, const ColumnBins& column) {
    const GradientSum* cells = cells_of(feature);
    const GradientSum missing = column.has_missing ? cells[column.n_bins] : GradientSum{};
    const bool some_missing = quantiser_.count(missing) > 0;
    // With missing rows on the right there is one cut more: all present rows left.
    start(GradientSum{});
    for (std::uint32_t b = 0; b + 1 < column.n_bins + (some_missing ? 1 : 0); ++b) push(cells[b]);
    if (improve()) keep_numeric(feature, column, false, some_missing);
    if (!some_missing) return;
    start(missing);
    for (std::uint32_t b = 0; b + 1 < column.n_bins; ++b) push(cells[b]);
    if (improve()) keep_numeric(feature, column, true, true);
  }

  void try_category(std::int32_t feature, const ColumnBins& column) {
    const GradientSum* cells = cells_of(feature);
    std::array<CategoryBin, kCellsPerFeature> order;
    std::size_t n = 0;
    for (std::uint32_t b = 0; b < column.n_bins; ++b) {
      if (quantiser_.count(cells[b]) == 0) continue;
      const double hessian = quantiser_.hessian(cells[b]) + rules_.l2;
      order[n++] = {b, hessian > 0 ? quantiser_.gradient(cells[b]) / hessian : 0.0, cells[b]};
    }
    std::sort(order.begin(), order.begin() + n, [](const CategoryBin& a, const CategoryBin& b) {
      return a.key != b.key ? a.key < b.key : a.bin < b.bin;
    });
    start(GradientSum{});
    for (std::size_t i = 0; i + 1 < n; ++i) push(order[i].sum);
    if (!improve()) return;
    keep(feature, true);
    for (std::size_t i = 0; i < n; ++i) {
      insert_bin(best_.split.seen_bins, order[i].bin);
      if (i <= best_position_) {
        insert_bin(best_.left_bins, order[i].bin);
        best_.left_sum += order[i].sum;
      }
    }
    best_.split.left_bins = best_.left_bins;
    best_.split.left_is_heavier = left_is_heavier();
    if (!best_.split.left_is_heavier) return;
    for (std::uint32_t b = 0; b < column.n_bins; ++b)
      if (!has_bin(best_.split.seen_bins, b)) insert_bin(best_.left_bins, b);
  }

  GradientSplit result() {
    if (best_.split.feature < 0) return best_;
    const double left = quantiser_.gradient(best_.left_sum);
    const double a = quantiser_.hessian(best_.left_sum) + rules_.l2;
    const double right = node_gradient_ - left;
    const double b = node_hessian_ - quantiser_.hessian(best_.left_sum) + rules_.l2;
    if (std::abs(left * b - right * a) <= kNoise * (std::abs(left) * b + std::abs(right) * a)) return {};
    return best_;
  }

 private:
  const GradientSum* cells_of(std::int32_t feature) const {
    return histogram_.data() + static_cast<std::size_t>(feature) * kCellsPerFeature;
  }

  void start(const GradientSum& left) {
    left_ = left;
    n_ = prefixes_.begin = prefixes_.end = 0;
  }

  /// Adds a bin to the left side and notes the cut after it. Counts and hessians only grow, so the cuts that leave
  /// enough on both sides are a range.
  void push(const GradientSum& bin) {
    left_ += bin;
    const std::int64_t count = quantiser_.count(left_);
    const double hessian = quantiser_.hessian(left_);
    const auto least = static_cast<std::int64_t>(rules_.min_samples_leaf);
    prefixes_.gradient[n_] = quantiser_.gradient(left_);
    prefixes_.hessian[n_] = hessian;
    ++n_;
    if (count < least || hessian < kLeastLeafHessian) prefixes_.begin = n_;
    if (node_count_ - count >= least && node_hessian_ - hessian >= kLeastLeafHessian) prefixes_.end = n_;
  }

  /// Whether one of the noted cuts gains more than what is known; then best_position_ and best_gain_ are its.
  bool improve() {
    Prefixes& p = prefixes_;
    const double l2 = rules_.l2;
    for (std::size_t i = p.begin; i < p.end; ++i) {
      const double gl = p.gradient[i];
      const double gr = node_gradient_ - gl;
      const double a = p.hessian[i] + l2;
      const double b = node_hessian_ - p.hessian[i] + l2;
      const double d = gl * b - gr * a;
      p.gain[i] = (d * d - l2 * (gl * gl * b + gr * gr * a)) / (a * b * (a + b - l2));
    }
    bool improved = false;
    for (std::size_t i = p.begin; i < p.end; ++i) {
      if (p.gain[i] <= std::max(best_.split.gain, rules_.min_gain)) continue;
      best_.split.gain = p.gain[i];
      best_position_ = i;
      improved = true;
    }
    return improved;
  }

  void keep(std::int32_t feature, bool is_category) {
    const double gain = best_.split.gain;
    best_ = {};
    best_.split.gain = gain;
    best_.split.feature = feature;
    best_.split.is_category = is_category;
  }

  void keep_numeric(std::int32_t feature, const ColumnBins& column, bool missing_left, bool some_missing) {
    const GradientSum* cells = cells_of(feature);
    keep(feature, false);
    const auto last = static_cast<std::uint32_t>(best_position_);
    std::uint32_t first = last + 1;
    while (first < column.n_bins && quantiser_.count(cells[first]) == 0) ++first;
    // Bins without rows between the sides are halved among them; without present rows on the right all go left.
    const std::uint32_t cut = first < column.n_bins ? last + (first - last - 1) / 2 : column.n_bins - 1;
    for (std::uint32_t b = 0; b <= cut; ++b) {
      insert_bin(best_.left_bins, b);
      best_.left_sum += cells[b];
    }
    if (missing_left) best_.left_sum += cells[column.n_bins];
    best_.split.last_left_bin = cut;
    best_.split.first_right_bin = cut + 1;
    best_.split.left_is_heavier = some_missing ? missing_left : left_is_heavier();
    if (best_.split.left_is_heavier && column.has_missing) insert_bin(best_.left_bins, column.n_bins);
  }

  bool left_is_heavier() const {
    const std::int64_t left = quantiser_.count(best_.left_sum);
    return left >= node_count_ - left;
  }

  const GradientHistogram& histogram_;
  const GradientSum node_;
  const GradientQuantiser& quantiser_;
  const GradientSplitRules& rules_;
  const double node_gradient_;
  const double node_hessian_;
  const std::int64_t node_count_;
  GradientSum left_;
  std::size_t n_ = 0;
  Prefixes prefixes_;
  GradientSplit best_;
  std::size_t best_position_ = 0;
};

}  // namespace

GradientSplit find_split(const Bins& bins, const GradientHistogram& histogram, std::span<const std::int32_t> features,
                         const GradientSum& node, const GradientQuantiser& quantiser,
                         const GradientSplitRules& rules) {
  Search search(histogram, node, quantiser, rules);
  for (const std::int32_t feature : features) {
    const ColumnBins& column = bins.column(static_cast<std::size_t>(feature));
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

}  // namespace rf::train
