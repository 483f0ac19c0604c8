// SPDX-License-Identifier: MIT
// The only header that includes Armadillo: storage of sample matrices, features x samples, each sample
// contiguous. Armadillo's arithmetic is never used if the bits of a result depend on it (DETERMINISM rule 8).
//
// The library runs no code when it is loaded and none at exit. Armadillo would cause both: <iostream> defines
// an object in each file that includes it, and Datum<double>::nan is computed at load time. Pinned by the
// ctest test consumers.nothing_runs_at_load_or_exit.
#pragma once

// lint: allow streams: as types only
#include <istream>
#include <limits>
// lint: allow streams: as types only
#include <ostream>

// Marks libstdc++'s <iostream> as included, and declares the objects of it that Armadillo names.
#if defined(__GLIBCXX__) && !defined(_GLIBCXX_IOSTREAM)
#define _GLIBCXX_IOSTREAM
#define RF_WITHOUT_IOSTREAM
namespace std {
extern ostream cout;
extern ostream cerr;
}  // namespace std
#endif
#include <armadillo>
#ifdef RF_WITHOUT_IOSTREAM
#undef _GLIBCXX_IOSTREAM
#undef RF_WITHOUT_IOSTREAM
#endif

#include "core/sample_view.hpp"

template <>
inline constexpr double arma::Datum<double>::nan = std::numeric_limits<double>::quiet_NaN();

namespace rf::encode {

/// n_features x n_samples, column-major.
using Matrix = arma::Mat<double>;

inline core::SampleView view(const Matrix& matrix) {
  return {matrix.memptr(), matrix.n_rows, matrix.n_cols, matrix.n_rows};
}

}  // namespace rf::encode
