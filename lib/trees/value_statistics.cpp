// SPDX-License-Identifier: MIT
// Quantisation of regression targets and the 128-bit numerator of a split's gain.
// tests/unit/trees/tree_test.cpp pins them.
#include "trees/value_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "trees/wide_integer.hpp"

namespace rf::trees {
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

}  // namespace rf::trees
