// SPDX-License-Identifier: MIT
// Edges, and a fingerprint of the bits; errors are measured in tests/numeric/math_errors.cpp.
#include "core/math.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "unit/core/math_inputs.hpp"

namespace rf::core {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kQuietNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr int kInputs = 400000;

TEST(Math, ExpIsExactAtItsEdges) {
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(-0.0), 1.0);
  EXPECT_EQ(exp(1.0), 0x1.5bf0a8b145769p+1);
  EXPECT_EQ(exp(kInf), kInf);
  EXPECT_EQ(exp(-kInf), 0.0);
  EXPECT_FALSE(std::signbit(exp(-kInf)));
  EXPECT_TRUE(std::isnan(exp(kQuietNan)));
  EXPECT_EQ(exp(1e300), kInf);
  EXPECT_EQ(exp(-1e300), 0.0);
  // The last finite result, and the first beyond it.
  EXPECT_LT(exp(0x1.62e42fefa39efp+9), kInf);
  EXPECT_EQ(exp(0x1.62e42fefa39f0p+9), kInf);
  // The least subnormal: e^x reaches half of it at x = -745.1332191019412...
  EXPECT_EQ(exp(-745.1332191019411), kLeast);
  EXPECT_EQ(exp(-745.1332191019412), 0.0);
  EXPECT_EQ(exp(kLeast), 1.0);
}

TEST(Math, LogIsExactAtItsEdges) {
  EXPECT_EQ(log(1.0), 0.0);
  EXPECT_FALSE(std::signbit(log(1.0)));
  EXPECT_EQ(log(2.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(log(0.0), -kInf);
  EXPECT_EQ(log(-0.0), -kInf);
  EXPECT_EQ(log(kInf), kInf);
  EXPECT_TRUE(std::isnan(log(-1.0)));
  EXPECT_TRUE(std::isnan(log(-kLeast)));
  EXPECT_TRUE(std::isnan(log(-kInf)));
  EXPECT_TRUE(std::isnan(log(kQuietNan)));
  EXPECT_EQ(log(kLeast), -0x1.74385446d71c3p+9);
  EXPECT_EQ(log(0x1.fffffffffffffp+1023), 0x1.62e42fefa39efp+9);
}

TEST(Math, Log1pIsExactAtItsEdges) {
  EXPECT_EQ(log1p(0.0), 0.0);
  EXPECT_TRUE(std::signbit(log1p(-0.0)));
  EXPECT_EQ(log1p(kLeast), kLeast);
  EXPECT_EQ(log1p(-kLeast), -kLeast);
  EXPECT_EQ(log1p(0x1p-60), 0x1p-60);
  EXPECT_EQ(log1p(1.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(log1p(-1.0), -kInf);
  EXPECT_TRUE(std::isnan(log1p(-0x1.0000000000001p+0)));
  EXPECT_TRUE(std::isnan(log1p(-kInf)));
  EXPECT_TRUE(std::isnan(log1p(kQuietNan)));
  EXPECT_EQ(log1p(kInf), kInf);
}

TEST(Math, ExpitIsExactAtItsEdges) {
  EXPECT_EQ(expit(0.0), 0.5);
  EXPECT_EQ(expit(-0.0), 0.5);
  EXPECT_EQ(expit(40.0), 1.0);
  EXPECT_EQ(expit(kInf), 1.0);
  EXPECT_EQ(expit(-kInf), 0.0);
  EXPECT_GT(expit(-740.0), 0.0);  // where 1 / (1 + exp(740)) would be 0
  EXPECT_TRUE(std::isnan(expit(kQuietNan)));
}

TEST(Math, SoftplusIsExactAtItsEdges) {
  EXPECT_EQ(softplus(0.0), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(softplus(1000.0), 1000.0);
  EXPECT_EQ(softplus(kInf), kInf);
  EXPECT_EQ(softplus(-kInf), 0.0);
  EXPECT_GT(softplus(-740.0), 0.0);
  EXPECT_TRUE(std::isnan(softplus(kQuietNan)));
}

TEST(Math, ANanHasOneBitPatternWhateverCameIn) {
  const std::uint64_t expected = std::bit_cast<std::uint64_t>(kQuietNan);
  for (const double x : {kQuietNan, -kQuietNan, std::bit_cast<double>(std::uint64_t{0x7ff8dead00000000})})
    for (const auto function : {exp, log, log1p, expit, softplus})
      EXPECT_EQ(std::bit_cast<std::uint64_t>(function(x)), expected);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(log(-1.0)), expected);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(log1p(-2.0)), expected);
}

/// FNV-1a over the results' bits.
std::uint64_t fingerprint(const std::vector<double>& inputs, double (*function)(double)) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const double x : inputs) hash = (hash ^ std::bit_cast<std::uint64_t>(function(x))) * 0x100000001b3;
  return hash;
}

// Part of the numeric profile: another compiler, CPU or optimisation level must print the same numbers.
TEST(Math, BitsAreThoseOfTheNumericProfile) {
  EXPECT_EQ(fingerprint(exp_inputs(kInputs), exp), 0x498a4cbc409f967cU);
  EXPECT_EQ(fingerprint(log_inputs(kInputs), log), 0x7cbcec6745672b02U);
  EXPECT_EQ(fingerprint(log1p_inputs(kInputs), log1p), 0x29ff3de306f322beU);
  EXPECT_EQ(fingerprint(sigmoid_inputs(kInputs), expit), 0xbf29aeadef1bdeebU);
  EXPECT_EQ(fingerprint(sigmoid_inputs(kInputs), softplus), 0x37d0bb8ec18c092fU);
}

}  // namespace
}  // namespace rf::core
