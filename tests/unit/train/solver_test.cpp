// SPDX-License-Identifier: MIT
// The rules for accepting a step and for giving up.
#include "train/solver.hpp"

#include <limits>

#include "unit/train/linear_support.hpp"

namespace rf::train {
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
  EXPECT_FALSE(stagnation.update(10, 10, 1));    // the first gradient is the smallest so far
  EXPECT_FALSE(stagnation.update(10, 10, 0.9));  // once
  EXPECT_FALSE(stagnation.update(10, 9, 0.9));   // the value fell
  EXPECT_FALSE(stagnation.update(9, 9, 0.8));    // once
  EXPECT_FALSE(stagnation.update(9, 9, 0.4));    // below half the smallest
  EXPECT_FALSE(stagnation.update(9, 9, 0.3));    // once
  EXPECT_TRUE(stagnation.update(9, 9, 0.35));    // twice
}

TEST(Solver, LargestMagnitudeOfNothingIsZero) {
  EXPECT_EQ(largest_magnitude({}), 0);
  EXPECT_EQ(largest_magnitude(std::vector<double>{1, -3, 2}), 3);
}

}  // namespace
}  // namespace rf::train
