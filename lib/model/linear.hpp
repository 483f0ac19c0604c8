// SPDX-License-Identifier: MIT
// A fitted linear model: raw score of row k = intercept[k] + coefficients[k] . x
#pragma once

#include <cstddef>
#include <vector>

#include "core/kernel_choice.hpp"
#include "core/sample_view.hpp"
#include "model/link.hpp"

namespace rf::model {

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
