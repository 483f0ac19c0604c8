// SPDX-License-Identifier: MIT
// Single trees: by hand, against the naive twin node by node, stop rules, order of growth, large targets.
#include <cmath>
#include <limits>

#include "trees/value_statistics.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

params::DecisionTree unlimited() {
  params::DecisionTree parameters;
  parameters.max_depth.reset();
  return parameters;
}

std::vector<std::uint32_t> once(const Problem& problem) {
  return std::vector<std::uint32_t>(problem.n(), 1);
}

struct Draw {
  core::RandomStream stream;
  explicit Draw(std::uint64_t seed) : stream(seed, core::Purpose::kForestBootstrap) {}
  std::int32_t below(std::int32_t bound) {
    return static_cast<std::int32_t>(stream.below(static_cast<std::uint64_t>(bound)));
  }
};

/// A random small problem with few distinct values (so that ties abound), constant columns and categories.
Problem random_problem(std::uint64_t seed, std::size_t n_classes) {
  Draw draw(seed);
  Problem problem;
  const std::size_t n = 1 + static_cast<std::size_t>(draw.below(40));
  problem.n_features = 1 + static_cast<std::size_t>(draw.below(5));
  problem.n_classes = n_classes;
  std::vector<std::int32_t> n_values;
  for (std::size_t f = 0; f < problem.n_features; ++f) {
    problem.n_levels.push_back(draw.below(3) == 0 ? 1 + draw.below(8) : 0);
    n_values.push_back(1 + draw.below(12));
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t f = 0; f < problem.n_features; ++f)
      problem.x.push_back(problem.n_levels[f] > 0 ? draw.below(problem.n_levels[f])
                                                  : draw.below(n_values[f]) * 3 - 7);
    if (n_classes > 0) {
      problem.class_of.push_back(draw.below(static_cast<std::int32_t>(n_classes)));
    } else {
      problem.value_of.push_back(draw.below(9) - 4);
    }
  }
  return problem;
}

void expect_twin(const Problem& problem, const params::DecisionTree& parameters) {
  Twin::Options options;
  options.max_depth = parameters.max_depth.value_or(UINT32_MAX);
  options.min_samples_leaf = parameters.min_samples_leaf;
  options.max_bins = parameters.max_bins;
  const Twin twin(problem, once(problem), options);
  expect_same_tree(fit_tree(problem, parameters), 0, twin, problem);
}

void expect_twin_on_random_problems(std::size_t n_classes) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Problem problem = random_problem(seed, n_classes);
    params::DecisionTree parameters = unlimited();
    if (seed % 3 == 1) parameters.max_depth = static_cast<std::uint32_t>(seed % 5);
    if (seed % 2 == 1) parameters.min_samples_leaf = static_cast<std::uint32_t>(1 + seed % 6);
    expect_twin(problem, parameters);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(DecisionTree, SplitsFourRowsAsByHand) {
  // x: 1 2 3 4, classes 0 0 1 0. Cuts: 1.5 gives 1/3 + 0, 2.5 leaves {1, 0}: n gini = 1.5 - 1 = 0.5 gained,
  // 3.5 gains 1.5 - 4/3. The best is 2.5; then 3.5 parts the rest.
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.class_of = {0, 0, 1, 0};
  problem.n_classes = 2;
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.tree_offsets, (std::vector<std::int64_t>{0, 5}));
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{0, -1, 0, -1, -1}));
  EXPECT_EQ(tree.threshold, (std::vector<double>{2.5, 0, 3.5, 0, 0}));
  EXPECT_EQ(tree.left, (std::vector<std::int32_t>{1, 0, 3, 0, 0}));
  EXPECT_EQ(tree.right, (std::vector<std::int32_t>{2, 0, 4, 0, 0}));
  EXPECT_EQ(tree.default_left, (std::vector<std::uint8_t>{1, 0, 1, 0, 0}));
  EXPECT_EQ(tree.leaf, (std::vector<std::int32_t>{-1, 0, -1, 1, 2}));
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{1, 0, 0, 1, 1, 0}));
  EXPECT_EQ(tree.split_gain, (std::vector<double>{0.125, 0, 0.25, 0, 0}));
}

TEST(DecisionTree, SplitsTargetsAsByHand) {
  // Targets 0 0 6 10: the cut between 0 and 6 leaves squared deviations 0 + 8 of 72, so it gains 64 / 4 = 16.
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.value_of = {0, 0, 6, 10};
  params::DecisionTree parameters;
  parameters.max_depth = 1;
  const model::Forest tree = fit_tree(problem, parameters);
  EXPECT_EQ(tree.threshold, (std::vector<double>{2.5, 0, 0}));
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{0, 8}));
  EXPECT_EQ(tree.split_gain[0] * gain_unit(problem), 16);
}

