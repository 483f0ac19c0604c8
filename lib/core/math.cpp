// SPDX-License-Identifier: MIT
// The operation sequences of math_impl.hpp, one value at a time.
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
