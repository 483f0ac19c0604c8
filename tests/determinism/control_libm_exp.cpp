// SPDX-License-Identifier: MIT
// A control that must fail: the baseline kernels with the exponential function of the C library in the
// losses. Its lines must differ from the golden ones.
#include <cmath>

#include "core/kernels_impl.hpp"

namespace rf::core {
namespace {

void libm_exp(const double* x, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::exp(x[i]);
}
void libm_expit(const double* x, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = 1 / (1 + std::exp(-x[i]));
}
void libm_softplus(const double* x, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::fmax(x[i], 0.0) + std::log1p(std::exp(-std::fabs(x[i])));
}

constexpr Kernels altered_table() {
  Kernels table = table_named("baseline");
  table.exp = libm_exp;
  table.expit = libm_expit;
  table.softplus = libm_softplus;
  return table;
}
constexpr Kernels kTable = altered_table();

}  // namespace

const Kernels& baseline_kernels() {
  return kTable;
}

}  // namespace rf::core