TEST(DecisionTree, AgreesWithTheNaiveTwinOnTwoClasses) {
  expect_twin_on_random_problems(2);
}
TEST(DecisionTree, AgreesWithTheNaiveTwinOnThreeClasses) {
  expect_twin_on_random_problems(3);
}
TEST(DecisionTree, AgreesWithTheNaiveTwinOnFiveClasses) {
  expect_twin_on_random_problems(5);
}
TEST(DecisionTree, AgreesWithTheNaiveTwinOnValues) {
  expect_twin_on_random_problems(0);
}

TEST(DecisionTree, AgreesWithTheNaiveTwinAboveTheMarkingLimit) {
  // Nodes of 256 rows and more count without marking bins, smaller ones mark.
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{4}}) {
    Draw draw(77 + n_classes);
    Problem problem;
    problem.n_features = 3;
    problem.n_levels = {0, 0, 6};
    problem.n_classes = n_classes;
    for (std::size_t i = 0; i < 600; ++i) {
      const std::int32_t a = draw.below(40), b = draw.below(25), c = draw.below(6);
      problem.x.insert(problem.x.end(), {0.5 * a, 1.0 * b, 1.0 * c});
      const std::int32_t y = (a > 11) + (b > 9) + (c % 2) + (draw.below(5) == 0);
      problem.class_of.push_back(n_classes > 0 ? y % static_cast<std::int32_t>(n_classes) : 0);
      problem.value_of.push_back(y);
    }
    params::DecisionTree parameters;
    parameters.max_depth = 3;
    expect_twin(problem, parameters);
  }
}

TEST(DecisionTree, SharesABinAmongTheRarestOf300Levels) {
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
    Draw draw(5 + n_classes);
    Problem problem;
    problem.n_levels = {300};
    problem.n_classes = n_classes;
    for (std::int32_t level = 0; level < 300; ++level) {
      const std::int32_t copies = 1 + draw.below(2);
      for (std::int32_t c = 0; c < copies; ++c) {
        problem.x.push_back(level);
        problem.class_of.push_back(draw.below(n_classes > 0 ? static_cast<std::int32_t>(n_classes) : 2));
        problem.value_of.push_back(draw.below(50));
      }
    }
    params::DecisionTree parameters;
    parameters.max_depth = 2;
    expect_twin(problem, parameters);
  }
}

TEST(DecisionTree, PutsTheBestSubsetOfLevelsLeft) {
  Problem problem;
  problem.n_levels = {5};
  problem.x = {0, 0, 1, 1, 2, 2, 3, 3};
  problem.class_of = {1, 1, 0, 0, 1, 1, 0, 0};
  problem.n_classes = 2;
  const model::Forest tree = fit_tree(problem);
  ASSERT_EQ(tree.feature, (std::vector<std::int32_t>{0, -1, -1}));
  EXPECT_EQ(tree.level_set[0], 0);
  EXPECT_EQ(tree.level_set_words[0], 1);
  // Levels 1 and 3 left; level 4, which no row has, follows the heavier side, a tie: left. No bits past
  // level 4.
  EXPECT_EQ(tree.level_words[0], 0b11010u);
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{1, 0, 0, 1}));
}

TEST(DecisionTree, OfOneRowIsALeaf) {
  Problem problem = numeric_problem(2, {3, 4});
  problem.value_of = {7};
  EXPECT_EQ(fit_tree(problem).leaf_values, (std::vector<double>{7}));
  problem.class_of = {0};
  problem.n_classes = 1;
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{1}));
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{-1}));
}

TEST(DecisionTree, OfConstantColumnsIsALeafOfShares) {
  Problem problem = numeric_problem(2, {3, 4, 3, 4, 3, 4, 3, 4});
  problem.n_levels = {0, 9};
  problem.class_of = {0, 1, 1, 1};
  problem.n_classes = 2;
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{-1}));
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{0.25, 0.75}));
}

TEST(DecisionTree, LearnsXorThoughTheFirstSplitGainsNothing) {
  Problem problem = numeric_problem(2, {0, 0, 0, 1, 1, 0, 1, 1});
  problem.class_of = {0, 1, 1, 0};
  problem.n_classes = 2;
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.split_gain[0], 0);
  EXPECT_EQ(predict_all(tree, problem), (std::vector<double>{1, 0, 0, 1, 0, 1, 1, 0}));
  problem.n_classes = 0;
  problem.value_of = {0, 1, 1, 0};
  EXPECT_EQ(predict_all(fit_tree(problem), problem), problem.value_of);
}

TEST(DecisionTree, SeparatesAThousandClasses) {
  Problem problem = numeric_problem(1, {});
  problem.n_classes = 1000;
  for (std::int32_t k = 0; k < 1000; ++k) {
    problem.x.push_back(k % 200);
    problem.class_of.push_back(k);
  }
  const model::Forest tree = fit_tree(problem, unlimited());
  const std::vector<double> out = predict_all(tree, problem);
  for (std::int32_t k = 0; k < 1000; ++k) ASSERT_EQ(out[static_cast<std::size_t>(k * 1000 + k)], 0.2);
  EXPECT_EQ(tree.feature.size(), 399u);
}

