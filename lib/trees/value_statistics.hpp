// SPDX-License-Identifier: MIT
// Squared error from integers. Targets are centred at the middle of their range, scaled by a power of two and
// rounded to int64 q, so that sums are exact in any order (DETERMINISM rule 10).
//
// No overflow: with n the number of draws and B = 2^(62 - ceil(log2 n)), |q| <= B. So any sum of at most n of
// them is at most n B <= 2^62 < 2^63. B is at least 2^34 up to 2^28 rows (2^31 up to 2^31 rows).
//
// W and S are the node's weight and sum of q, L and T those of the left side, and R = W - L. D = W T - L S is
// exact in 128 bits (|D| <= 2 * 2^31 * 2^62). Node weight * decrease of the mean squared deviation = D^2 / (W
// L R), without cancellation. Leaf values come from the targets themselves, not from q.
// tests/unit/trees/tree_test.cpp pins it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "trees/split_rules.hpp"

namespace rf::trees {

struct QuantisedTargets {
  std::vector<std::int64_t> q;
  double unit = 1;  ///< gains are on the scale on which the largest |q| is in [1/2, 1]: this is 1 / B
};
/// Returns the targets as integers. `values` must be finite. A tree has at most `n_draws` rows (with
/// repetition); `n_draws` is at least 1.
QuantisedTargets quantise_targets(std::span<const double> values, std::uint64_t n_draws);

/// Returns the mean of the targets of a node's rows, whose weights sum to `total_weight` > 0. It is accurate
/// to about 1e-15 of the mean magnitude: a compensated sum in row order (Neumaier, "Rundungsfehleranalyse
/// einiger Verfahren zur Summation endlicher Summen", 1974). If all targets are equal, it is the target
/// itself.
template <class Entry>
double mean_target(std::span<const Entry> node, std::span<const double> value_of, std::int64_t total_weight) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Entry& entry : node) {
    if (entry.weight == 0) continue;
    low = std::min(low, value_of[number_of(entry.row)]);
    high = std::max(high, value_of[number_of(entry.row)]);
  }
  if (low == high) return low;
  // Weights that sum to at most 2^62, times targets below 2^960, cannot overflow. Larger targets are scaled
  // down. This is exact for every number that matters next to them.
  const double scale = std::max(-low, high) < 0x1p960 ? 1.0 : 0x1p-64;
  double sum = 0;
  double lost = 0;
  for (const Entry& entry : node) {
    const double term = value_of[number_of(entry.row)] * scale * static_cast<double>(entry.weight);
    const double next = sum + term;
    lost += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }
  const double mean = (sum + lost) / static_cast<double>(total_weight) / scale;
  return std::clamp(mean, low, high);
}

class ValueStatistics {
 public:
  static constexpr bool kIsWeighted = false;
  struct Entry {
    core::Sample row;
    std::uint32_t weight;
    std::int64_t q;
  };
  struct Cell {
    std::int64_t sum = 0;
    std::int64_t weight = 0;
    bool empty() const { return weight == 0; }
    Cell& operator+=(const Cell& other) { return sum += other.sum, weight += other.weight, *this; }
  };

  ValueStatistics(std::span<const double> value_of, const QuantisedTargets& targets)
      : value_of_(value_of), targets_(&targets) {}

  Entry entry(core::Sample row, std::uint32_t weight) const {
    return {row, weight, targets_->q[number_of(row)]};
  }
  Cell contribution(const Entry& entry) const { return {entry.q * entry.weight, entry.weight}; }
  void open(std::span<const Entry> node);

  /// True if all q are equal. Targets closer than the quantum count as equal.
  bool is_pure() const { return is_pure_; }
  double weight() const { return static_cast<double>(total_.weight); }
  /// Returns D^2 / (L R).
  double score(const Cell& left) const;
  /// Sets scores[i] to score(lefts[i]).
  void scores(std::span<const Cell> lefts, double* scores) const {
    for (std::size_t i = 0; i < lefts.size(); ++i) scores[i] = score(lefts[i]);
  }
  double gain(double score) const { return score / weight() * targets_->unit * targets_->unit; }
  bool left_is_heavier(const Cell& left) const {
    return heavier_is_left(left.weight, total_.weight - left.weight);
  }
  double share(const Cell& cell) const {
    return static_cast<double>(cell.sum) / static_cast<double>(cell.weight);
  }
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const {
    leaf_values.push_back(mean_target(node, value_of_, total_.weight));
  }

 private:
  std::span<const double> value_of_;
  const QuantisedTargets* targets_;
  Cell total_;
  bool is_pure_ = true;
};

}  // namespace rf::trees
