// SPDX-License-Identifier: MIT
// A fitted linear model: raw score of row k = intercept[k] + coefficients[k] . x
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/kernels.hpp"
#include "core/sample_view.hpp"

namespace rf::model {

/// How raw scores become outputs.
enum class Link : std::uint8_t {
  kIdentity,  ///< regression: the one score
  kLogistic,  ///< two classes, one score s: probabilities (expit(-s), expit(s)), the larger one as 1 - the
              ///< smaller: a row sums to 1 exactly
  kSoftmax,   ///< one score per class: softmax probabilities
  kDecision,  ///< linear_svc: the scores themselves; two classes: (-s, s)
};

struct LinearModel {
  Link link = Link::kIdentity;
  std::size_t n_features = 0;        ///< design columns
  std::vector<double> coefficients;  ///< n_scores x n_features, a score's coefficients contiguous
  std::vector<double> intercepts;    ///< n_scores

  std::size_t n_scores() const { return intercepts.size(); }
  /// 1 for regression, the number of classes otherwise.
  std::size_t n_outputs() const { return n_scores() == 1 && link != Link::kIdentity ? 2 : n_scores(); }
};

/// Outputs of samples, n_outputs each, contiguous by sample. Allocates nothing.
void predict(const LinearModel& model, const core::SampleView& x, const core::Kernels& kernels, double* out);

}  // namespace rf::model
