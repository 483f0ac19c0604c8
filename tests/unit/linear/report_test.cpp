// SPDX-License-Identifier: MIT
// The diagnostics of the linear trainers.
#include "linear/report.hpp"

#include <limits>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

TEST(Report, RankDeficientNamesCountAndColumns) {
  const std::vector<std::size_t> columns = {2, 7};
  const core::Diagnostic diagnostic = rank_deficient(columns);
  EXPECT_EQ(diagnostic.code, core::Code::kRankDeficient);
  EXPECT_EQ(diagnostic.message,
            "2 design columns depend linearly on the columns before them and got coefficient 0: 2, 7");
  EXPECT_EQ(diagnostic.details,
            (core::Details{{"count", std::int64_t{2}}, {"columns", std::string("2, 7")}}));
}

TEST(Report, RankDeficientListsFiftyColumnsAtMost) {
  const std::vector<std::size_t> columns(60, 5);
  const std::string message = rank_deficient(columns).message;
  EXPECT_NE(message.find("60 design columns"), std::string::npos);
  EXPECT_TRUE(message.ends_with("5, ..."));
}

TEST(Report, NotConvergedSaysHowFarItGot) {
  Solution solution;
  solution.ending = model::Ending::kIterationLimit;
  solution.iterations = 7;
  solution.gradient_norm = 0.5;
  solution.tolerance = 1e-8;
  const core::Diagnostic diagnostic = not_converged(solution, 7);
  EXPECT_EQ(
      diagnostic.message,
      "the iteration limit came first; stopped after 7 of at most 7 iterations with largest gradient 0.5, "
      "wanted 1e-8");
  EXPECT_EQ(diagnostic.severity, core::Severity::kWarning);
  EXPECT_EQ(diagnostic.details, (core::Details{{"iterations", 7},
                                               {"max_iter", 7},
                                               {"gradient_norm", "0.5"},
                                               {"tolerance", "1e-8"},
                                               {"reason", "iteration_limit"}}));
}

TEST(Report, EveryEndingHasItsReason) {
  Solution solution;
  solution.ending = model::Ending::kSeparated;
  EXPECT_NE(not_converged(solution, 9).message.find("no finite optimum exists"), std::string::npos);
  solution.ending = model::Ending::kRounding;
  EXPECT_NE(not_converged(solution, 9).message.find("rounding"), std::string::npos);
}

TEST(Report, ANumberOutOfRangeIsAnError) {
  model::LinearModel model{model::Link::kIdentity, 1, {1}, {std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(check_finite(model).error().code, core::Code::kNotFinite);
  model.intercepts[0] = 0;
  EXPECT_TRUE(check_finite(model).ok());
  model.coefficients[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(check_finite(model).ok());
}

TEST(Report, AnObjectiveOutOfRangeIsAnError) {
  const model::LinearModel model{model::Link::kIdentity, 1, {1}, {0}};
  model::SolverReport solver;
  EXPECT_TRUE(check_finite(model, solver).ok());
  solver.objective = std::numeric_limits<double>::infinity();
  EXPECT_EQ(check_finite(model, solver).error().message,
            "training: the objective left the range of finite numbers");
  solver.objective = 1;
  solver.gradient_norm = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(check_finite(model, solver).error().code, core::Code::kNotFinite);
}

}  // namespace
}  // namespace rf::linear
