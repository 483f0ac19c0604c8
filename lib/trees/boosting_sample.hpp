// SPDX-License-Identifier: MIT
// The random choices of gradient boosting: rows held out to judge early stopping, rows of a round, columns of
// a tree. Each from a Philox stream of its own name. Pinned by tests/unit/trees/boosting_parts_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"
#include "trees/gradient_histogram.hpp"

namespace rf::trees {

/// Row numbers, both ascending.
struct HeldOut {
  std::vector<std::uint32_t> fitted;
  std::vector<std::uint32_t> held_out;  ///< empty without early stopping
};

/// Classes keep their shares: class c gives floor(fraction * rows of c) rows, what is missing to
/// floor(fraction * rows) comes from the largest remainders (ties: the lower class); at least one row is
/// fitted of every class. PARAMETER_OUT_OF_RANGE where that leaves no row to hold out.
core::Result<HeldOut> hold_out(const model::ClassTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed);
core::Result<HeldOut> hold_out(const model::ValueTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed);

/// max(1, floor(share * rows)) of the rows without replacement, ascending; all of them for share 1.
std::vector<std::uint32_t> draw_rows(std::span<const std::uint32_t> rows, double share, std::uint64_t seed,
                                     std::uint32_t round);
/// max(1, floor(share * features)) of the features.
CountedFeatures draw_features(std::size_t n_features, double share, std::uint64_t seed, std::uint32_t tree);

}  // namespace rf::trees
