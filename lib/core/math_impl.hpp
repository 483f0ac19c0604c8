// SPDX-License-Identifier: MIT
// The operation sequences behind core/math.hpp, for math.cpp and for the kernels compiled per instruction
// set. The code is C-like, without library headers, and local to the including file, so that it has no weak
// symbols. Branch-free (a choice is a ternary on doubles), so that compilers vectorise loops over them. The
// scalar and the vector forms do the same operations in the same order, so they give the same bits. Argument
// reductions as in Cody and Waite, "Software Manual for the Elementary Functions" (1980), chapters 5 and 6;
// the polynomials are minimax fits by Remez exchange (tests/unit/core/math_coefficients.py prints them).
// tests/numeric/math_errors.cpp measures the errors, tests/unit/core/math_test.cpp pins the edges.
#pragma once

#include <stdint.h>

#if defined(__FAST_MATH__) || (defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0)
#error "RunForge needs IEEE 754 doubles: no -ffast-math, no extended-precision evaluation"
#endif

// A function that is not inlined is not vectorised.
#define RF_INLINE inline __attribute__((always_inline))

namespace rf::core {
namespace {

RF_INLINE uint64_t bits_of(double x) {
  uint64_t u;
  __builtin_memcpy(&u, &x, sizeof u);
  return u;
}

RF_INLINE double double_of(uint64_t u) {
  double x;
  __builtin_memcpy(&x, &u, sizeof x);
  return x;
}

constexpr double kInfinity = __builtin_inf();
constexpr double kNan = __builtin_nan("");
constexpr double kLog2E = 0x1.71547652b82fep+0;
// ln 2 in two parts; the high one has 38 bits, so its product with an exponent is exact.
constexpr double kLn2High = 0x1.62e42fefa0000p-1;
constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;

/// q(r) = (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
RF_INLINE double exp_polynomial(double r, double r2) {
  const double r4 = r2 * r2;
  const double low = (0x1.0000000000000p-1 + 0x1.555555555555cp-3 * r) +
                     (0x1.555555555555ep-5 + 0x1.111111110ebb3p-7 * r) * r2;
  const double middle = (0x1.6c16c16c13536p-10 + 0x1.a01a01b3bb229p-13 * r) +
                        (0x1.a01a01b466ba0p-16 + 0x1.71ddef93d54c1p-19 * r) * r2;
  const double high = (0x1.27e4bf1553ad1p-22 + 0x1.af6cccbb65093p-26 * r) + 0x1.1f9e10ed84ee8p-29 * r2;
  return low + (middle + high * r4) * r4;
}

/// e^x = 2^k e^r, r = x - k ln 2; some NaN for NaN.
RF_INLINE double exp_or_some_nan(double x) {
  // Beyond these bounds the result is 0 or infinite anyway. NaN passes through both comparisons.
  const double from_below = x < -746.0 ? -746.0 : x;
  const double bounded = from_below > 710.0 ? 710.0 : from_below;
  // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
  constexpr double kShift = 0x1.8p52;
  const double shifted = bounded * kLog2E + kShift;
  const double k = shifted - kShift;
  const double r_high = bounded - k * kLn2High;
  const double r_low = k * kLn2Low;
  const double r = r_high - r_low;
  const double r2 = r * r;
  // The rounding error of 1 + r_high is computed exactly and added to the small terms.
  const double head = 1.0 + r_high;
  const double lost = r_high - (head - 1.0);
  const double mantissa = head + (lost + (r2 * exp_polynomial(r, r2) - r_low));
  // 2^k in two factors, each a normal double, so that subnormal results are rounded once.
  const uint64_t exponents = bits_of(shifted) - bits_of(kShift) + 2 * 1023;
  const uint64_t first = exponents >> 1;
  const uint64_t second = exponents - first;
  return mantissa * double_of(first << 52) * double_of(second << 52);
}

/// All functions return the same NaN, which has the same bits everywhere.
RF_INLINE double exp_value(double x) {
  const double result = exp_or_some_nan(x);
  return x != x ? kNan : result;
}

/// k ln 2 + log(1 + f) + correction for 1 + f in [sqrt(1/2), sqrt(2)): with s = f / (2 + f) and z = s^2,
/// log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + R)), R = 2 z/3 + 2 z^2/5 + ...
RF_INLINE double log_sum(double k, double f, double correction) {
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double z2 = z * z;
  const double low = (0x1.55555555555d6p-1 + 0x1.999999996e367p-2 * z) +
                     (0x1.2492494f0ba52p-2 + 0x1.c71c48b752782p-3 * z) * z2;
  const double high = (0x1.7467f6edf2a51p-3 + 0x1.397921718c2f4p-3 * z) + 0x1.3080d7735c756p-3 * z2;
  const double remainder = z * (low + high * (z2 * z2));
  const double half_square = 0.5 * f * f;
  return k * kLn2High - ((half_square - (s * (half_square + remainder) + (k * kLn2Low + correction))) - f);
}

/// x = 2^exponent * mantissa with mantissa in [sqrt(1/2), sqrt(2)), for normal x.
struct Split {
  double exponent;
  double mantissa;
};
RF_INLINE Split split(double x) {
  constexpr uint64_t kSqrtHalf = 0x3fe6a09e667f3bcd;
  constexpr uint64_t kBias = 1024;  // keeps the shifted number positive, because SSE2 has no arithmetic shift
                                    // of 64 bits
  const uint64_t u = bits_of(x);
  const uint64_t biased = (u - kSqrtHalf + (kBias << 52)) >> 52;
  return {double_of(0x4330000000000000 | biased) - (0x1p52 + static_cast<double>(kBias)),
          double_of(u - ((biased - kBias) << 52))};
}

RF_INLINE double log_value(double x) {
  const bool subnormal = x < 0x1p-1022;
  const Split parts = split(subnormal ? x * 0x1p54 : x);
  const double k = parts.exponent - (subnormal ? 54.0 : 0.0);
  const double result = log_sum(k, parts.mantissa - 1.0, 0.0);
  const double at_edge = x == 0.0 ? -kInfinity : x == kInfinity ? x : kNan;
  return ((x > 0.0) & (x < kInfinity)) ? result : at_edge;
}

/// log(u) + c / u with u = fl(1 + x) and c = 1 + x - u, or directly by x when it is near 0.
RF_INLINE double log1p_sum(double x, double u, double c, bool near_zero) {
  const Split parts = split(u);
  const double k = near_zero ? 0.0 : parts.exponent;
  const double f = near_zero ? x : parts.mantissa - 1.0;
  return log_sum(k, f, near_zero ? 0.0 : c / u);
}

RF_INLINE double log1p_value(double x) {
  const double u = 1.0 + x;
  const double c = x > 1.0 ? 1.0 - (u - x) : x - (u - 1.0);
  const double result = log1p_sum(x, u, c, (x > -0.29) & (x < 0.41));
  const double at_edge = x == -1.0 ? -kInfinity : x == kInfinity ? x : kNan;
  const double inside = x == 0.0 ? x : result;  // keeps -0
  return ((x > -1.0) & (x < kInfinity)) ? inside : at_edge;
}

/// 1 / (1 + z) or z / (1 + z) with z = e^-|x|: it never overflows and keeps small results accurate.
RF_INLINE double expit_value(double x) {
  const double z = exp_value(x > 0.0 ? -x : x);
  return (x > 0.0 ? 1.0 : z) / (1.0 + z);
}

/// z = e^-|x|.
RF_INLINE double softplus_exp(double x) {
  return exp_or_some_nan(x > 0.0 ? -x : x);
}

/// max(x, 0) + log(1 + z), z from 0 to 1: as log1p_value(z), without the cases that cannot occur here and
/// that GCC 12 would turn into branches.
RF_INLINE double softplus_of(double x, double z) {
  const double u = 1.0 + z;
  const double result = (x > 0.0 ? x : 0.0) + log1p_sum(z, u, z - (u - 1.0), z < 0.41);
  return x != x ? kNan : result;
}

RF_INLINE double softplus_value(double x) {
  return softplus_of(x, softplus_exp(x));
}

}  // namespace
}  // namespace rf::core
