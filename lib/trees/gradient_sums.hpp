// SPDX-License-Identifier: MIT
// Gradients and hessians as integers, so that sums are the same in any order (DETERMINISM rule 10). There are
// two widths. Loss and number of rows decide which is used (boosting_loss.hpp), never threads or CPU.
//
// Counted. A row's gradient g and hessian h become q_g = round(g 2^a) and q_h = round(h 2^b). Two int64 hold
// them: the sum of q_g, and count * 2^S + sum of q_h. With n < 2^L rows, S = 63 - L and the scales chosen so
// that |q_g| <= 2^(62 - L) and 0 <= q_h <= 2^(S - L):
//   |sum q_g| <= n 2^(62 - L) < 2^62;
//   sum q_h <= n 2^(S - L) < 2^S, so it never reaches the count, and (count + 1) 2^S <= 2^L 2^S = 2^63.
// A hessian that is the same for all rows is stored as q_h = 1 and is exact.
//
// Narrow, for bounded gradients of many rows. |q_g| <= 2^14 and 0 <= q_h <= 2^15. A row is one 64-bit number
// q_g 2^32 + q_h modulo 2^64. At most 2^16 rows are added before the two halves are added to int64 sums:
//   0 <= sum q_h <= 2^31 < 2^32, so the low half never carries, and the high half is sum q_g with
//   |sum q_g| <= 2^30 < 2^31.
// The int64 sums hold 2^47 rows. Rows are not counted. A hash of the row decides whether a value is rounded
// up or down, so that many small gradients in one leaf do not all round to the same side.
//
// So nothing overflows, and the difference of two such sums (a node minus one child) is the sum of the rest.
// tests/unit/trees/gradient_sums_test.cpp drives the sums to their bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/row_numbers.hpp"

namespace rf::trees {

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
  bool is_zero() const { return gradient == 0 && hessian_and_count == 0; }
};

/// One row, or the sum of up to kNarrowRows rows, in the narrow width.
using NarrowSum = std::uint64_t;
inline constexpr std::size_t kNarrowRows = std::size_t{1} << 16;

inline GradientSum widened(NarrowSum narrow) {
  const auto hessian = static_cast<std::uint32_t>(narrow);
  return {static_cast<std::int64_t>(narrow - hessian) >> 32, static_cast<std::int64_t>(hessian)};
}

/// The gradients of all samples, by number. One of the two lists is empty.
struct RowGradients {
  std::vector<GradientSum> counted;
  std::vector<NarrowSum> narrow;

  GradientSum of(core::Sample row) const {
    return narrow.empty() ? counted[number_of(row)] : widened(narrow[number_of(row)]);
  }
};

/// The largest number of rows in a sum.
inline constexpr std::size_t kMaxGradientRows = (std::size_t{1} << 30) - 1;

/// Turns the gradients of one tree's rows into sums and back.
class GradientQuantiser {
 public:
  enum class Hessian : std::uint8_t {
    kBounded,   ///< in [0, largest_hessian]
    kConstant,  ///< largest_hessian for every row
  };

  /// Makes a quantiser of the counted width for at most n_rows rows, 1 <= n_rows <= kMaxGradientRows, with
  /// |g| <= largest_gradient (finite, may be 0) and hessians up to largest_hessian > 0.
  static GradientQuantiser counted(std::size_t n_rows, double largest_gradient, double largest_hessian,
                                   Hessian hessian);
  /// Makes a quantiser of the narrow width. `salt` enters the hash that decides the rounding.
  static GradientQuantiser narrow(double largest_gradient, double largest_hessian, std::uint32_t salt);

  bool is_counted() const { return count_shift_ < kNoCount; }
  /// Writes the gradients of rows first_row, first_row + 1, ... to the list of the chosen width, at their row
  /// numbers. h is ignored if the hessian is constant.
  void quantise(const double* g, const double* h, std::size_t n, std::size_t first_row,
                RowGradients& out) const;

  /// Returns the gradient of a sum in units of gradient_scale(), a power of two near the largest gradient, so
  /// that products stay in range.
  double gradient(const GradientSum& sum) const { return static_cast<double>(sum.gradient) * gradient_unit_; }
  double gradient_scale() const { return gradient_scale_; }
  double hessian(const GradientSum& sum) const {
    return static_cast<double>(sum.hessian_and_count & hessian_mask_) * hessian_unit_;
  }
  double gradient_unit() const { return gradient_unit_; }
  double hessian_unit() const { return hessian_unit_; }
  std::int64_t hessian_mask() const { return hessian_mask_; }
  /// Returns the number of rows in a sum of the counted width.
  std::int64_t count(const GradientSum& sum) const { return sum.hessian_and_count >> count_shift_; }
  /// Returns a bound: a sum of hessians that reaches it has at least n_rows rows.
  double hessian_of_rows(double n_rows) const { return n_rows * largest_hessian_; }

 private:
  static constexpr int kNoCount = 63;

  GradientQuantiser(double largest_gradient, double largest_hessian);
  void set_bits(int gradient_bits, int hessian_bits);

  int count_shift_ = kNoCount;             ///< S
  std::int64_t hessian_mask_ = INT64_MAX;  ///< 2^S - 1
  double largest_hessian_;
  double gradient_prescale_;  ///< 1 / gradient_scale: |g| * prescale < 2
  double gradient_scale_;
  double gradient_unit_ = 1;        ///< 2^-a / gradient_scale
  double gradient_factor_ = 1;      ///< 2^a * gradient_scale: with two factors each is a normal number
  double hessian_unit_ = 1;         ///< 2^-b
  double hessian_factor_ = 0;       ///< 2^b; 0 where the hessian is constant
  std::int64_t constant_part_ = 0;  ///< what every row adds to hessian_and_count
  std::uint32_t salt_ = 0;
};

}  // namespace rf::trees
