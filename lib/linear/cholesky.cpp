// SPDX-License-Identifier: MIT
// Computes L row by row (Golub and Van Loan, Matrix Computations, 4.2.5): l_ij = (a_ij - sum_k<j l_ik l_jk) /
// l_jj. The sums are 16-lane dot products of rows. l_jj^2 is the part of column j that the columns before it
// do not explain. If it is only rounding, the column depends on them and its solution is 0.
// tests/unit/linear/cholesky_test.cpp pins it.
#include "linear/cholesky.hpp"

#include <algorithm>
#include <cmath>

#include "core/kernels.hpp"

namespace rf::linear {

Cholesky::Cholesky(std::vector<double> a, std::size_t n, std::span<const double> floor,
                   const core::Kernels& kernels)
    : l_(std::move(a)), n_(n), kernels_(kernels) {
  for (std::size_t i = 0; i < n; ++i) {
    double* row = l_.data() + i * n;
    for (std::size_t j = 0; j < i; ++j) {
      const double* other = l_.data() + j * n;
      row[j] = other[j] == 0 ? 0 : (row[j] - kernels.dot(row, other, j)) / other[j];
    }
    const double pivot = row[i] - kernels.dot(row, row, i);
    const double column = std::max(row[i], floor.empty() ? 0.0 : floor[i]);
    const double share = pivot / row[i];
    if (!(share >= smallest_pivot_)) smallest_pivot_ = share > 0 ? share : 0;
    smallest_share_ = std::min(smallest_share_, pivot / column);
    if (pivot > kPivotTolerance * column) {
      row[i] = std::sqrt(pivot);
    } else {
      std::fill_n(row, i + 1, 0.0);
      dropped_.push_back(i);
    }
  }
}

void Cholesky::solve(std::span<double> b) const {
  for (std::size_t i = 0; i < n_; ++i) {
    const double* row = l_.data() + i * n_;
    b[i] = row[i] == 0 ? 0 : (b[i] - kernels_.dot(row, b.data(), i)) / row[i];
  }
  for (std::size_t i = n_; i-- > 0;) {
    const double* row = l_.data() + i * n_;
    if (row[i] == 0) continue;
    b[i] /= row[i];
    kernels_.axpy(-b[i], row, b.data(), i);
  }
}

}  // namespace rf::linear
