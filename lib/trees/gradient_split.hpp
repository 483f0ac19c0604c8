// SPDX-License-Identifier: MIT
// The split of a node that lowers the second-order loss most. G and H are the node's sums of gradients and
// hessians, l and r mark the sides, a = H_l + l2 and b = H_r + l2:
//   gain = G_l^2 / a + G_r^2 / b - G^2 / (H + l2)
//        = ((G_l b - G_r a)^2 - l2 (G_l^2 b + G_r^2 a)) / (a b (a + b - l2)).
// The second form has no cancellation: a node of equal rows gains exactly 0. Chen and Guestrin, "XGBoost"
// (KDD 2016), eq. 7, without the factor one half; comparable libraries define min_gain in the same way.
// Categories are ordered by G / (H + l2) (Fisher, "On grouping for maximum homogeneity", 1958). The weight of
// a side is its sum of hessians. All other rules are those of split_rules.hpp. A cut is always between two
// bins of the column. If the node has no rows in some bins at the place of the cut, the cut is in the middle
// of these empty bins. So the bin of a row alone decides to which side the row goes, also for rows of other
// nodes. tests/unit/trees/boosting_support.hpp is the naive implementation.
#pragma once

#include <cstdint>
#include <span>

#include "core/kernel_choice.hpp"
#include "trees/bins.hpp"
#include "trees/gradient_histogram.hpp"
#include "trees/gradient_sums.hpp"
#include "trees/split.hpp"

namespace rf::trees {

/// Least hessian sum of a leaf, times the largest weight. With a smaller sum, a few saturated rows could give
/// their leaf an extreme step. The default of comparable libraries; a constant of the numeric profile.
inline constexpr double kLeastLeafHessian = 1e-3;

struct GradientSplitRules {
  std::uint32_t min_samples_leaf = 1;
  double least_hessian = kLeastLeafHessian;
  double l2 = 0;
  double min_gain = 0;  ///< in units of the quantiser's gradient_scale, squared; a split must gain more
};

/// A complete split and the sum of the rows that go left.
struct GradientSplit : Split {
  GradientSum left_sum;
};

/// A node as the search sees it.
struct SplitSearch {
  const Bins& bins;
  const GradientHistogram& histogram;
  const RowHistogram* counts = nullptr;  ///< for sums without counts; null: min_samples_leaf is ignored
  std::span<const std::int32_t> features;
  GradientSum sum;
  std::size_t n_rows = 0;
};

/// Finds the best split among the features; the feature is -1 if none is allowed. Pure.
GradientSplit find_split(const SplitSearch& node, const GradientQuantiser& quantiser,
                         const GradientSplitRules& rules, const core::Kernels& kernels);

/// Returns the step -G / (H + l2) in the loss's units, or 0 if H + l2 is not above 0.
double leaf_step(const GradientSum& sum, const GradientQuantiser& quantiser, double l2);

}  // namespace rf::trees
