// SPDX-License-Identifier: MIT
// A control that must fail: the baseline kernels with the exponential function of the C library in the
// losses. Its lines must differ from the golden ones.
#include <cmath>
#include <cstdint>

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

void libm_logistic_losses(const BinaryLossRows& rows) {
  for (std::size_t i = 0; i < rows.n; ++i) {
    const double t = rows.class_of[i] == rows.positive_class ? 1 : -1;
    double loss = -t * rows.score[i];
    double q = loss;
    libm_softplus(&loss, &loss, 1);
    libm_expit(&q, &q, 1);
    rows.loss[i] = rows.weight[i] * loss;
    rows.residual[i] = -t * q * rows.weight[i];
    rows.curvature[i] = q * (1 - q) * rows.weight[i];
  }
}
void libm_softmax_losses(std::size_t n, std::size_t n_classes, double* score, const std::int32_t* class_of,
                         const double* weight, double* loss, double* residual) {
  for (std::size_t i = 0; i < n; ++i) {
    double largest = score[i];
    for (std::size_t k = 1; k < n_classes; ++k) largest = std::fmax(largest, score[k * n + i]);
    const double own = score[static_cast<std::size_t>(class_of[i]) * n + i] - largest;
    double sum = 0;
    for (std::size_t k = 0; k < n_classes; ++k)
      sum += score[k * n + i] = std::exp(score[k * n + i] - largest);
    loss[i] = weight[i] * (std::log(sum) - own);
    for (std::size_t k = 0; k < n_classes; ++k) {
      score[k * n + i] /= sum;
      residual[k * n + i] = weight[i] * score[k * n + i];
    }
    residual[static_cast<std::size_t>(class_of[i]) * n + i] -= weight[i];
  }
}

constexpr Kernels altered_table() {
  Kernels table = table_named("baseline");
  table.exp = libm_exp;
  table.expit = libm_expit;
  table.softplus = libm_softplus;
  table.linear.logistic_losses = libm_logistic_losses;
  table.linear.softmax_losses = libm_softmax_losses;
  return table;
}
constexpr Kernels kTable = altered_table();

}  // namespace

const Kernels& baseline_kernels() {
  return kTable;
}

}  // namespace rf::core
