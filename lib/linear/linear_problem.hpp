// SPDX-License-Identifier: MIT
// Builds the objective from a linear family's parameters and chooses the solver from the objective's shape.
// Training and the check of a trained model (standing.hpp) share this code.
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
  Judge judge;                   ///< judges a theta that solve may have returned
  Judge judge_handed_over = {};  ///< set if solve may hand over to a method with its own rule
};

Solver choose_solver(const LinearObjective& objective);

LinearProblem logistic_problem(const core::SampleView& x, const model::ClassTarget& target,
                               const params::LogisticRegression& parameters);
/// Returns a problem of one score. one_against_rest sets its class.
LinearProblem linear_svc_problem(const core::SampleView& x, const model::ClassTarget& target,
                                 const params::LinearSvc& parameters);
/// Returns the problem of score k of n_scores. If there is one score, it separates the second class from the
/// first.
LinearProblem one_against_rest(LinearProblem problem, std::size_t k, std::size_t n_scores);
/// True if training tries to solve all classes against the rest at once, before it solves them one after
/// another.
bool tries_all_at_once(const LinearProblem& problem, std::size_t n_scores);

}  // namespace rf::linear
