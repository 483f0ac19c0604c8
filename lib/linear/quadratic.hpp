// SPDX-License-Identifier: MIT
// The quadratic model of an objective with an l1 part, minimised by coordinate descent.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/kernel_choice.hpp"

namespace rf::linear {

/// g.d + d'Hd / 2 + sum_j l1[j] |w_j + d_j| over d.
struct QuadraticModel {
  std::size_t n = 0;
  std::vector<double> hessian;   ///< n x n, symmetric, both triangles
  std::vector<double> gradient;  ///< g
  std::vector<double> start;     ///< w
  std::vector<double> l1;        ///< >= 0
};

/// Returns the minimal-norm element of the subgradient of one coordinate. `gradient` is that of the smooth
/// part at `w`.
double minimal_subgradient(double gradient, double w, double l1);

/// Returns w + d for a d whose subgradient has no entry larger than `tolerance`, or for the last d after a
/// fixed number of sweeps.
std::vector<double> minimise(const QuadraticModel& model, double tolerance, const core::Kernels& kernels);

}  // namespace rf::linear
