// SPDX-License-Identifier: MIT
// From a linear family's parameters to its objective, and from the objective's shape to the solver: what
// training and the check of a trained model (standing.hpp) share.
#pragma once

#include <cstddef>
#include <vector>

#include "linear/linear_objective.hpp"
#include "linear/solver.hpp"
#include "model/training_target.hpp"
#include "params/params.hpp"

namespace rf::linear {

inline constexpr const char* kSubsampledNewton = "subsampled_newton";

using Judge = core::Result<Solution> (*)(LinearObjective&, const SolveOptions&, std::vector<double> theta);

struct Solver {
  const char* name;
  core::Result<Solution> (*solve)(LinearObjective&, const SolveOptions&);
  Judge judge;                   ///< of a theta that solve may have handed back
  Judge judge_handed_over = {};  ///< where solve may hand over to a method with a rule of its own
};

Solver choose_solver(const LinearObjective& objective);

LinearProblem logistic_problem(const core::SampleView& x, const model::ClassTarget& target,
                               const params::LogisticRegression& parameters);
/// Of one score; one_against_rest says which.
LinearProblem linear_svc_problem(const core::SampleView& x, const model::ClassTarget& target,
                                 const params::LinearSvc& parameters);
/// The problem of score k of n_scores; with one score the second class is told from the first.
LinearProblem one_against_rest(LinearProblem problem, std::size_t k, std::size_t n_scores);
/// Whether all classes against the rest are tried at once before one after another.
bool tries_all_at_once(const LinearProblem& problem, std::size_t n_scores);

}  // namespace rf::linear
