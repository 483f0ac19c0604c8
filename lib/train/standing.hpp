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

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/context.hpp"
#include "core/error.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/boosting.hpp"
#include "model/linear.hpp"
#include "model/model.hpp"
#include "params/params.hpp"
#include "train/solver.hpp"
#include "train/target.hpp"
#include "train/tree_input.hpp"

namespace rf::train {

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

/// `x` and `target` as training had them; the model has n_features of `x`. Takes two or three passes over
/// `x`; where columns may depend on others (no penalty, or weights beyond 1e9) what two iterations of
/// training take.
core::Result<Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                     const ClassTarget& target, const params::LogisticRegression& parameters,
                                     core::Context& context);
core::Result<Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                     const ClassTarget& target, const params::LinearSvc& parameters,
                                     core::Context& context);
/// Also checks the intercept, which follows from the coefficients.
core::Result<Standings> standings_of(const model::LinearModel& model, const core::SampleView& x,
                                     const ValueTarget& target, const params::RidgeRegression& parameters,
                                     core::Context& context);
/// Also checks the base scores. With early stopping the model is walked for the held-out rows.
core::Result<Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                     const ClassTarget& target, const params::GradientBoosting& parameters,
                                     std::uint64_t seed, core::Context& context);
core::Result<Standings> standings_of(const model::Boosting& model, const TreeInput& input,
                                     const ValueTarget& target, const params::GradientBoosting& parameters,
                                     std::uint64_t seed, core::Context& context);

struct ReportCheck {
  std::vector<StandingFault> faults;
  /// NOT_CONVERGED and RANK_DEFICIENT as training writes them beside this report, in its order, messages
  /// included.
  core::Diagnostics diagnostics;
};

/// Holds a recorded report and the recorded diagnostics (codes other than the two are passed over) against
/// the standing that they agree with best. A detail that a recorded diagnostic lacks, messages and the order
/// are not looked at here: compare with `diagnostics`, as the record's version wrote them.
ReportCheck check_report(const model::SolverReport& recorded, const core::Diagnostics& diagnostics,
                         std::span<const Standing> standings);

}  // namespace rf::train
