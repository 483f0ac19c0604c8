// SPDX-License-Identifier: MIT
// Every operation is per sample or per element, so one sample alone gives the same bits as in a batch.
// tests/unit/model/linear_test.cpp pins it.
#include "model/link.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/kernels.hpp"

namespace rf::model {

/// The smaller probability is expit(-|s|), the larger one minus that: both ends keep their digits and
/// fl(e + fl(1 - e)) = 1 for every e in [0, 1/2].
void logistic_outputs(const double* score, std::size_t n, const core::Kernels& kernels, double* out) {
  std::array<double, kLinkRows> smaller{};
  for (std::size_t i = 0; i < n; ++i) smaller[i] = -std::abs(score[i]);
  kernels.expit(smaller.data(), smaller.data(), n);
  for (std::size_t i = 0; i < n; ++i) {
    const double larger = 1 - smaller[i];
    out[2 * i] = score[i] > 0 ? smaller[i] : larger;
    out[2 * i + 1] = score[i] > 0 ? larger : smaller[i];
  }
}

/// p_k = exp(s_k - m) / sum_j exp(s_j - m), m the largest score, the sum in class order. In place.
void softmax_outputs(std::size_t n, std::size_t n_classes, const core::Kernels& kernels, double* out) {
  for (std::size_t i = 0; i < n; ++i) {
    double* row = out + i * n_classes;
    const double largest = *std::max_element(row, row + n_classes);
    for (std::size_t k = 0; k < n_classes; ++k) row[k] -= largest;
  }
  kernels.exp(out, out, n * n_classes);
  for (std::size_t i = 0; i < n; ++i) {
    double* row = out + i * n_classes;
    double sum = 0;
    for (std::size_t k = 0; k < n_classes; ++k) sum += row[k];
    for (std::size_t k = 0; k < n_classes; ++k) row[k] /= sum;
  }
}

}  // namespace rf::model
