// SPDX-License-Identifier: MIT
// Rules shared by the iterative solvers. tests/unit/linear/solver_test.cpp pins them.
#include "linear/solver.hpp"

#include <algorithm>
#include <cmath>

namespace rf::linear {

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

double rounding_of(double value) {
  return 0x1p-46 * std::abs(value);
}

bool is_sufficient(const Step& step) {
  constexpr double kArmijo = 1e-4;
  if (!std::isfinite(step.value_after)) return false;
  if (std::abs(step.value_after - step.value_before) <= rounding_of(step.value_before))
    return step.slope_after <= (2 * kArmijo - 1) * step.slope;
  return step.value_after <= step.value_before + kArmijo * step.length * step.slope;
}

bool Stagnation::update(double value, double gradient_norm) {
  const bool falls = first_ || value_ - value > rounding_of(value_);
  const bool sharper = first_ || gradient_norm < 0.5 * smallest_norm_;
  if (sharper) smallest_norm_ = gradient_norm;
  first_ = false;
  value_ = value;
  count_ = falls || sharper ? 0 : count_ + 1;
  return count_ >= patience_;
}

}  // namespace rf::linear
