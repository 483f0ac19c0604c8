// SPDX-License-Identifier: MIT
// The hot loops on doubles, as a table of functions, so that one source can be compiled for several
// instruction sets and a test can pass in each table. All tables give the same bits (DETERMINISM rules 4 to
// 9):
//  - a reduction is 16 lanes by index mod 16, then the fixed tree ((0+8)+(4+12)) + ... of lane_sum;
//  - accumulating kernels keep one accumulator per output entry and add rows in order.
// tests/unit/core/kernels_test.cpp pins each against a plain loop written in the test.
#pragma once

#include <cstddef>

#include "core/kernel_choice.hpp"
#include "core/kernels_linear.hpp"
#include "core/kernels_split.hpp"
#include "core/kernels_trees.hpp"

namespace rf::core {

/// Lanes of every reduction; a constant of the numeric profile.
inline constexpr std::size_t kLanes = 16;

/// Sample matrices are n_features x n_samples, a sample contiguous, `stride` doubles from one to the next.
struct Kernels {
  const char* name;  ///< "baseline", "avx2", ...

  /// Sum of x[0..n).
  double (*sum)(const double* x, std::size_t n);
  /// Sum of x[i] * y[i].
  double (*dot)(const double* x, const double* y, std::size_t n);
  /// y += a * x, element by element.
  void (*axpy)(double a, const double* x, double* y, std::size_t n);
  /// out[i] = bias + dot(x_i, w) for n_rows samples.
  void (*row_dots)(const double* x, std::size_t stride, std::size_t n_features, std::size_t n_rows,
                   const double* w, double bias, double* out);
  /// g[j] += sum_i r[i] * x_i[j]: the terms are added to g[j] one by one, rows in order, so that a caller may
  /// pass a block in pieces.
  void (*add_weighted_rows)(const double* x, std::size_t stride, std::size_t n_features, std::size_t n_rows,
                            const double* r, double* g);
  /// gram[k * n_features + j] += sum_i fl(fl(w[i] * x_i[j]) * x_i[k]) for j <= k, term by term, rows in
  /// order; the other triangle is left unspecified.
  void (*add_weighted_gram)(const double* x, std::size_t stride, std::size_t n_features, std::size_t n_rows,
                            const double* w, double* gram);

  // The functions of core/math.hpp, element by element. y may equal x.
  void (*exp)(const double* x, double* y, std::size_t n);
  void (*log)(const double* x, double* y, std::size_t n);
  void (*log1p)(const double* x, double* y, std::size_t n);
  void (*expit)(const double* x, double* y, std::size_t n);     ///< 1 / (1 + e^-x)
  void (*softplus)(const double* x, double* y, std::size_t n);  ///< log(1 + e^x)

  CutGains cut_gains;
  RuleOutLeaves rule_out_leaves;

  LinearKernels linear;
};

/// The tables this CPU can run, slowest first.
struct KernelTables {
  const Kernels* entries[3];
  std::size_t count;
};
KernelTables runnable_kernels();

}  // namespace rf::core
