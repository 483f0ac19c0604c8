// SPDX-License-Identifier: MIT
// The hot loops of the linear learners, part of the table of core/kernels.hpp and subject to its rules: all
// tables give the same bits, reductions use lanes by index, each entry has one accumulator and adds rows in
// order. Loops on floats follow the same rules with 32 lanes. Their results affect only the steps of a
// solver, never a gradient. tests/unit/core/kernels_linear_test.cpp pins each against a plain loop written in
// the test.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::core {

/// Lanes of a reduction of floats; `width` is a multiple of it unless stated otherwise.
inline constexpr size_t kFloatLanes = 32;

/// Two classes: the input and output of a loss kernel for n rows. t = 1 for rows of `positive_class`, else
/// -1.
struct BinaryLossRows {
  size_t n;
  const double* score;
  const int32_t* class_of;
  int32_t positive_class;
  const double* weight;
  double* loss;       ///< weighted, as are the derivatives by the score:
  double* residual;   ///< first
  double* curvature;  ///< second
};

struct LinearKernels {
  /// out[k * n_rows + i] = theta_k[0] + dot(x_i, theta_k + 1) for n_scores scores, where theta_k is theta + k
  /// * (n_features + 1).
  void (*scores)(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* theta,
                 size_t n_scores, double* out);
  /// Adds each row to the gradient of each score k, rows in order: g_k[0] += r_k[i] for the intercept and
  /// g_k[1 + j] += r_k[i] * x_i[j] for feature j, where r_k is r + k * n_rows and g_k is g + k * (n_features
  /// + 1).
  void (*add_gradients)(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* r,
                        size_t n_scores, double* g);

  /// z = -t s, q = expit(z): loss log(1 + e^z), derivatives -t q and q (1 - q).
  void (*logistic_losses)(const BinaryLossRows& rows);
  /// d = max(0, 1 - t s): loss d^2, derivatives -2 t d and 2 where d > 0, else 0.
  void (*squared_hinge_losses)(const BinaryLossRows& rows);
  /// m = largest score, S = sum_k e^(s_k - m) in class order: loss log S + m - s_y, p_k = e^(s_k - m) / S.
  /// Arrays by class: element [k * n + i] is of class k, row i. In: scores. Out: `score` holds the p_k,
  /// `residual` holds w_i (p_k - [y_i = k]).
  void (*softmax_losses)(size_t n, size_t n_classes, double* score, const int32_t* class_of,
                         const double* weight, double* loss, double* residual);

  /// Row i of `out` has `width` > n_features floats: the features rounded to floats, then 1, then zeros.
  /// `width` is a multiple of 16.
  void (*to_floats)(const double* x, size_t stride, size_t n_features, size_t n_rows, size_t width,
                    float* out);
  /// One row laid out as in to_floats, each value rounded to the upper half of a float: sign, exponent, 7
  /// bits (bfloat16), ties to even.
  void (*to_rounded)(const double* x, size_t n_features, size_t width, uint16_t* out);
  /// out[i] = dot(rows[i], v).
  void (*rounded_dots)(const uint16_t* const* rows, size_t width, size_t n_rows, const float* v, float* out);
  /// g[j] += r[i] * rows[i][j], rows in order.
  void (*add_rounded_rows)(const uint16_t* const* rows, size_t width, size_t n_rows, const float* r,
                           float* g);
  /// gram[k * width + j] += fl(fl(w[i] * rows[i][j]) * rows[i][k]) for j <= k, rows in order; the other
  /// triangle is left unspecified. `width` is a multiple of 16.
  void (*add_float_gram)(const float* const* rows, size_t width, size_t n_rows, const float* w, float* gram);
};

}  // namespace rf::core
