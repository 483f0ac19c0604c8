// SPDX-License-Identifier: MIT
// Losses of rows as functions of their raw scores, with the derivatives by the score.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels.hpp"

namespace rf::train {

enum class Loss : std::uint8_t {
  kLogistic,      ///< log(1 + e^(-t s)), t = +-1
  kSquaredHinge,  ///< max(0, 1 - t s)^2
  kSoftmax,       ///< log(sum_k e^(s_k)) - s_y
};

/// Weighted loss of each row and its first and second derivative by the score; `sign` holds t.
/// `residual` and `curvature` may not overlap the inputs.
void binary_losses(Loss loss, const core::Kernels& kernels, std::size_t n, const double* score,
                   const double* sign, const double* weight, double* row_loss, double* residual,
                   double* curvature);

/// Softmax of n rows and n_classes scores. Arrays by class: element [k * n + i] is of class k, row i.
/// In: scores. Out: `score` holds probabilities p, residual[k * n + i] = w_i (p_k - [y_i = k]). The second
/// derivative by s_a and s_b is w_i p_a ([a = b] - p_b).
void softmax_losses(const core::Kernels& kernels, std::size_t n, std::size_t n_classes, double* score,
                    const std::int32_t* class_of, const double* weight, double* row_loss, double* residual);

}  // namespace rf::train
