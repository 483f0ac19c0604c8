// SPDX-License-Identifier: MIT
// Computes raw scores as dot products of rows, then applies the link. Rows go in chunks that fit the stack.
// Every operation is per row or per element, so one row alone gives the same bits as the same row in a batch.
// tests/unit/model/linear_test.cpp pins it.
#include "model/linear.hpp"

#include <algorithm>
#include <array>

#include "core/kernels.hpp"

namespace rf::model {
namespace {

constexpr std::size_t kChunkRows = kLinkRows;

void predict_chunk(const LinearModel& model, const core::SampleView& x, const core::Kernels& kernels,
                   double* out) {
  const std::size_t n = x.n_samples;
  const std::size_t n_scores = model.n_scores();
  std::array<double, kChunkRows> score;
  for (std::size_t k = 0; k < n_scores; ++k) {
    kernels.row_dots(x.data, x.stride, x.n_features, n, model.coefficients.data() + k * model.n_features,
                     model.intercepts[k], score.data());
    if (n_scores == 1) break;
    for (std::size_t i = 0; i < n; ++i) out[i * n_scores + k] = score[i];
  }
  if (n_scores > 1) {
    if (model.link == Link::kSoftmax) softmax_outputs(n, n_scores, kernels, out);
  } else if (model.link == Link::kIdentity) {
    std::copy_n(score.data(), n, out);
  } else if (model.link == Link::kLogistic) {
    logistic_outputs(score.data(), n, kernels, out);
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      out[2 * i] = 0 - score[i];
      out[2 * i + 1] = score[i];
    }
  }
}

}  // namespace

void predict(const LinearModel& model, const core::SampleView& x, const core::Kernels& kernels, double* out) {
  for (std::size_t begin = 0; begin < x.n_samples; begin += kChunkRows) {
    const std::size_t end = std::min(x.n_samples, begin + kChunkRows);
    predict_chunk(model, x.range(begin, end), kernels, out + begin * model.n_outputs());
  }
}

}  // namespace rf::model
