// SPDX-License-Identifier: MIT
// Nodes that are large enough for several threads to share their features: same trees for every number of
// threads, also where features tie, in trees grown depth first and best first, and in forests of fewer trees
// than threads.
#include <limits>
#include <tuple>

#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// 20,000 rows of seven columns: a constant one, two equal ones (so that every split of one ties with the
/// other), a category, and numbers. With weights, some of them 0, numbers are missing too.
Problem large_problem(std::size_t n_classes, bool weighted) {
  core::RandomStream stream(11 + n_classes, core::Purpose::kForestBootstrap);
  Problem problem;
  problem.n_features = 7;
  problem.n_levels = {0, 0, 0, 0, 9, 0, 0};
  problem.n_classes = n_classes;
  for (std::size_t i = 0; i < 20'000; ++i) {
    const double a = static_cast<double>(stream.below(300));
    const double b = static_cast<double>(stream.below(50));
    const double c = static_cast<double>(stream.below(9));
    const double d = static_cast<double>(stream.below(1000));
    problem.x.insert(problem.x.end(), {1, a, b, a, c, d, b - a});
    if (weighted) {
      problem.weights.push_back(static_cast<double>(stream.below(7)) * 0.1);
      if (stream.below(6) == 0) problem.x.end()[-6] = problem.x.end()[-4] = kMissing;
    }
    const std::int32_t y = (a > 120) + (b > 20) + (c == 4) + (stream.below(5) == 0);
    problem.class_of.push_back(n_classes == 0 ? 0 : y % static_cast<std::int32_t>(n_classes));
    problem.value_of.push_back(y + d / 1000);
  }
  return problem;
}

class SharedNodes : public testing::TestWithParam<std::tuple<std::size_t, bool>> {
 protected:
  const Problem problem = large_problem(std::get<0>(GetParam()), std::get<1>(GetParam()));
};

TEST_P(SharedNodes, GiveTheSameDecisionTreeForEveryNumberOfThreads) {
  for (const bool best_first : {false, true}) {
    params::DecisionTree parameters;
    if (best_first) parameters.max_leaves = 12;
    const model::Forest expected = fit_tree(problem, parameters);
    EXPECT_GT(expected.feature.size(), 15u);
    for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
      Host host(n_threads);
      EXPECT_TRUE(same_forest(fit_tree(problem, parameters, host), expected)) << n_threads << " threads";
    }
  }
}

TEST_P(SharedNodes, GiveTheSameForestForEveryNumberOfThreads) {
  params::RandomForest parameters;
  parameters.n_estimators = 2;
  parameters.max_depth = 6;
  parameters.max_samples = 1;
  parameters.bootstrap = false;
  parameters.max_features = {false, 0.6};
  const model::Forest expected = fit_forest(problem, parameters);
  for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
    Host host(n_threads);
    EXPECT_TRUE(same_forest(fit_forest(problem, parameters, 1, host), expected)) << n_threads << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, SharedNodes, testing::Combine(testing::Values(0, 2, 3), testing::Bool()));

}  // namespace
}  // namespace rf::trees
