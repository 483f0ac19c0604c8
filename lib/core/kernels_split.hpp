// SPDX-License-Identifier: MIT
// The hot loop of the search for splits in gradient boosting, part of the table of core/kernels.hpp and
// subject to its rules. tests/unit/core/kernels_test.cpp compares it with a plain loop.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::core {

/// The cuts of one feature in a node: sums of gradients and hessians on the left of each, as integers.
struct CutSums {
  size_t n;
  const int64_t* gradient;  ///< G_l = gradient[i] * gradient_unit
  const int64_t* hessian;   ///< H_l = (hessian[i] & hessian_mask) * hessian_unit
  int64_t hessian_mask;
  double gradient_unit;
  double hessian_unit;
  double node_gradient;  ///< G
  double node_hessian;   ///< H
  double l2;
};

/// gains[i] = ((G_l b - G_r a)^2 - l2 (G_l^2 b + G_r^2 a)) / (a b (a + b - l2)) with G_r = G - G_l, a = H_l +
/// l2 and b = H - H_l + l2, element by element; returns the largest gain, or 0 if no gain is positive.
using CutGains = double (*)(const CutSums& cuts, double* gains);

}  // namespace rf::core
