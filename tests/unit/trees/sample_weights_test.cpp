// SPDX-License-Identifier: MIT
// Sample weights as integers: what is exact, what is lost, and that sums stay within their bounds.
#include "trees/sample_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "trees/wide_integer.hpp"

namespace rf::trees {
namespace {

using Integers = std::vector<std::int64_t>;

Integers quantised(const std::vector<double>& weights) {
  return quantise_weights(weights);
}

TEST(QuantiseWeights, KeepsWholeWeightsWhole) {
  EXPECT_EQ(quantised({3, 1, 0, 2}), (Integers{3, 1, 0, 2}));
  EXPECT_EQ(quantised({0.375, 0, 1.5}), (Integers{1, 0, 4}));
  EXPECT_EQ(quantised({0x3p1000, 0x1p1000, 0x2p1000}), (Integers{3, 1, 2}));
  const double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(quantised({least, 5 * least}), (Integers{1, 5}));
}

TEST(QuantiseWeights, OfOneSizeAreNone) {
  EXPECT_EQ(quantised({}), Integers{});
  EXPECT_EQ(quantised({0.1, 0.1, 0.1}), Integers{});
  EXPECT_EQ(quantised({7}), Integers{});
  EXPECT_EQ(quantised({0.1, 0, 0.1}), (Integers{1, 0, 1}));
}

TEST(QuantiseWeights, LoseWhatIsFarBelowTheLargest) {
  // Two rows: 52 bits, the largest becomes 2^51.
  EXPECT_EQ(quantised({1, 0x1p-51}), (Integers{std::int64_t{1} << 51, 1}));
  EXPECT_EQ(quantised({1, 0x1p-54}), (Integers{1, 0}));
}

TEST(QuantiseWeights, SumsOfAsManyDrawsAsRowsStayBelowTheirBound) {
  for (const std::size_t n : {std::size_t{1}, std::size_t{1025}, std::size_t{70'000}}) {
    std::vector<double> weights(n, 1 - 0x1p-53);  // as large as below a power of two
    if (n > 1) weights[0] = 0.3;                  // so that nothing divides all
    for (const std::int64_t q : quantised(weights))
      EXPECT_LE(static_cast<__int128>(q) * static_cast<__int128>(n), __int128{1} << 62) << n;
  }
}

TEST(WeighTargets, IsExactForWholeNumbersAndBoundedForAll) {
  QuantisedTargets targets;
  targets.q = {6, -4, 0};
  targets.unit = 1;
  const WeightedTargets exact = weigh_targets(targets, Integers{1, 3, 2});
  EXPECT_EQ(exact.p, (Integers{6, -12, 0}));
  EXPECT_EQ(exact.unit, 1);

  // Three rows: 60 bits. 2^52 times 2^60 is shifted by 53, halves away from 0 on both sides.
  targets.q = {std::int64_t{1} << 60, -(std::int64_t{1} << 60), 2};
  const std::int64_t large = std::int64_t{1} << 52;
  const WeightedTargets wide = weigh_targets(targets, Integers{large, large, large / 2});
  EXPECT_EQ(wide.unit, 0x1p53);
  EXPECT_EQ(wide.p, (Integers{std::int64_t{1} << 59, -(std::int64_t{1} << 59), 1}));
  targets.q[2] = -2;
  EXPECT_EQ(weigh_targets(targets, Integers{large, large, large / 2}).p[2], -1);

  targets.q = {0, 0};
  EXPECT_EQ(weigh_targets(targets, Integers{1, 2}).p, (Integers{0, 0}));
}

TEST(WideInteger, MagnitudesOfBothSignsAreOneNumber) {
  const Int128 value = (Int128{1} << 100) + (Int128{1} << 47) + 3;  // more bits than a double has
  EXPECT_EQ(magnitude(value), magnitude(-value));
  EXPECT_EQ(magnitude(-value), 0x1p100 + 0x1p48);
  EXPECT_EQ(magnitude(-(Int128{5} << 64)), 5 * 0x1p64);
}

}  // namespace
}  // namespace rf::trees
