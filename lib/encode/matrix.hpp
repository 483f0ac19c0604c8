// SPDX-License-Identifier: MIT
// The one header that brings Armadillo: storage of sample matrices, features x samples, a sample contiguous.
// Armadillo's arithmetic is never used where bits matter (DETERMINISM rule 8).
//
// The library runs nothing when it is loaded and leaves nothing to be run at exit. Armadillo would bring
// both: <iostream> has an object in each file that includes it, and Datum<double>::nan is computed. Pinned by
// the ctest test consumers.nothing_runs_at_load_or_exit.
#pragma once

// lint: allow streams: as types only
#include <istream>
#include <limits>
// lint: allow streams: as types only
#include <ostream>

// libstdc++'s <iostream> counts as included, and what Armadillo names of it is declared.
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
