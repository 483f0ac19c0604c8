// SPDX-License-Identifier: MIT
// Gradients and hessians as integers, so that sums are the same in any order (DETERMINISM rule 10).
//
// A row's gradient g and hessian h become q_g = round(g 2^a) and q_h = round(h 2^b) and travel in two int64: the
// sum of q_g, and count * 2^S + sum of q_h. With n < 2^L rows, S = 63 - L and the scales chosen so that
// |q_g| <= 2^(62 - L) and 0 <= q_h <= 2^(S - L):
//   |sum q_g| <= n 2^(62 - L) < 2^62;
//   sum q_h <= n 2^(S - L) < 2^S, so it never reaches the count, and (count + 1) 2^S <= 2^L 2^S = 2^63.
// So nothing overflows, and the difference of two such sums (a node minus one child) is the sum of the rest.
// 800,000 rows leave 42 bits for a gradient and 23 for a hessian. A hessian that is the same for all rows counts 1
// and is exact. tests/unit/train/gradient_sums_test.cpp drives the sums to their bounds.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rf::train {

struct GradientSum {
  std::int64_t gradient = 0;
  std::int64_t hessian_and_count = 0;

  GradientSum& operator+=(const GradientSum& other) {
    gradient += other.gradient;
    hessian_and_count += other.hessian_and_count;
    return *this;
  }
  GradientSum& operator-=(const GradientSum& other) {
    gradient -= other.gradient;
    hessian_and_count -= other.hessian_and_count;
    return *this;
  }
  friend GradientSum operator-(GradientSum a, const GradientSum& b) { return a -= b; }
  friend bool operator==(const GradientSum&, const GradientSum&) = default;
};

/// Most rows a sum may hold: a hessian keeps 3 bits then, 19 up to 4 million rows.
inline constexpr std::size_t kMaxGradientRows = (std::size_t{1} << 30) - 1;

/// Turns the gradients of one tree's rows into sums and back.
class GradientQuantiser {
 public:
  enum class Hessian : std::uint8_t {
    kBounded,   ///< in [0, largest_hessian]
    kConstant,  ///< largest_hessian for every row
  };

  /// For at most n_rows rows, 1 <= n_rows <= kMaxGradientRows, with |g| <= largest_gradient (finite, may be 0) and
  /// hessians up to largest_hessian > 0.
  GradientQuantiser(std::size_t n_rows, double largest_gradient, double largest_hessian, Hessian hessian);

  /// One row each; h is ignored where the hessian is constant.
  void quantise(const double* g, const double* h, std::size_t n, GradientSum* out) const;

  /// Gradients are in units of gradient_scale(), a power of two next to the largest: products stay in range.
  double gradient(const GradientSum& sum) const { return static_cast<double>(sum.gradient) * gradient_unit_; }
  double gradient_scale() const { return gradient_scale_; }
  double hessian(const GradientSum& sum) const {
    return static_cast<double>(sum.hessian_and_count & hessian_mask_) * hessian_unit_;
  }
  std::int64_t count(const GradientSum& sum) const { return sum.hessian_and_count >> count_shift_; }

 private:
  int count_shift_;                ///< S
  std::int64_t hessian_mask_;      ///< 2^S - 1
  double gradient_scale_ = 1;
  double gradient_unit_;           ///< 2^-a / gradient_scale
  double gradient_factor_;         ///< 2^a, in two factors, so that each is a normal number
  double gradient_prescale_ = 1;
  double hessian_unit_;            ///< 2^-b
  double hessian_factor_;          ///< 0 where the hessian is constant
  std::int64_t constant_part_;     ///< what every row adds to hessian_and_count
};

}  // namespace rf::train
