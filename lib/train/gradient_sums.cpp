// SPDX-License-Identifier: MIT
#include "train/gradient_sums.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/power_of_two.hpp"

namespace rf::train {
namespace {

/// Rounding by adding 1.5 * 2^52 works for magnitudes below 2^51.
constexpr int kMostBits = 50;
constexpr double kShift = 0x1.8p52;

/// The nearest integer, ties to even; |x| <= 2^50.
inline std::int64_t rounded(double x) {
  return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x + kShift) - std::bit_cast<std::uint64_t>(kShift));
}

/// The smallest e with value <= 2^e, for value > 0.
int exponent_above(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return fraction == 0.5 ? exponent - 1 : exponent;
}

}  // namespace

GradientQuantiser::GradientQuantiser(std::size_t n_rows, double largest_gradient, double largest_hessian,
                                     Hessian hessian) {
  const int row_bits = static_cast<int>(std::bit_width(n_rows));  // L: n < 2^L
  count_shift_ = 63 - row_bits;
  hessian_mask_ = (std::int64_t{1} << count_shift_) - 1;

  // |g| * prescale < 2; beyond the range of normal factors a gradient is as good as 0.
  const core::PowerOfTwo unit = core::scale_to_unit(largest_gradient);
  gradient_prescale_ = unit.down;
  gradient_scale_ = unit.up;
  const int gradient_bits = std::min(62 - row_bits, kMostBits);
  gradient_factor_ = std::ldexp(1.0, gradient_bits - 1);
  gradient_unit_ = std::ldexp(1.0, 1 - gradient_bits);

  if (hessian == Hessian::kConstant) {
    hessian_factor_ = 0;
    hessian_unit_ = largest_hessian;
    constant_part_ = (std::int64_t{1} << count_shift_) + 1;
  } else {
    const int hessian_bits = std::min(count_shift_ - row_bits, kMostBits) - exponent_above(largest_hessian);
    hessian_factor_ = std::ldexp(1.0, hessian_bits);
    hessian_unit_ = std::ldexp(1.0, -hessian_bits);
    constant_part_ = std::int64_t{1} << count_shift_;
  }
}

void GradientQuantiser::quantise(const double* g, const double* h, std::size_t n, GradientSum* out) const {
  const double factor = gradient_factor_;
  const double prescale = gradient_prescale_;
  if (hessian_factor_ == 0) {
    for (std::size_t i = 0; i < n; ++i) out[i] = {rounded(g[i] * prescale * factor), constant_part_};
    return;
  }
  for (std::size_t i = 0; i < n; ++i)
    out[i] = {rounded(g[i] * prescale * factor), rounded(h[i] * hessian_factor_) + constant_part_};
}

}  // namespace rf::train
