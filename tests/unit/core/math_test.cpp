// SPDX-License-Identifier: MIT
// Errors against long double (64 bits of mantissa or more), edges, and a fingerprint of the bits.
#include "core/math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace rf::core {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kQuietNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr int kInputs = 400000;

/// Distance of `got` from `exact` in units of the last place of a double near `exact`.
double error_in_ulp(long double exact, double got) {
  if (std::isinf(static_cast<double>(exact))) return got == static_cast<double>(exact) ? 0 : kInf;
  int exponent;
  std::frexp(exact, &exponent);
  const long double ulp = std::ldexp(1.0L, std::max(exponent, -1021) - 53);
  return static_cast<double>(std::fabs(exact - static_cast<long double>(got)) / ulp);
}

class Inputs {
 public:
  double uniform(double low, double high) { return low + (high - low) * unit(); }
  /// Magnitudes from 2^low to 2^high, all equally likely.
  double magnitude(int low, int high) {
    const int exponent = low + static_cast<int>(unit() * (high - low));
    return std::ldexp(1 + unit(), exponent);
  }
  double sign() { return unit() < 0.5 ? -1 : 1; }

 private:
  double unit() { return static_cast<double>(generator_() >> 11) * 0x1p-53; }
  std::mt19937_64 generator_{20240607};
};

double largest_error(const std::vector<double>& inputs, double (*function)(double),
                     const std::function<long double(long double)>& exact) {
  double largest = 0;
  for (const double x : inputs) {
    const double error = error_in_ulp(exact(x), function(x));
    if (error > largest) largest = error;
  }
  return largest;
}

std::vector<double> exp_inputs() {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < kInputs; ++i) {
    x.push_back(from.uniform(-745.2, 709.8));
    x.push_back(from.uniform(-1, 1));
    x.push_back(from.sign() * from.magnitude(-60, 8));
  }
  // Next to where k changes, that is to the odd multiples of ln(2) / 2.
  for (int k = -1074; k < 1024; ++k)
    for (int step = -2; step <= 2; ++step) x.push_back((k + 0.5) * 0.6931471805599453 * (1 + step * 0x1p-52));
  return x;
}

std::vector<double> log_inputs() {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < kInputs; ++i) {
    x.push_back(from.magnitude(-1074, 1023));
    x.push_back(from.uniform(0, 3));
    x.push_back(1 + from.sign() * from.magnitude(-52, -1));
  }
  for (int e = -20; e < 20; ++e)
    for (int step = -2; step <= 2; ++step)
      x.push_back(std::ldexp(0.7071067811865476 * (1 + step * 0x1p-52), e));
  return x;
}

std::vector<double> log1p_inputs() {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < kInputs; ++i) {
    x.push_back(from.uniform(-1, 3));
    x.push_back(from.magnitude(-1074, 1023));
    x.push_back(-from.magnitude(-1074, -1));
    x.push_back(-1 + from.magnitude(-53, -2));
  }
  std::erase_if(x, [](double value) { return value <= -1; });
  return x;
}

std::vector<double> sigmoid_inputs() {
  Inputs from;
  std::vector<double> x;
  for (int i = 0; i < kInputs; ++i) {
    x.push_back(from.uniform(-745, 745));
    x.push_back(from.uniform(-40, 40));
    x.push_back(from.sign() * from.magnitude(-60, 5));
  }
  return x;
}

TEST(Math, ExpErrsLessThanOneUlp) {
  std::vector<double> normal = exp_inputs();
  std::erase_if(normal, [](double x) { return x < -708.3; });
  EXPECT_LT(largest_error(normal, exp, [](long double x) { return std::exp(x); }), 0.69);
  EXPECT_LT(largest_error(exp_inputs(), exp, [](long double x) { return std::exp(x); }), 0.8);
}

TEST(Math, LogErrsLessThanOneUlp) {
  EXPECT_LT(largest_error(log_inputs(), log, [](long double x) { return std::log(x); }), 0.85);
}

TEST(Math, Log1pErrsLessThanOneUlp) {
  EXPECT_LT(largest_error(log1p_inputs(), log1p, [](long double x) { return std::log1p(x); }), 0.8);
}

TEST(Math, ExpitErrsLessThanTwoAndAHalfUlp) {
  const auto exact = [](long double x) {
    return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
  };
  EXPECT_LT(largest_error(sigmoid_inputs(), expit, exact), 2.3);
}

TEST(Math, SoftplusErrsLessThanTwoUlp) {
  const auto exact = [](long double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); };
  EXPECT_LT(largest_error(sigmoid_inputs(), softplus, exact), 1.5);
}

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
  EXPECT_EQ(fingerprint(exp_inputs(), exp), 0x498a4cbc409f967cU);
  EXPECT_EQ(fingerprint(log_inputs(), log), 0x7cbcec6745672b02U);
  EXPECT_EQ(fingerprint(log1p_inputs(), log1p), 0x29ff3de306f322beU);
  EXPECT_EQ(fingerprint(sigmoid_inputs(), expit), 0xbf29aeadef1bdeebU);
  EXPECT_EQ(fingerprint(sigmoid_inputs(), softplus), 0x37d0bb8ec18c092fU);
}

}  // namespace
}  // namespace rf::core
