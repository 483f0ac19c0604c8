// SPDX-License-Identifier: MIT
// What a report may say of a boosted model.
#include "trees/boosting_standing.hpp"
#include "trees/boosting.hpp"
#include "unit/audit/standing_support.hpp"
#include "unit/linear/linear_support.hpp"
#include "unit/trees/boosting_support.hpp"

namespace rf::audit {
namespace {

using namespace linear::test;
using namespace test;

/// As lib/run reports a boosting fit.
Stood stand(const trees::BoostingProblem& problem, const params::GradientBoosting& parameters,
            std::uint64_t seed = 1) {
  trees::Host host;
  const trees::BoostingFit fit = trees::fit_boosting(problem, parameters, host, seed);
  model::SolverReport solver;
  solver.name = "boosting";
  solver.iterations = fit.n_rounds;
  solver.converged = !parameters.early_stopping_rounds || fit.stopped_early;
  solver.objective = fit.held_out_loss;
  core::Diagnostics diagnostics;
  if (!solver.converged) diagnostics.push_back(trees::early_stopping_missed(fit.n_rounds, parameters));
  auto standings =
      problem.is_regression()
          ? trees::standings_of(fit.model, problem.input(), problem.values(), parameters, seed, host.context)
          : trees::standings_of(fit.model, problem.input(), problem.classes(), parameters, seed,
                                host.context);
  EXPECT_TRUE(standings.ok());
  return {solver, diagnostics, standings.ok() ? std::move(*standings) : model::Standings{}};
}

TEST(BoostingStanding, RandomBoostingFitsAgreeExactly) {
  trees::ProblemSource source(4);
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const trees::BoostingProblem problem = source.next();
    params::GradientBoosting parameters = source.parameters();
    parameters.n_estimators = 1 + static_cast<std::uint32_t>(source.below(12));
    if (source.below(2) == 0) {
      parameters.early_stopping_rounds = 1 + static_cast<std::uint32_t>(source.below(4));
      parameters.early_stopping_fraction = 0.3;
    }
    trees::Host host;
    const bool can_hold_out = problem.is_regression()
                                  ? trees::hold_out(problem.values(), parameters, seed).ok()
                                  : trees::hold_out(problem.classes(), parameters, seed).ok();
    if (!can_hold_out) continue;
    expect_agrees(stand(problem, parameters, seed), "seed " + std::to_string(seed));
  }
}

trees::BoostingProblem boosting_problem(std::size_t n) {
  trees::BoostingProblem problem = trees::numeric_problem(2, {});
  linear::test::Random random(7);
  problem.n_classes = 3;
  for (std::size_t i = 0; i < n; ++i) {
    const double a = random.uniform();
    problem.x.push_back(a);
    problem.x.push_back(random.uniform());
    problem.class_of.push_back(
        static_cast<std::int32_t>(i < 3 ? i : (a > 0 ? 1 : 0) + (random.uniform() > 0.5 ? 1 : 0)));
  }
  return problem;
}

TEST(BoostingStanding, EachChangeOfABoostingReportIsNamed) {
  const trees::BoostingProblem problem = boosting_problem(400);
  params::GradientBoosting parameters;
  parameters.n_estimators = 8;
  parameters.subsample = 0.8;
  expect_each_change_is_named(stand(problem, parameters));
  parameters.early_stopping_rounds = 6;
  parameters.early_stopping_fraction = 0.3;
  const Stood missed = stand(problem, parameters);
  ASSERT_FALSE(missed.solver.converged);
  expect_each_change_is_named(missed);
  parameters.n_estimators = 200;
  const Stood stopped = stand(problem, parameters);
  ASSERT_TRUE(stopped.solver.converged);
  expect_each_change_is_named(stopped);
}

/// Without the trees of the last round.
model::Boosting shortened(const model::Boosting& model) {
  model::Boosting less = model;
  less.trees.tree_offsets.resize(less.trees.tree_offsets.size() - less.n_scores());
  return less;
}

std::vector<model::StandingFault> model_faults(const trees::BoostingProblem& problem,
                                               const model::Boosting& model,
                                               const params::GradientBoosting& parameters) {
  trees::Host host;
  auto standings =
      trees::standings_of(model, problem.input(), problem.classes(), parameters, 1, host.context);
  EXPECT_TRUE(standings.ok());
  return (*standings)[0].of_model;
}

TEST(BoostingStanding, BoostingKeepsTheRoundsThatWereAskedFor) {
  const trees::BoostingProblem problem = boosting_problem(400);
  params::GradientBoosting parameters;
  parameters.n_estimators = 4;
  model::Boosting model = trees::fit_boosting(problem, parameters).model;
  EXPECT_TRUE(model_faults(problem, model, parameters).empty());
  const auto fewer = model_faults(problem, shortened(model), parameters);
  ASSERT_EQ(fewer.size(), 1u);
  EXPECT_EQ(fewer[0].member, "rounds");
  EXPECT_EQ(fewer[0].expected, "4");
  EXPECT_EQ(fewer[0].found, "3");
  parameters.n_estimators = 3;
  EXPECT_EQ(model_faults(problem, model, parameters).at(0).expected, "from 1 to 3");
  parameters.n_estimators = 4;
  model.base_scores[1] += 1e-9;
  EXPECT_EQ(model_faults(problem, model, parameters).at(0).member, "base_scores");
}

TEST(BoostingStanding, BoostingEndsWithTheFirstRoundThatFindsNoSplit) {
  trees::BoostingProblem problem =
      boosting_problem(30);  // fewer than two leaves of 20 rows: one round without a split
  params::GradientBoosting parameters;
  const Stood honest = stand(problem, parameters);
  EXPECT_EQ(honest.solver.iterations, 1u);
  expect_agrees(honest, "no split");
  const model::Boosting model = trees::fit_boosting(problem, parameters).model;
  parameters.colsample = 0.5;  // by chance a later round might find one
  EXPECT_EQ(model_faults(problem, model, parameters).at(0).expected, "100");
  const model::Boosting all = trees::fit_boosting(problem, parameters).model;
  parameters.colsample = 1;
  const auto more = model_faults(problem, all, parameters);
  ASSERT_FALSE(more.empty());
  EXPECT_EQ(more[0].expected, "from 1 to 1");
  EXPECT_EQ(more[0].found, "100");
}

}  // namespace
}  // namespace rf::audit
