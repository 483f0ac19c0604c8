// SPDX-License-Identifier: MIT
// Cholesky factor of a symmetric positive semidefinite matrix. Columns that depend on earlier columns are
// left out.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/kernel_choice.hpp"

namespace rf::linear {

/// A pivot at or below this share of its column's diagonal entry counts as zero.
inline constexpr double kPivotTolerance = 1e-12;

/// True if every column of a positive semidefinite n x n matrix is certain to be kept when `ridge` is added
/// to its diagonal. The pivots are then at least `ridge`, up to the rounding of the entries. No entry of the
/// matrix exceeds `largest`.
inline bool is_regular(double ridge, double largest, std::size_t n) {
  return ridge > (kPivotTolerance + static_cast<double>(n) * 0x1p-40) * (largest + ridge);
}

class Cholesky {
 public:
  /// Factors the n x n matrix `a` (row-major, the lower triangle is read). Column j is left out when its
  /// pivot is not above kPivotTolerance * max(a_jj, floor[j]); an empty `floor` is all 0.
  Cholesky(std::vector<double> a, std::size_t n, std::span<const double> floor, const core::Kernels& kernels);

  /// Returns the columns left out, ascending.
  const std::vector<std::size_t>& dropped() const { return dropped_; }

  /// Returns the smallest pivot as a share of its column's diagonal entry. It is 0 if such a share is not
  /// above 0 or is NaN, as in a matrix that is not positive definite or not finite.
  double smallest_pivot() const { return smallest_pivot_; }

  /// Returns the smallest ratio of a pivot to max(a_jj, floor[j]), the number that decides whether its column
  /// is left out. It is at most kPivotTolerance if a column was left out.
  double smallest_share() const { return smallest_share_; }

  /// Replaces b by the solution of A x = b among vectors that are 0 in the dropped columns.
  void solve(std::span<double> b) const;

 private:
  std::vector<double> l_;  ///< lower triangle; row and column of a dropped column are 0
  std::size_t n_;
  const core::Kernels& kernels_;
  double smallest_pivot_ = 1;
  double smallest_share_ = 1;
  std::vector<std::size_t> dropped_;
};

}  // namespace rf::linear
