// SPDX-License-Identifier: MIT
// What the linear trainers report about a finished solve.
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

/// Summary of several solves: the largest iteration count and gradient norm, and the sum of the objectives.
/// For the diagnostics, `unfinished` is the solve that did not converge with the largest gradient norm, and
/// `deficient` is the solve that left out most columns.
struct Totals {
  std::uint64_t iterations = 0;
  double gradient_norm = 0;
  double objective = 0;
  const Solution* deficient = nullptr;
  const Solution* unfinished = nullptr;
};
Totals totals_of(std::span<const Solution> solutions);

/// Returns RANK_DEFICIENT: how many design columns were left out and which came first. The details list up to
/// 50.
core::Diagnostic rank_deficient(std::span<const std::size_t> columns);
/// Returns NOT_CONVERGED: how far the solve got and why it ended. `solution` must not have converged.
core::Diagnostic not_converged(const Solution& solution, std::uint32_t max_iter);
/// Fails with NOT_FINITE if an intercept or coefficient is not a finite number.
core::Result<> check_finite(const model::LinearModel& model);
/// As above; also fails if the objective or its gradient is not finite, since the result is then meaningless.
core::Result<> check_finite(const model::LinearModel& model, const model::SolverReport& solver);

}  // namespace rf::linear
