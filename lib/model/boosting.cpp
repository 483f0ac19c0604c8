// SPDX-License-Identifier: MIT
// Sums over the trees in blocks of samples, then the link as for linear models.
// tests/unit/model/boosting_test.cpp pins it.
#include "model/boosting.hpp"

#include <algorithm>
#include <array>

namespace rf::model {
namespace {

void apply_link(const Boosting& model, std::size_t n, const core::Kernels& kernels, const double* scores, double* out) {
  const std::size_t n_scores = model.n_scores();
  if (model.link == Link::kLogistic) {
    logistic_outputs(scores, n, kernels, out);
  } else if (model.link == Link::kSoftmax) {
    softmax_outputs(n, n_scores, kernels, out);
  }
}

}  // namespace

void predict(const Boosting& model, const core::SampleView& x, const core::Kernels& kernels, double* out) {
  const std::size_t n_scores = model.n_scores();
  const bool in_place = n_scores == model.n_outputs();
  // Two outputs of one score: the sums stand in the back half of the outputs until their turn comes.
  double* const scores = in_place ? out : out + x.n_samples * (model.n_outputs() - n_scores);
  sum_trees(model.trees, n_scores, x, scores);
  for (std::size_t i = 0; i < x.n_samples; ++i)
    for (std::size_t k = 0; k < n_scores; ++k) scores[i * n_scores + k] += model.base_scores[k];
  std::array<double, kLinkRows> some;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kLinkRows) {
    const std::size_t n = std::min(kLinkRows, x.n_samples - begin);
    double* const block = out + begin * model.n_outputs();
    if (in_place) {
      apply_link(model, n, kernels, block, block);
      continue;
    }
    // Row i's outputs end before the score of row i + 1 in the back half.
    std::copy_n(scores + begin, n, some.data());
    apply_link(model, n, kernels, some.data(), block);
  }
}

}  // namespace rf::model
