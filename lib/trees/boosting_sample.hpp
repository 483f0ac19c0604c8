// SPDX-License-Identifier: MIT
// The random choices of gradient boosting: rows held out to judge early stopping, rows of a round, columns of
// a tree. Each choice has its own named Philox stream. Pinned by tests/unit/trees/boosting_parts_test.cpp.
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
  std::vector<core::Sample> fitted;
  std::vector<core::Sample> held_out;  ///< empty without early stopping
};

/// Holds out rows so that classes keep their shares: floor(fraction * rows of c) rows of class c are held
/// out. The rows still missing to floor(fraction * rows) come from the classes with the largest remainders
/// (ties: the lower class). At least one row of every class is fitted. PARAMETER_OUT_OF_RANGE if this leaves
/// no row to hold out.
core::Result<HeldOut> hold_out(const model::ClassTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed);
core::Result<HeldOut> hold_out(const model::ValueTarget& target, const params::GradientBoosting& parameters,
                               std::uint64_t seed);

/// Draws max(1, floor(share * rows)) of the rows without replacement, ascending; all of them for share 1.
std::vector<core::Sample> draw_rows(std::span<const core::Sample> rows, double share, std::uint64_t seed,
                                    std::uint32_t round);
/// Draws max(1, floor(share * features)) of the features.
CountedFeatures draw_features(std::size_t n_features, double share, std::uint64_t seed, std::uint32_t tree);

}  // namespace rf::trees