TEST(DecisionTree, BestFirstWithEnoughLeavesIsTheDepthFirstTree) {
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{5}}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const Problem problem = random_problem(seed, n_classes);
      params::DecisionTree parameters = unlimited();
      const model::Forest depth_first = fit_tree(problem, parameters);
      parameters.max_leaves = 1000;
      ASSERT_TRUE(same_forest(fit_tree(problem, parameters), depth_first)) << seed;
    }
  }
}

TEST(DecisionTree, BestFirstSplitsTheLargestGainsFirst) {
  // Four groups of equal size: the root parts {0, 1} from {100, 110}, then the right side gains more.
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.value_of = {0, 1, 100, 110};
  params::DecisionTree parameters = unlimited();
  parameters.max_leaves = 3;
  EXPECT_EQ(fit_tree(problem, parameters).leaf_values, (std::vector<double>{0.5, 100, 110}));
  parameters.max_leaves = 2;
  EXPECT_EQ(fit_tree(problem, parameters).leaf_values, (std::vector<double>{0.5, 105}));
  problem.value_of = {0, 1, 100, 101};  // a tie: the node created first
  parameters.max_leaves = 3;
  EXPECT_EQ(fit_tree(problem, parameters).leaf_values, (std::vector<double>{0, 1, 100.5}));
}

TEST(DecisionTree, KeepsItsAccuracyWhenTargetsSpanManyMagnitudes) {
  for (const double large : {1e12, 1e300, std::numeric_limits<double>::max()}) {
    const Problem problem = magnitudes_problem(large);
    const std::vector<double> out = expect_magnitudes_kept(fit_tree(problem, unlimited()), problem, large);
    // Targets closer than the quantum (here the largest * 2^-59) share a leaf, whose mean is of the targets.
    EXPECT_NEAR(out[2], large > 1e100 ? (-1 + 1e-3 + 0.1 + 3) / 4 : 1e-3, 1e-15);
  }
}

TEST(DecisionTree, KeepsAConstantTargetExactly) {
  Problem problem = numeric_problem(1, {1, 2, 3});
  problem.value_of = {0.1, 0.1, 0.1};
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{0.1}));
}

TEST(DecisionTree, ReportsPercentsAndStopsWhenAsked) {
  struct Seen {
    std::vector<std::uint64_t> done;
    std::uint64_t stop_at = UINT64_MAX;
  } seen;
  core::MonitorHooks hooks;
  hooks.user = &seen;
  hooks.progress = [](void* user, const char* stage, std::uint64_t done,
                      std::uint64_t total) -> std::int32_t {
    Seen& s = *static_cast<Seen*>(user);
    EXPECT_STREQ(stage, "train");
    EXPECT_EQ(total, 100u);
    s.done.push_back(done);
    return done >= s.stop_at ? 1 : 0;
  };
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.value_of = {1, 2, 3, 4};
  Host host(1, hooks);
  fit_tree(problem, unlimited(), host);
  EXPECT_EQ(seen.done, (std::vector<std::uint64_t>{25, 50, 75, 100}));
  seen.stop_at = 50;
  const auto stopped = fit_decision_tree(problem.input(), problem.values(), unlimited(), host.context);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, core::Code::kCancelled);
}

TEST(DecisionTree, RefusesWhatItCannotTrainOn) {
  Host host;
  Problem problem = numeric_problem(1, {1, std::numeric_limits<double>::infinity()});
  problem.value_of = {1, 2};
  auto result = fit_decision_tree(problem.input(), problem.values(), {}, host.context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kNotFinite);
  problem.x = {0, 1};
  problem.weights = {0, 0};
  result = fit_decision_tree(problem.input(), problem.values(), {}, host.context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kWeightInvalid);
  problem.weights = {1};
  result = fit_decision_tree(problem.input(), problem.values(), {}, host.context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kInternal);
  problem.weights.clear();
  problem.x = {0, 3};
  problem.n_levels = {3};
  result = fit_decision_tree(problem.input(), problem.values(), {}, host.context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kInternal);
  problem.x.clear();
  problem.value_of.clear();
  result = fit_decision_tree(problem.input(), problem.values(), {}, host.context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kZeroRows);
}

TEST(QuantiseTargets, UsesAllBitsThatCannotOverflow) {
  const std::vector<double> values = {-1, 0.25, 3};  // centre 1, largest deviation 2
  const QuantisedTargets targets = quantise_targets(values, 3);
  // 62 - ceil(log2 3) = 60 bits; 2 < 2^2, so the scale is 2^58.
  EXPECT_EQ(targets.q, (std::vector<std::int64_t>{-(1LL << 59), -3 * (1LL << 56), 1LL << 59}));
  EXPECT_EQ(targets.unit, 0x1p-60);
  const QuantisedTargets many = quantise_targets(values, std::uint64_t{1} << 28);
  EXPECT_EQ(many.unit, 0x1p-34);
  EXPECT_EQ(many.q[2], 1LL << 33);
  EXPECT_EQ(quantise_targets(std::vector<double>{5, 5}, 2).q, (std::vector<std::int64_t>{0, 0}));
}

}  // namespace
}  // namespace rf::trees
