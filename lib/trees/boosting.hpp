// SPDX-License-Identifier: MIT
// Gradient boosting of histogram trees: Friedman, "Greedy function approximation: a gradient boosting
// machine" (2001), with Newton steps in the leaves as in Chen and Guestrin, "XGBoost" (KDD 2016). Log loss
// for two classes (one score), softmax for more (a tree per class and round), squared error for regression.
// The result has the same bits for any number of threads.
#pragma once

#include <cstdint>
#include <optional>

#include "core/context.hpp"
#include "core/result.hpp"
#include "model/boosting.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"
#include "trees/boosting_loss.hpp"
#include "trees/boosting_tree.hpp"
#include "trees/tree_input.hpp"

namespace rf::trees {

struct BoostingFit {
  model::Boosting model;
  std::uint64_t n_rounds = 0;  ///< kept
  bool stopped_early = false;  ///< early stopping was requested and ended training
  std::optional<double>
      held_out_loss;  ///< mean over the held-out rows after the kept rounds; empty if a double cannot hold it
};

/// The sizes at which the trainer changes its method. Tests pass other sizes.
struct BoostingLimits {
  std::size_t narrow_from_rows = kNarrowFromRows;
  std::size_t pool_bytes = kPoolBytes;
};

/// Trains on the input, in which NaN in a numeric column is a missing value. Errors: ZERO_ROWS,
/// ZERO_FEATURES, LIMIT_REACHED (2^30 rows or more, or trees whose leaves or level sets outgrow their index),
/// PARAMETER_OUT_OF_RANGE if early stopping finds no row to hold out, NOT_FINITE for leaf values beyond the
/// range of numbers, CANCELLED.
core::Result<BoostingFit> fit_gradient_boosting(const TreeInput& input, const model::ClassTarget& target,
                                                const params::GradientBoosting& parameters,
                                                std::uint64_t seed, core::Context& context,
                                                const BoostingLimits& limits = {});
core::Result<BoostingFit> fit_gradient_boosting(const TreeInput& input, const model::ValueTarget& target,
                                                const params::GradientBoosting& parameters,
                                                std::uint64_t seed, core::Context& context,
                                                const BoostingLimits& limits = {});

/// Returns the NOT_CONVERGED diagnostic: early stopping was requested but did not end training.
core::Diagnostic early_stopping_missed(std::uint64_t n_rounds, const params::GradientBoosting& parameters);

}  // namespace rf::trees
