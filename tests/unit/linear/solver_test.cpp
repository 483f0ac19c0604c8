// SPDX-License-Identifier: MIT
// The rules for accepting a step and for giving up.
#include "linear/solver.hpp"

#include <limits>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

TEST(Solver, AStepMustLowerTheValueInProportionToItsSlope) {
  EXPECT_TRUE(is_sufficient({1, 10, 9, -2, 0}));
  EXPECT_FALSE(is_sufficient({1, 10, 10.1, -2, 0}));
  EXPECT_FALSE(is_sufficient({1, 10, 9.9999, -2, 0}));  // falls by less than 1e-4 * 2
  EXPECT_FALSE(is_sufficient({1, 10, std::numeric_limits<double>::quiet_NaN(), -2, 0}));
  EXPECT_FALSE(is_sufficient({1, 10, -std::numeric_limits<double>::infinity(), -2, 0}));
}

TEST(Solver, WithinRoundingTheSlopeDecides) {
  EXPECT_TRUE(is_sufficient({1, 10, 10, -1e-20, 1e-21}));
  EXPECT_FALSE(is_sufficient({1, 10, 10, -1e-20, 2e-20}));  // overshot by more than it set out
}

TEST(Solver, StagnationNeedsPatienceAndForgivesProgress) {
  Stagnation stagnation(2);
  EXPECT_FALSE(stagnation.update(10, 1));    // the first
  EXPECT_FALSE(stagnation.update(10, 0.9));  // once
  EXPECT_FALSE(stagnation.update(9, 0.9));   // the value fell
  EXPECT_FALSE(stagnation.update(9, 0.8));   // once
  EXPECT_FALSE(stagnation.update(9, 0.4));   // below half the smallest
  EXPECT_FALSE(stagnation.update(9, 0.3));   // once
  EXPECT_TRUE(stagnation.update(9, 0.35));   // twice
}

/// Halves its gradient with each step and stops moving after `n_moves`.
struct Halving {
  double norm = 1;
  int n_moves = 1000;
  int n_refusals = 0;  ///< how often it does not settle
  Solution* solution = nullptr;
  double gradient_norm() const { return norm; }
  double value() const { return norm; }
  core::Result<bool> settle() {
    solution->ending = model::Ending::kConverged;
    return n_refusals-- <= 0;
  }
  core::Result<bool> step() {
    norm /= 2;
    return n_moves-- > 0;
  }
};

Solution iterated(Halving method, const SolveOptions& options, test::Progress& progress) {
  Solution solution;
  solution.tolerance = 0.01;
  method.solution = &solution;
  core::Monitor monitor(progress.hooks());
  EXPECT_TRUE(iterate(method, monitor, options, 3, solution).ok());
  return solution;
}

TEST(Solver, IterationsEndWhereTheToleranceIsMet) {
  test::Progress progress;
  const Solution solution = iterated({}, {1e-8, 100, 1000, 2000}, progress);
  EXPECT_EQ(solution.ending, model::Ending::kConverged);
  EXPECT_EQ(solution.iterations, 7u);
  EXPECT_EQ(solution.gradient_norm, 1.0 / 128);
  EXPECT_EQ(progress.done, (std::vector<std::uint64_t>{1001, 1002, 1003, 1004, 1005, 1006, 1007}));
  EXPECT_EQ(progress.total, 2000u);
}

TEST(Solver, IterationsEndAtTheirLimit) {
  test::Progress progress;
  const Solution solution = iterated({}, {1e-8, 6, 0, 6}, progress);
  EXPECT_EQ(solution.ending, model::Ending::kIterationLimit);
  EXPECT_EQ(solution.iterations, 6u);
  EXPECT_EQ(iterated({}, {1e-8, 7, 0, 7}, progress).ending, model::Ending::kConverged);
}

TEST(Solver, IterationsEndWhereNoStepIsPossible) {
  test::Progress progress;
  const Solution solution = iterated({1, 3}, {1e-8, 100, 0, 100}, progress);
  EXPECT_EQ(solution.ending, model::Ending::kRounding);
  EXPECT_EQ(solution.iterations, 3u);
}

TEST(Solver, AMethodMayRefuseToSettle) {
  test::Progress progress;
  EXPECT_EQ(iterated({1, 1000, 2}, {1e-8, 100, 0, 100}, progress).iterations, 9u);
}

TEST(Solver, LargestMagnitudeOfNothingIsZero) {
  EXPECT_EQ(largest_magnitude({}), 0);
  EXPECT_EQ(largest_magnitude(std::vector<double>{1, -3, 2}), 3);
}

}  // namespace
}  // namespace rf::linear
