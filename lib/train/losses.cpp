// SPDX-License-Identifier: MIT
// Row losses from array exponentials, safe for any score: the exponent is never positive.
// tests/unit/train/losses_test.cpp compares the derivatives with central differences.
#include "train/losses.hpp"

#include <algorithm>

namespace rf::train {
namespace {

/// z = -t s, q = expit(z): loss log(1 + e^z), derivatives -t q and q (1 - q).
void logistic_losses(const core::Kernels& kernels, std::size_t n, const double* score, const double* sign,
                     const double* weight, double* row_loss, double* residual, double* curvature) {
  for (std::size_t i = 0; i < n; ++i) curvature[i] = -sign[i] * score[i];
  kernels.softplus(curvature, row_loss, n);
  kernels.expit(curvature, residual, n);
  for (std::size_t i = 0; i < n; ++i) {
    const double q = residual[i];
    row_loss[i] *= weight[i];
    residual[i] = -sign[i] * q * weight[i];
    curvature[i] = q * (1 - q) * weight[i];
  }
}

/// d = 1 - t s where positive: loss d^2, derivatives -2 t d and 2.
void squared_hinge_losses(std::size_t n, const double* score, const double* sign, const double* weight,
                          double* row_loss, double* residual, double* curvature) {
  for (std::size_t i = 0; i < n; ++i) {
    const double distance = std::max(0.0, 1 - sign[i] * score[i]);
    row_loss[i] = weight[i] * distance * distance;
    residual[i] = -2 * weight[i] * sign[i] * distance;
    curvature[i] = distance > 0 ? 2 * weight[i] : 0;
  }
}

}  // namespace

void binary_losses(Loss loss, const core::Kernels& kernels, std::size_t n, const double* score,
                   const double* sign, const double* weight, double* row_loss, double* residual,
                   double* curvature) {
  if (loss == Loss::kLogistic)
    logistic_losses(kernels, n, score, sign, weight, row_loss, residual, curvature);
  else
    squared_hinge_losses(n, score, sign, weight, row_loss, residual, curvature);
}

// m = largest score, S = sum_k e^(s_k - m) in class order: loss log S + m - s_y, p_k = e^(s_k - m) / S.
void softmax_losses(const core::Kernels& kernels, std::size_t n, std::size_t n_classes, double* score,
                    const std::int32_t* class_of, const double* weight, double* row_loss, double* residual) {
  double* largest = residual;  // free until the residuals are written
  std::copy_n(score, n, largest);
  for (std::size_t k = 1; k < n_classes; ++k)
    for (std::size_t i = 0; i < n; ++i) largest[i] = std::max(largest[i], score[k * n + i]);
  for (std::size_t k = 0; k < n_classes; ++k)
    for (std::size_t i = 0; i < n; ++i) score[k * n + i] -= largest[i];

  double* sum = residual;
  double* own_score = residual + n;
  for (std::size_t i = 0; i < n; ++i) own_score[i] = score[static_cast<std::size_t>(class_of[i]) * n + i];
  kernels.exp(score, score, n * n_classes);
  std::copy_n(score, n, sum);
  for (std::size_t k = 1; k < n_classes; ++k)
    for (std::size_t i = 0; i < n; ++i) sum[i] += score[k * n + i];
  kernels.log(sum, row_loss, n);
  for (std::size_t i = 0; i < n; ++i) row_loss[i] = weight[i] * (row_loss[i] - own_score[i]);
  for (std::size_t k = 0; k < n_classes; ++k)
    for (std::size_t i = 0; i < n; ++i) score[k * n + i] /= sum[i];

  for (std::size_t k = 0; k < n_classes; ++k)
    for (std::size_t i = 0; i < n; ++i) residual[k * n + i] = weight[i] * score[k * n + i];
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t own = static_cast<std::size_t>(class_of[i]) * n + i;
    // -(1 - p) as the sum of the others would keep more digits; the optimum does not need them.
    residual[own] -= weight[i];
  }
}

}  // namespace rf::train
