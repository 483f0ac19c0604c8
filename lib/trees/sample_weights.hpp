// SPDX-License-Identifier: MIT
// Sample weights of trees as integers, so that weighted sums are exact in any order (DETERMINISM rule 10): q
// = round(w 2^s), then all are divided by their greatest common divisor. So whole numbers stay whole and
// small. Equal weights all become 1, which is the same as no weights.
//
// No overflow: let n be the number of rows and L = ceil(log2 n). There are at most n draws. s brings the
// largest weight into [2^(B - 1), 2^B] with B = min(52, 62 - L). A sum has at most n weights, a row's as
// often as the row was drawn. So it is at most n 2^B <= 2^62 < 2^63. B is at least 34 up to 2^28 rows (32 for
// 2^30). Weights below 2^-(B + 1) of the largest become 0.
//
// A target times its weight, p = q_w q_y, would need more than 64 bits. It is formed in 128 bits (q_w <= 2^52
// and |q_y| <= 2^62) and rounded by a shift to |p| <= 2^(62 - L), so its sums stay within 2^62 too. Products
// of few digits, as those of whole numbers, lose nothing. tests/unit/trees/sample_weights_test.cpp pins both.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trees/value_statistics.hpp"

namespace rf::trees {

/// Returns the weights as integers. `weights` must be finite and at least 0, and one must be above 0. The
/// result is empty if there are no weights or all are equal.
std::vector<std::int64_t> quantise_weights(std::span<const double> weights);

struct WeightedTargets {
  std::vector<std::int64_t> p;
  double unit = 1;  ///< of p, on the scale on which the largest |q_y| is in [1/2, 1]
};
/// Multiplies each target by its weight. `weights` must come from quantise_weights, one per target.
WeightedTargets weigh_targets(const QuantisedTargets& targets, std::span<const std::int64_t> weights);

}  // namespace rf::trees
