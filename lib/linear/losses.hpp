// SPDX-License-Identifier: MIT
// Losses of rows as functions of their raw scores. The formulas and derivatives are kernels
// (core/kernels_linear.hpp). tests/unit/linear/losses_test.cpp compares the derivatives with central
// differences.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels.hpp"

namespace rf::linear {

enum class Loss : std::uint8_t {
  kLogistic,      ///< log(1 + e^(-t s)), t = +-1
  kSquaredHinge,  ///< max(0, 1 - t s)^2
  kSoftmax,       ///< log(sum_k e^(s_k)) - s_y
};

/// Computes the weighted losses of all rows, for a loss with one score per row.
inline void binary_losses(Loss loss, const core::Kernels& kernels, const core::BinaryLossRows& rows) {
  if (loss == Loss::kLogistic)
    kernels.linear.logistic_losses(rows);
  else
    kernels.linear.squared_hinge_losses(rows);
}

}  // namespace rf::linear
