// SPDX-License-Identifier: MIT
// One value at a time of the sequences in math_impl.hpp.
#include "core/math.hpp"

#include "core/math_impl.hpp"

namespace rf::core {

double exp(double x) {
  return exp_value(x);
}
double log(double x) {
  return log_value(x);
}
double log1p(double x) {
  return log1p_value(x);
}
double expit(double x) {
  return expit_value(x);
}
double softplus(double x) {
  return softplus_value(x);
}

}  // namespace rf::core
