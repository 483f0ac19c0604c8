// SPDX-License-Identifier: MIT
// Where a fitted model stands on the rows it was trained on, found without training: what its solver's report
// and the diagnostics of training must agree with. Computed by the code that training runs, at the model.
//
// Numbers are the very ones that training had, bit for bit, and their margins are 0, with one exception:
// softmax models are shifted after they are solved (their intercepts, and without penalty their coefficients,
// are centred), which moves no probability but rounds anew. There a margin bounds that rounding.
//
// What a solver did on its way cannot be seen in the model: iterations between their limits, and whether
// rounding or the iteration limit stopped a solver that did not converge at its last iteration. Only training
// again tells.
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

/// A recorded value that training cannot have left. `member`: name, iterations, converged, gradient_norm or
/// objective of the solver block; NOT_CONVERGED or RANK_DEFICIENT, alone or with "." and the key of a detail;
/// of the model itself intercepts, coefficients, base_scores, rounds or scores.
struct StandingFault {
  std::string member;
  std::string expected;
  std::string found;
};

/// What an ending asks of the recorded gradient_norm beside the tolerance, where the one computed here cannot
/// decide.
enum class Reach : std::uint8_t { kDecided, kWithin, kBeyond };

/// One ending that the solver may have come to, with what NOT_CONVERGED then says.
struct End {
  Ending ending = Ending::kConverged;
  double gradient_norm = 0;  ///< of the solve furthest from its end
  double tolerance = 0;      ///< what it had to reach: tol * max(1, norm at zero)
  Reach reach = Reach::kDecided;
};

struct Standing {
  std::string_view solver;
  std::uint64_t n_solves = 1;  ///< that the report counts as one
  std::uint64_t least_iterations = 0;
  std::uint64_t most_iterations = 0;
  std::uint32_t max_iter = 0;           ///< as NOT_CONVERGED names it
  std::optional<double> gradient_norm;  ///< largest magnitude of the (sub)gradient; absent: not reported
  double gradient_margin = 0;           ///< how far an honest report may lie from it
  std::optional<double> objective;      ///< likewise
  double objective_margin = 0;
  std::vector<End> ends;                   ///< at least one
  std::vector<std::size_t> dropped;        ///< columns that RANK_DEFICIENT names; empty: there is none
  std::optional<core::Diagnostic> missed;  ///< of boosting: NOT_CONVERGED, where an end is not kConverged
  std::vector<StandingFault> of_model;     ///< what no report can mend
};

/// The ways in which training may have come to the model, at least one and nearly always exactly one. Two:
/// linear_svc of several classes, solved at once or one after another; and a solver that may have handed over
/// to Newton's method, which leaves dependent columns out (weights of 1e9 and more).
using Standings = std::vector<Standing>;

/// The standing of a model of which nothing more can be said.
inline Standings only(StandingFault fault) {
  Standing standing;
  standing.ends.emplace_back();
  standing.of_model.push_back(std::move(fault));
  return {std::move(standing)};
}

}  // namespace rf::model
