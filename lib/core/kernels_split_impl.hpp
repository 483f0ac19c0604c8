// SPDX-License-Identifier: MIT
// The loop of core/kernels_split.hpp, compiled with kernels_impl.hpp once for each instruction set.
#pragma once

#include "core/kernels_split.hpp"

namespace rf::core {
namespace {

double cut_gains(const CutSums& cuts, double* gains) {
  const int64_t* const gradient = cuts.gradient;
  const int64_t* const hessian = cuts.hessian;
  const int64_t mask = cuts.hessian_mask;
  const double gradient_unit = cuts.gradient_unit;
  const double hessian_unit = cuts.hessian_unit;
  const double node_gradient = cuts.node_gradient;
  const double node_hessian = cuts.node_hessian;
  const double l2 = cuts.l2;
  RF_ELEMENTWISE for (size_t i = 0; i < cuts.n; ++i) {
    const double gl = (double)gradient[i] * gradient_unit;
    const double hl = (double)(hessian[i] & mask) * hessian_unit;
    const double gr = node_gradient - gl;
    const double a = hl + l2;
    const double b = node_hessian - hl + l2;
    const double d = gl * b - gr * a;
    gains[i] = (d * d - l2 * (gl * gl * b + gr * gr * a)) / (a * b * (a + b - l2));
  }
  Vector largest{};
  size_t i = 0;
  for (; i + kWidth <= cuts.n; i += kWidth) {
    const Vector gain = load(gains + i);
    largest = gain > largest ? gain : largest;
  }
  double lanes[kWidth];
  store(lanes, largest);
  double most = 0;
  for (; i < cuts.n; ++i) most = gains[i] > most ? gains[i] : most;
  RF_EACH(lane, kWidth) most = lanes[lane] > most ? lanes[lane] : most;
  return most;
}

}  // namespace
}  // namespace rf::core
