// SPDX-License-Identifier: MIT
// Quantisation of regression targets and the two computations that need care: the 128-bit numerator of a split's
// gain and the mean of a leaf. The compensated sum is Neumaier's ("Rundungsfehleranalyse einiger Verfahren zur
// Summation endlicher Summen", 1974). tests/unit/train/tree_test.cpp pins them.
#include "train/value_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rf::train {
namespace {

using Int128 = __int128;

/// Two roundings at most, none when the 128 bits hold no more than 53 significant ones.
double to_double(Int128 value) {
  const std::int64_t high = static_cast<std::int64_t>(value >> 64);
  const std::uint64_t low = static_cast<std::uint64_t>(value);
  return static_cast<double>(high) * 0x1p64 + static_cast<double>(low);
}

}  // namespace

QuantisedTargets quantise_targets(std::span<const double> values, std::uint64_t n_draws) {
  QuantisedTargets targets;
  targets.q.resize(values.size());
  const int bits = 62 - static_cast<int>(std::bit_width(n_draws - 1));  // bit_width(n - 1) = ceil(log2 n)
  targets.unit = std::ldexp(1.0, -bits);
  if (values.empty()) return targets;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double centre = *low / 2 + *high / 2;
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value - centre));
  if (largest == 0) return targets;
  int exponent = 0;
  std::frexp(largest, &exponent);  // largest < 2^exponent
  for (std::size_t i = 0; i < values.size(); ++i)
    targets.q[i] = static_cast<std::int64_t>(std::round(std::ldexp(values[i] - centre, bits - exponent)));
  return targets;
}

void ValueStatistics::open(std::span<const Entry> node) {
  total_ = {};
  is_pure_ = true;
  for (const Entry& entry : node) {
    total_ += contribution(entry);
    is_pure_ = is_pure_ && entry.q == node.front().q;
  }
}

double ValueStatistics::score(const Cell& left) const {
  const double d = to_double(Int128{total_.weight} * left.sum - Int128{left.weight} * total_.sum);
  return d * d / (static_cast<double>(left.weight) * static_cast<double>(total_.weight - left.weight));
}

void ValueStatistics::append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const {
  double low = value_of_[node.front().row];
  double high = low;
  for (const Entry& entry : node) {
    low = std::min(low, value_of_[entry.row]);
    high = std::max(high, value_of_[entry.row]);
  }
  if (low == high) {
    leaf_values.push_back(low);
    return;
  }
  // Sums of fewer than 2^31 targets below 2^960 cannot overflow; larger ones are scaled down, exactly for all
  // that matters beside them.
  const double scale = std::max(-low, high) < 0x1p960 ? 1.0 : 0x1p-64;
  double sum = 0;
  double lost = 0;
  for (const Entry& entry : node) {
    const double term = value_of_[entry.row] * scale * entry.weight;
    const double next = sum + term;
    lost += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }
  const double mean = (sum + lost) / static_cast<double>(total_.weight) / scale;
  leaf_values.push_back(std::clamp(mean, low, high));
}

}  // namespace rf::train
