// SPDX-License-Identifier: MIT
// The one header that brings Armadillo: storage of sample matrices, features x samples, a sample contiguous.
// Armadillo's arithmetic is never used where bits matter (DETERMINISM rule 8).
#pragma once

#include <armadillo>

#include "core/sample_view.hpp"

namespace rf::encode {

/// n_features x n_samples, column-major.
using Matrix = arma::Mat<double>;

inline core::SampleView view(const Matrix& matrix) {
  return {matrix.memptr(), matrix.n_rows, matrix.n_cols, matrix.n_rows};
}

}  // namespace rf::encode
