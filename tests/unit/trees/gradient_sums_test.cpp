// SPDX-License-Identifier: MIT
// Quantised gradients: rounding, and sums driven to the bounds of the proof in gradient_sums.hpp.
#include "trees/gradient_sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rf::trees {
namespace {

using Hessian = GradientQuantiser::Hessian;

GradientSum one(const GradientQuantiser& quantiser, double g, double h, std::uint32_t row = 0) {
  RowGradients rows;
  if (quantiser.is_counted())
    rows.counted.resize(row + 1);
  else
    rows.narrow.resize(row + 1);
  quantiser.quantise(&g, &h, 1, row, rows);
  return rows.of(core::Sample{row});
}

/// n times the row, added as integers; every step is checked for overflow, which the histograms do not do.
GradientSum times(const GradientSum& row, std::int64_t n) {
  GradientSum sum;
  EXPECT_FALSE(__builtin_mul_overflow(row.gradient, n, &sum.gradient));
  EXPECT_FALSE(__builtin_mul_overflow(row.hessian_and_count, n, &sum.hessian_and_count));
  return sum;
}

TEST(GradientSums, RowsComeBack) {
  const auto quantiser = GradientQuantiser::counted(1000, 1, 0.25, Hessian::kBounded);
  for (const double g : {-1.0, -0.3, 0.0, 1e-9, 0.7, 1.0}) {
    const GradientSum sum = one(quantiser, g, std::abs(g) / 4);
    EXPECT_NEAR(quantiser.gradient(sum) * quantiser.gradient_scale(), g, 0x1p-50);
    EXPECT_NEAR(quantiser.hessian(sum), std::abs(g) / 4, 0x1p-45);
    EXPECT_EQ(quantiser.count(sum), 1);
  }
}

TEST(GradientSums, NothingOverflowsAtTheBound) {
  // As many rows as the quantiser was made for, each of the largest magnitude; a hundred million among them.
  for (const std::int64_t n : {1LL, 2LL, 3LL, 1000LL, 4095LL, 4096LL, 800'000LL, 4'194'303LL, 4'194'304LL,
                               100'000'000LL, static_cast<long long>(kMaxGradientRows)}) {
    for (const double largest : {1.0, 0.75, 1.5, 1e-300, 1e300, 0x1p-1074, 0x1p1000}) {
      for (const double hessian : {0.25, 1.0, 3.0}) {
        const auto quantiser =
            GradientQuantiser::counted(static_cast<std::size_t>(n), largest, hessian, Hessian::kBounded);
        for (const double g : {largest, -largest}) {
          const GradientSum sum = times(one(quantiser, g, hessian), n);
          EXPECT_EQ(quantiser.count(sum), n) << n << " rows, largest " << largest;
          EXPECT_LE(std::abs(static_cast<double>(sum.gradient)), 0x1p62);
          EXPECT_NEAR(quantiser.hessian(sum), hessian * static_cast<double>(n),
                      hessian * static_cast<double>(n) / 8);
          if (largest < 1e-300) continue;  // scaled no further than 2^1000
          const double wanted = g / quantiser.gradient_scale() * static_cast<double>(n);
          EXPECT_NEAR(quantiser.gradient(sum), wanted, std::abs(wanted) * 0x1p-31);
        }
      }
    }
  }
}

TEST(GradientSums, ConstantHessiansAreCounted) {
  for (const std::int64_t n : {1LL, 999LL, 100'000'000LL, static_cast<long long>(kMaxGradientRows)}) {
    const auto quantiser = GradientQuantiser::counted(static_cast<std::size_t>(n), 1, 1, Hessian::kConstant);
    const GradientSum sum = times(one(quantiser, -1, 1), n);
    EXPECT_EQ(quantiser.hessian(sum), static_cast<double>(n));
    EXPECT_EQ(quantiser.count(sum), n);
  }
}

TEST(GradientSums, WhatIsLeftOfANodeIsTheOtherChild) {
  const auto quantiser = GradientQuantiser::counted(1 << 20, 1, 0.25, Hessian::kBounded);
  GradientSum left = times(one(quantiser, -0.9, 0.01), 300'000);
  const GradientSum right = times(one(quantiser, 0.4, 0.24), 500'000);
  GradientSum node = left;
  node += right;
  EXPECT_EQ(node - left, right);
  EXPECT_EQ(quantiser.count(node - left), 500'000);
}

TEST(GradientSums, ZeroGradientsAreZero) {
  const auto quantiser = GradientQuantiser::counted(10, 0, 1, Hessian::kConstant);
  EXPECT_EQ(quantiser.gradient(one(quantiser, 0, 1)), 0);
}

TEST(NarrowSums, NeitherHalfOverflowsAtTheBound) {
  for (const double largest : {1.0, 0.75, 3.0}) {
    const GradientQuantiser quantiser = GradientQuantiser::narrow(largest, largest / 4, 7);
    for (const double g : {largest, -largest}) {
      RowGradients rows;
      rows.narrow.resize(kNarrowRows);
      const std::vector<double> gradients(kNarrowRows, g), hessians(kNarrowRows, largest / 4);
      quantiser.quantise(gradients.data(), hessians.data(), kNarrowRows, 0, rows);
      NarrowSum sum = 0;
      GradientSum wide;
      for (std::uint32_t row = 0; row < kNarrowRows; ++row) {
        sum += rows.narrow[row];
        wide += rows.of(core::Sample{row});
        ASSERT_EQ(widened(sum), wide) << row;
      }
      EXPECT_LE(std::abs(wide.gradient), std::int64_t{1} << 30);
      EXPECT_LE(wide.hessian_and_count, std::int64_t{1} << 31);
      EXPECT_NEAR(quantiser.gradient(wide) * quantiser.gradient_scale(), g * kNarrowRows, largest * 8);
      EXPECT_NEAR(quantiser.hessian(wide), largest / 4 * kNarrowRows, largest * 8);
      // A hundred million such rows.
      EXPECT_EQ(times(wide, 1526).gradient, wide.gradient * 1526);
    }
  }
}

TEST(NarrowSums, SmallGradientsAreRightOnAverage) {
  // Each is less than a tenth of the quantum; all of them together are not lost.
  const GradientQuantiser quantiser = GradientQuantiser::narrow(1, 0.25, 3);
  constexpr std::size_t kRows = 1 << 20;
  const std::vector<double> g(kRows, 5e-6), h(kRows, 5e-7);
  RowGradients rows;
  rows.narrow.resize(kRows);
  quantiser.quantise(g.data(), h.data(), kRows, 0, rows);
  GradientSum sum;
  for (std::uint32_t row = 0; row < kRows; ++row) sum += rows.of(core::Sample{row});
  // Five standard deviations of as many draws with the share p: quantum * sqrt(n p (1 - p)).
  const double p_g = 5e-6 * 0x1p14, p_h = 5e-7 * 0x1p17;
  EXPECT_NEAR(quantiser.gradient(sum), 5e-6 * kRows, 5 * 0x1p-14 * std::sqrt(kRows * p_g * (1 - p_g)));
  EXPECT_NEAR(quantiser.hessian(sum), 5e-7 * kRows, 5 * 0x1p-17 * std::sqrt(kRows * p_h * (1 - p_h)));
}

TEST(NarrowSums, RoundingDependsOnTreeAndRow) {
  const double g = 0.3 * 0x1p-14;
  int n_up = 0;
  for (std::uint32_t tree = 0; tree < 100; ++tree)
    n_up += one(GradientQuantiser::narrow(1, 0.25, tree), g, 0, 5).gradient == 1;
  EXPECT_GT(n_up, 10);
  EXPECT_LT(n_up, 60);
}

}  // namespace
}  // namespace rf::trees
