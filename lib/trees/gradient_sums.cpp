// SPDX-License-Identifier: MIT
// Turns gradients and hessians into integers. The hash is the finaliser of MurmurHash3 (Appleby, public
// domain, 2011). tests/unit/trees/gradient_sums_test.cpp pins it.
#include "trees/gradient_sums.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/power_of_two.hpp"

namespace rf::trees {
namespace {

/// Rounding by adding 1.5 * 2^52 works for magnitudes below 2^51.
constexpr int kMostBits = 50;
constexpr double kShift = 0x1.8p52;
constexpr int kNarrowGradientBits = 14;
constexpr int kNarrowHessianBits = 15;

/// The nearest integer, ties to even; |x| <= 2^50.
inline std::int64_t rounded(double x) {
  return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x + kShift) -
                                   std::bit_cast<std::uint64_t>(kShift));
}

/// The smallest e with value <= 2^e, for value > 0.
int exponent_above(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return fraction == 0.5 ? exponent - 1 : exponent;
}

inline std::uint32_t hashed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bU;
  x ^= x >> 13;
  x *= 0xc2b2ae35U;
  return x ^ (x >> 16);
}

/// 16 bits as a number in [-1/2, 1/2). If it is added before rounding to the nearest, the probability of
/// rounding up is the fraction that is cut off. Whole numbers stay as they are (ties go to even: bounds are
/// even).
inline double dither(std::uint32_t bits) {
  return static_cast<double>(static_cast<std::int32_t>(bits)) * 0x1p-16 - 0.5;
}

}  // namespace

GradientQuantiser::GradientQuantiser(double largest_gradient, double largest_hessian)
    : largest_hessian_(largest_hessian) {
  const core::PowerOfTwo unit = core::scale_to_unit(largest_gradient);
  gradient_prescale_ = unit.down;
  gradient_scale_ = unit.up;
}

/// Sets the scales so that |q_g| <= 2^gradient_bits and q_h <= 2^hessian_bits.
void GradientQuantiser::set_bits(int gradient_bits, int hessian_bits) {
  gradient_factor_ = std::ldexp(1.0, gradient_bits - 1);
  gradient_unit_ = std::ldexp(1.0, 1 - gradient_bits);
  const int shift = hessian_bits - exponent_above(largest_hessian_);
  hessian_factor_ = std::ldexp(1.0, shift);
  hessian_unit_ = std::ldexp(1.0, -shift);
}

GradientQuantiser GradientQuantiser::counted(std::size_t n_rows, double largest_gradient,
                                             double largest_hessian, Hessian hessian) {
  GradientQuantiser quantiser(largest_gradient, largest_hessian);
  const int row_bits = static_cast<int>(std::bit_width(n_rows));  // L: n < 2^L
  quantiser.count_shift_ = 63 - row_bits;
  quantiser.hessian_mask_ = (std::int64_t{1} << quantiser.count_shift_) - 1;
  quantiser.constant_part_ = std::int64_t{1} << quantiser.count_shift_;
  quantiser.set_bits(std::min(62 - row_bits, kMostBits), std::min(63 - 2 * row_bits, kMostBits));
  if (hessian == Hessian::kConstant) {
    quantiser.hessian_factor_ = 0;
    quantiser.hessian_unit_ = largest_hessian;
    quantiser.constant_part_ += 1;
  }
  return quantiser;
}

GradientQuantiser GradientQuantiser::narrow(double largest_gradient, double largest_hessian,
                                            std::uint32_t salt) {
  GradientQuantiser quantiser(largest_gradient, largest_hessian);
  quantiser.set_bits(kNarrowGradientBits, kNarrowHessianBits);
  quantiser.salt_ = hashed(salt + 1);
  return quantiser;
}

void GradientQuantiser::quantise(const double* g, const double* h, std::size_t n, std::size_t first_row,
                                 RowGradients& out) const {
  const double factor = gradient_factor_;
  const double prescale = gradient_prescale_;
  if (!is_counted()) {
    NarrowSum* const to = out.narrow.data() + first_row;
    const double both = prescale * factor;
    const double h_factor = hessian_factor_;
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t hash = hashed(static_cast<std::uint32_t>(first_row + i) ^ salt_);
      const std::int64_t q_g = rounded(g[i] * both + dither(hash >> 16));
      const std::int64_t q_h = rounded(h[i] * h_factor + dither(hash & 0xffff));
      to[i] = (static_cast<NarrowSum>(q_g) << 32) + static_cast<NarrowSum>(q_h);
    }
    return;
  }
  GradientSum* const to = out.counted.data() + first_row;
  if (hessian_factor_ == 0) {
    for (std::size_t i = 0; i < n; ++i) to[i] = {rounded(g[i] * prescale * factor), constant_part_};
    return;
  }
  for (std::size_t i = 0; i < n; ++i)
    to[i] = {rounded(g[i] * prescale * factor), rounded(h[i] * hessian_factor_) + constant_part_};
}

}  // namespace rf::trees
