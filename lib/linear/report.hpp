// SPDX-License-Identifier: MIT
// What the linear trainers say about a finished solve.
#pragma once

#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "core/result.hpp"
#include "linear/solver.hpp"
#include "model/linear.hpp"
#include "model/model.hpp"
#include "params/params.hpp"

namespace rf::linear {

/// Several solves count as one: the largest of iterations and gradients, the sum of the objectives, and for
/// the diagnostics the solve furthest from its end and the one that left out most columns.
struct Totals {
  std::uint64_t iterations = 0;
  double gradient_norm = 0;
  double objective = 0;
  const Solution* deficient = nullptr;
  const Solution* unfinished = nullptr;
};
Totals totals_of(std::span<const Solution> solutions);

/// Names how many design columns were left out and the first of them; the details list up to 50.
core::Diagnostic rank_deficient(std::span<const std::size_t> columns);
/// Says how far the solve got and why it ended; `solution` did not converge.
core::Diagnostic not_converged(const Solution& solution, std::uint32_t max_iter);
/// NOT_FINITE when an intercept or coefficient is not a finite number.
core::Result<> check_finite(const model::LinearModel& model);
/// The same, and when the objective or its gradient is none: what a solver made of those means nothing.
core::Result<> check_finite(const model::LinearModel& model, const model::SolverReport& solver);

}  // namespace rf::linear
