// SPDX-License-Identifier: MIT
// A gradient boosted model: raw score k = base_scores[k] + sum of the leaf values of trees k, k + K, k + 2 K,
// ...
#pragma once

#include <cstddef>
#include <vector>

#include "core/kernel_choice.hpp"
#include "core/sample_view.hpp"
#include "model/forest.hpp"
#include "model/link.hpp"

namespace rf::model {

struct Boosting {
  Link link = Link::kIdentity;
  std::vector<double> base_scores;  ///< n_scores: 1 for regression and two classes, else one per class
  Forest trees;                     ///< n_outputs 1; tree t adds to raw score t % n_scores

  std::size_t n_scores() const { return base_scores.size(); }
  std::size_t n_rounds() const { return trees.n_trees() / n_scores(); }
  /// 1 for regression, the number of classes otherwise.
  std::size_t n_outputs() const { return n_scores() == 1 && link != Link::kIdentity ? 2 : n_scores(); }
};

/// Outputs of samples, n_outputs each, contiguous by sample. Trees are added in tree order, the base score
/// last. Allocates nothing.
void predict(const Boosting& model, const core::SampleView& x, const core::Kernels& kernels, double* out);

/// The two steps of predict. raw_scores_of returns the place in `out` of the sums over the trees, n_scores
/// per sample: the front, or the back half if one score gives two outputs. scores_to_outputs then turns the
/// sums into outputs.
double* raw_scores_of(const Boosting& model, std::size_t n_samples, double* out);
void scores_to_outputs(const Boosting& model, std::size_t n_samples, const core::Kernels& kernels,
                       double* out);

}  // namespace rf::model
