// SPDX-License-Identifier: MIT
// The standing of a fitted model on the rows it was trained on, found without training: the values with which
// its solver's report and the diagnostics of training must agree. It is computed at the model, by the code
// that training runs.
//
// The numbers equal those of training, bit for bit, and their margins are 0, with one exception. Softmax
// models are shifted after they are solved: their intercepts, and without penalty their coefficients, are
// centred. The shift changes no probability but rounds again. There a margin bounds that rounding.
//
// The model does not show everything that a solver did: the number of iterations between their limits, and
// whether rounding or the iteration limit stopped a solver that did not converge at its last iteration. Only
// training again shows that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace rf::model {

/// How a solver ended.
enum class Ending : std::uint8_t {
  kConverged,
  kIterationLimit,
  kRounding,   ///< neither value nor gradient could be improved in double precision
  kSeparated,  ///< without penalty: the value falls for ever, no finite optimum exists
};

/// A recorded value that training cannot have produced. `member` is one of name, iterations, converged,
/// gradient_norm or objective of the solver block; NOT_CONVERGED or RANK_DEFICIENT, alone or with "." and the
/// key of a detail; intercepts, coefficients, base_scores, rounds or scores of the model itself.
struct StandingFault {
  std::string member;
  std::string expected;
  std::string found;
};

/// What an ending requires of the recorded gradient_norm, if the norm computed here cannot decide: to be
/// within the tolerance, or beyond it.
enum class Reach : std::uint8_t { kDecided, kWithin, kBeyond };

/// One possible ending of the solver, with the values that NOT_CONVERGED then reports.
struct End {
  Ending ending = Ending::kConverged;
  double gradient_norm = 0;  ///< of the solve furthest from its end
  double tolerance = 0;      ///< the bound it had to reach: tol * max(1, norm at zero)
  Reach reach = Reach::kDecided;
};

struct Standing {
  std::string_view solver;
  std::uint64_t n_solves = 1;  ///< solves that the report counts as one
  std::uint64_t least_iterations = 0;
  std::uint64_t most_iterations = 0;
  std::uint32_t max_iter = 0;           ///< as NOT_CONVERGED names it
  std::optional<double> gradient_norm;  ///< largest magnitude of the (sub)gradient; absent: not reported
  double gradient_margin = 0;           ///< how much an honest report may differ from it
  std::optional<double> objective;      ///< likewise
  double objective_margin = 0;
  std::vector<End> ends;                   ///< at least one
  std::vector<std::size_t> dropped;        ///< columns that RANK_DEFICIENT names; empty: no such diagnostic
  std::optional<core::Diagnostic> missed;  ///< of boosting: NOT_CONVERGED, if an end is not kConverged
  std::vector<StandingFault> of_model;     ///< faults of the model itself, which no report can repair
};

/// The ways in which training may have reached the model: at least one, and nearly always exactly one. There
/// are two for linear_svc of several classes, solved at once or one after another, and for a solver that may
/// have handed over to Newton's method, which leaves dependent columns out (weights of 1e9 and more).
using Standings = std::vector<Standing>;

/// The standing of a model about which nothing but this fault can be stated.
inline Standings only(StandingFault fault) {
  Standing standing;
  standing.ends.emplace_back();
  standing.of_model.push_back(std::move(fault));
  return {std::move(standing)};
}

}  // namespace rf::model
