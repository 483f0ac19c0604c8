// SPDX-License-Identifier: MIT
// Rounds weights, and targets times weights, to integers whose sums do not overflow.
// tests/unit/trees/sample_weights_test.cpp pins it.
#include "trees/sample_weights.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "trees/wide_integer.hpp"

namespace rf::trees {
namespace {

/// ceil(log2 n).
int log2_ceiling(std::uint64_t n) {
  return static_cast<int>(std::bit_width(n - 1));
}

UInt128 magnitude_of_product(std::int64_t weight, std::int64_t target) {
  return UInt128{static_cast<std::uint64_t>(weight)} * static_cast<std::uint64_t>(std::abs(target));
}

int width_of(UInt128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high)
                                    : std::bit_width(static_cast<std::uint64_t>(value)));
}

}  // namespace

std::vector<std::int64_t> quantise_weights(std::span<const double> weights) {
  if (weights.empty()) return {};
  const int bits = std::min(52, 62 - log2_ceiling(weights.size()));
  int exponent = 0;
  std::frexp(*std::max_element(weights.begin(), weights.end()), &exponent);  // the largest < 2^exponent
  std::vector<std::int64_t> q;
  q.reserve(weights.size());
  for (const double weight : weights)
    q.push_back(static_cast<std::int64_t>(std::round(std::ldexp(weight, bits - exponent))));
  std::int64_t divisor = 0;
  for (std::size_t i = 0; i < q.size() && divisor != 1; ++i) divisor = std::gcd(divisor, q[i]);
  if (divisor != 1)
    for (std::int64_t& weight : q) weight /= divisor;
  if (std::all_of(q.begin(), q.end(), [](std::int64_t weight) { return weight == 1; })) return {};
  return q;
}

WeightedTargets weigh_targets(const QuantisedTargets& targets, std::span<const std::int64_t> weights) {
  const int bits = 62 - log2_ceiling(weights.size());
  UInt128 largest = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    largest = std::max(largest, magnitude_of_product(weights[i], targets.q[i]));
  const int shift = std::max(0, width_of(largest) - bits);
  WeightedTargets weighted;
  weighted.unit = std::ldexp(targets.unit, shift);
  weighted.p.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    // Half a unit rounds away from 0, so that mirrored targets have mirrored products.
    const UInt128 half = shift > 0 ? UInt128{1} << (shift - 1) : 0;
    const auto rounded =
        static_cast<std::int64_t>((magnitude_of_product(weights[i], targets.q[i]) + half) >> shift);
    weighted.p.push_back(targets.q[i] < 0 ? -rounded : rounded);
  }
  return weighted;
}

}  // namespace rf::trees
