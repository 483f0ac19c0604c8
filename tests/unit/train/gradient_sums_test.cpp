// SPDX-License-Identifier: MIT
// Quantised gradients: rounding, and sums driven to the bounds of the proof in gradient_sums.hpp.
#include "train/gradient_sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rf::train {
namespace {

using Hessian = GradientQuantiser::Hessian;

GradientSum one(const GradientQuantiser& quantiser, double g, double h) {
  GradientSum sum;
  quantiser.quantise(&g, &h, 1, &sum);
  return sum;
}

/// n times the row, added as integers; every step is checked for overflow, which the histograms do not do.
GradientSum times(const GradientSum& row, std::int64_t n) {
  GradientSum sum;
  EXPECT_FALSE(__builtin_mul_overflow(row.gradient, n, &sum.gradient));
  EXPECT_FALSE(__builtin_mul_overflow(row.hessian_and_count, n, &sum.hessian_and_count));
  return sum;
}

TEST(GradientSums, RowsComeBack) {
  const GradientQuantiser quantiser(1000, 1, 0.25, Hessian::kBounded);
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
        const GradientQuantiser quantiser(static_cast<std::size_t>(n), largest, hessian, Hessian::kBounded);
        for (const double g : {largest, -largest}) {
          const GradientSum sum = times(one(quantiser, g, hessian), n);
          EXPECT_EQ(quantiser.count(sum), n) << n << " rows, largest " << largest;
          EXPECT_LE(std::abs(static_cast<double>(sum.gradient)), 0x1p62);
          EXPECT_NEAR(quantiser.hessian(sum), hessian * static_cast<double>(n), hessian * static_cast<double>(n) / 8);
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
    const GradientQuantiser quantiser(static_cast<std::size_t>(n), 1, 1, Hessian::kConstant);
    const GradientSum sum = times(one(quantiser, -1, 1), n);
    EXPECT_EQ(quantiser.hessian(sum), static_cast<double>(n));
    EXPECT_EQ(quantiser.count(sum), n);
  }
}

TEST(GradientSums, WhatIsLeftOfANodeIsTheOtherChild) {
  const GradientQuantiser quantiser(1 << 20, 1, 0.25, Hessian::kBounded);
  GradientSum left = times(one(quantiser, -0.9, 0.01), 300'000);
  const GradientSum right = times(one(quantiser, 0.4, 0.24), 500'000);
  GradientSum node = left;
  node += right;
  EXPECT_EQ(node - left, right);
  EXPECT_EQ(quantiser.count(node - left), 500'000);
}

TEST(GradientSums, ZeroGradientsAreZero) {
  const GradientQuantiser quantiser(10, 0, 1, Hessian::kConstant);
  EXPECT_EQ(quantiser.gradient(one(quantiser, 0, 1)), 0);
}

}  // namespace
}  // namespace rf::train
