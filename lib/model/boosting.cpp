// SPDX-License-Identifier: MIT
// Adds up the trees in blocks of samples, then applies the link as for linear models.
// tests/unit/model/boosting_test.cpp pins it.
#include "model/boosting.hpp"

#include <algorithm>
#include <array>

namespace rf::model {
namespace {

void apply_link(const Boosting& model, std::size_t n, const core::Kernels& kernels, const double* scores,
                double* out) {
  const std::size_t n_scores = model.n_scores();
  if (model.link == Link::kLogistic) {
    logistic_outputs(scores, n, kernels, out);
  } else if (model.link == Link::kSoftmax) {
    softmax_outputs(n, n_scores, kernels, out);
  }
}

}  // namespace

double* raw_scores_of(const Boosting& model, std::size_t n_samples, double* out) {
  return out + n_samples * (model.n_outputs() - model.n_scores());
}

void scores_to_outputs(const Boosting& model, std::size_t n_samples, const core::Kernels& kernels,
                       double* out) {
  const std::size_t n_scores = model.n_scores();
  double* const scores = raw_scores_of(model, n_samples, out);
  for (std::size_t i = 0; i < n_samples; ++i)
    for (std::size_t k = 0; k < n_scores; ++k) scores[i * n_scores + k] += model.base_scores[k];
  std::array<double, kLinkRows> some;
  for (std::size_t begin = 0; begin < n_samples; begin += kLinkRows) {
    const std::size_t n = std::min(kLinkRows, n_samples - begin);
    double* const block = out + begin * model.n_outputs();
    if (n_scores == model.n_outputs()) {
      apply_link(model, n, kernels, block, block);
      continue;
    }
    // Row i's outputs end before the score of row i + 1 in the back half.
    std::copy_n(scores + begin, n, some.data());
    apply_link(model, n, kernels, some.data(), block);
  }
}

void predict(const Boosting& model, const core::SampleView& x, const core::Kernels& kernels, double* out) {
  sum_trees(model.trees, model.n_scores(), x, raw_scores_of(model, x.n_samples, out));
  scores_to_outputs(model, x.n_samples, kernels, out);
}

}  // namespace rf::model
