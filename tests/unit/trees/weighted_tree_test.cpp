// SPDX-License-Identifier: MIT
// Trees of rows with sample weights and of columns with missing numbers: by hand, against the naive twin node
// by node, and by what weights mean: rows repeated, rows that are not there.
#include <cmath>
#include <limits>
#include <memory>

#include "model/binned_forest.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnit = 0.375;  ///< of the random weights: not a power of two

struct Kind {
  bool missing;
  bool weights;
};

params::DecisionTree unlimited() {
  params::DecisionTree parameters;
  parameters.max_depth.reset();
  return parameters;
}

params::RandomForest small_forest(std::uint32_t n_trees) {
  params::RandomForest parameters;
  parameters.n_estimators = n_trees;
  return parameters;
}

/// A small problem with few distinct values, constant columns, categories, columns that miss all; weights
/// from 0 to 4.
Problem random_problem(std::uint64_t seed, std::size_t n_classes, Kind kind) {
  core::RandomStream stream(seed, core::Purpose::kForestFeatures);
  const auto below = [&](std::size_t bound) { return static_cast<std::int32_t>(stream.below(bound)); };
  Problem problem;
  const std::size_t n = 1 + static_cast<std::size_t>(below(50));
  problem.n_features = 1 + static_cast<std::size_t>(below(5));
  problem.n_classes = n_classes;
  std::vector<std::int32_t> n_values, misses;
  for (std::size_t f = 0; f < problem.n_features; ++f) {
    problem.n_levels.push_back(below(3) == 0 ? 1 + below(8) : 0);
    n_values.push_back(1 + below(12));
    misses.push_back(kind.missing ? below(5) : 0);  // 4 of 5 ways: 0, 1/4, 1/2, 3/4, all
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t f = 0; f < problem.n_features; ++f) {
      if (problem.n_levels[f] > 0) {
        problem.x.push_back(below(static_cast<std::size_t>(problem.n_levels[f])));
      } else {
        const double value = below(static_cast<std::size_t>(n_values[f])) * 3 - 7;
        problem.x.push_back(below(4) < misses[f] ? kMissing : value);
      }
    }
    if (n_classes > 0)
      problem.class_of.push_back(below(n_classes));
    else
      problem.value_of.push_back(below(9) - 4);
    if (kind.weights) problem.weights.push_back(kUnit * std::max(0, below(6) - 1));
  }
  if (kind.weights) problem.weights[0] = kUnit * 3;
  return problem;
}

void expect_twin(const Problem& problem, const params::DecisionTree& parameters) {
  Twin::Options options;
  options.max_depth = parameters.max_depth.value_or(UINT32_MAX);
  options.min_samples_leaf = parameters.min_samples_leaf;
  options.weight_unit = kUnit;
  const Twin twin(problem, std::vector<std::uint32_t>(problem.n(), 1), options);
  expect_same_tree(fit_tree(problem, parameters), 0, twin, problem);
}

constexpr Kind kKinds[] = {{true, false}, {false, true}, {true, true}};

class TreesOf : public testing::TestWithParam<std::size_t> {};  // classes, 0: values

TEST_P(TreesOf, WeightsAndMissingNumbersAgreeWithTheNaiveTwin) {
  for (const Kind kind : kKinds) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed) + (kind.missing ? " missing" : "") +
                   (kind.weights ? " weights" : ""));
      params::DecisionTree parameters = unlimited();
      if (seed % 3 == 1) parameters.max_depth = static_cast<std::uint32_t>(seed % 5);
      if (seed % 2 == 1) parameters.min_samples_leaf = static_cast<std::uint32_t>(1 + seed % 6);
      expect_twin(random_problem(seed, GetParam(), kind), parameters);
      if (HasFatalFailure()) return;
    }
  }
}

/// 700 rows, so that nodes are counted without marking bins; half of one column's rows have no weight.
Problem medium_problem(std::size_t n_classes, Kind kind) {
  core::RandomStream stream(77 + n_classes, core::Purpose::kForestBootstrap);
  Problem problem;
  problem.n_features = 4;
  problem.n_levels = {0, 0, 6, 0};
  problem.n_classes = n_classes;
  for (std::size_t i = 0; i < 700; ++i) {
    const auto a = static_cast<std::int32_t>(stream.below(40)),
               b = static_cast<std::int32_t>(stream.below(25)),
               c = static_cast<std::int32_t>(stream.below(6)), d = static_cast<std::int32_t>(stream.below(3));
    const bool misses = kind.missing && stream.below(3) == 0;
    problem.x.insert(problem.x.end(),
                     {misses ? kMissing : 0.5 * a, 1.0 * b, 1.0 * c, d == 0 && kind.missing ? kMissing : d});
    const std::int32_t y = (a > 11) + (b > 9) + (c % 2) + (stream.below(5) == 0) + 2 * misses;
    problem.class_of.push_back(n_classes > 0 ? y % static_cast<std::int32_t>(n_classes) : 0);
    problem.value_of.push_back(y);
    if (kind.weights)
      problem.weights.push_back(b % 2 == 0 || c == 3 ? 0 : kUnit * static_cast<double>(stream.below(4)));
  }
  return problem;
}

TEST_P(TreesOf, WeightsAndMissingNumbersAgreeWithTheNaiveTwinAboveTheMarkingLimit) {
  for (const Kind kind : kKinds) {
    params::DecisionTree parameters;
    parameters.max_depth = 3;
    expect_twin(medium_problem(GetParam(), kind), parameters);
    parameters.min_samples_leaf = 40;
    expect_twin(medium_problem(GetParam(), kind), parameters);
  }
}

TEST_P(TreesOf, AForestAgreesWithTheNaiveTwinTreeByTree) {
  for (const Kind kind : kKinds) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const Problem problem = random_problem(1000 + seed, GetParam(), kind);
      params::RandomForest parameters = small_forest(3);
      parameters.max_features = {false, 0.5};
      parameters.min_samples_leaf = 1 + static_cast<std::uint32_t>(seed % 3);
      parameters.min_samples_split = 2 + static_cast<std::uint32_t>(seed % 5);
      const model::Forest forest = fit_forest(problem, parameters, seed);
      Twin::Options options;
      options.n_candidates = std::max<std::size_t>(1, problem.n_features / 2);
      options.min_samples_leaf = parameters.min_samples_leaf;
      options.min_samples_split = parameters.min_samples_split;
      options.random_order = true;
      options.seed = seed;
      options.weight_unit = kUnit;
      for (options.tree = 0; options.tree < 3; ++options.tree) {
        std::vector<std::uint32_t> draws(problem.n());
        core::RandomStream stream(seed, core::Purpose::kForestBootstrap, options.tree);
        for (std::size_t i = 0; i < problem.n(); ++i) ++draws[stream.below(problem.n())];
        expect_same_tree(forest, options.tree, Twin(problem, draws, options), problem);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(TreesOf, EqualWeightsAreNoWeights) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Problem problem = random_problem(seed, GetParam(), {true, false});
    const model::Forest tree = fit_tree(problem, unlimited());
    const model::Forest forest = fit_forest(problem, small_forest(4));
    for (const double weight : {0.1, 1.0, 3e300, 1e-310}) {
      problem.weights.assign(problem.n(), weight);
      ASSERT_TRUE(same_forest(fit_tree(problem, unlimited()), tree)) << seed;
      ASSERT_TRUE(same_forest(fit_forest(problem, small_forest(4)), forest)) << seed;
    }
  }
}

/// Each row as often as its weight says.
Problem repeated(const Problem& problem, double unit) {
  Problem all = problem;
  all.x.clear();
  all.class_of.clear();
  all.value_of.clear();
  all.weights.clear();
  for (std::size_t i = 0; i < problem.n(); ++i) {
    for (double copy = 0; copy < problem.weights[i]; copy += unit) {
      for (std::size_t f = 0; f < problem.n_features; ++f) all.x.push_back(problem.at(i, f));
      if (problem.is_regression())
        all.value_of.push_back(problem.value_of[i]);
      else
        all.class_of.push_back(problem.class_of[i]);
    }
  }
  return all;
}

TEST_P(TreesOf, WholeWeightsActLikeRepeatedRows) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Problem problem = random_problem(seed, GetParam(), {true, true});
    for (double& weight : problem.weights)
      weight = std::max(weight, kUnit);  // rows of weight 0 move thresholds
    for (const bool best_first : {false, true}) {
      params::DecisionTree parameters = unlimited();
      if (best_first) parameters.max_leaves = 6;
      const model::Forest weighted = fit_tree(problem, parameters);
      const model::Forest expected = fit_tree(repeated(problem, kUnit), parameters);
      // Another number of rows means other quanta of targets, and sums of more terms.
      ASSERT_EQ(weighted.feature, expected.feature);
      ASSERT_EQ(weighted.threshold, expected.threshold);
      ASSERT_EQ(weighted.default_left, expected.default_left);
      ASSERT_EQ(weighted.level_words, expected.level_words);
      ASSERT_EQ(weighted.leaf_values.size(), expected.leaf_values.size());
      for (std::size_t i = 0; i < weighted.leaf_values.size(); ++i)
        ASSERT_NEAR(weighted.leaf_values[i], expected.leaf_values[i], 4e-15);
      for (std::size_t i = 0; i < weighted.split_gain.size(); ++i)
        ASSERT_NEAR(weighted.split_gain[i], expected.split_gain[i], 1e-13);
    }
  }
}

TEST_P(TreesOf, RowsOfWeightZeroAreNotThere) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Problem problem = random_problem(seed, GetParam(), {true, true});
    for (double& weight : problem.weights) weight = std::min(weight, kUnit);  // a mask
    const Problem kept = repeated(problem, kUnit);
    const model::Forest masked = fit_tree(problem, unlimited());
    const model::Forest expected = fit_tree(kept, unlimited());
    ASSERT_EQ(masked.feature, expected.feature);
    ASSERT_EQ(masked.leaf_values, expected.leaf_values);
    ASSERT_EQ(masked.default_left, expected.default_left);
    ASSERT_EQ(predict_all(masked, kept), predict_all(expected, kept));
  }
}

TEST_P(TreesOf, HaveTheSameBitsForEveryNumberOfThreads) {
  for (const Kind kind : kKinds) {
    const Problem problem = medium_problem(GetParam(), kind);
    const model::Forest one = fit_forest(problem, small_forest(20), 9);
    for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
      Host host(n_threads);
      ASSERT_TRUE(same_forest(fit_forest(problem, small_forest(20), 9, host), one))
          << n_threads << " threads";
    }
  }
}

/// Rows of several hundred distinct numbers each, more than bins.
Problem continuous_problem(std::size_t n_classes, std::uint64_t seed) {
  core::RandomStream stream(seed, core::Purpose::kForestFeatures);
  Problem problem = numeric_problem(3, {});
  problem.n_classes = n_classes;
  for (std::size_t i = 0; i < 1500; ++i) {
    const double a = stream.uniform(), b = stream.uniform(), c = stream.uniform();
    problem.x.insert(problem.x.end(),
                     {stream.below(4) == 0 ? kMissing : a, b, stream.below(9) == 0 ? kMissing : c});
    const double y = (a > 0.3 ? 1 : 0) + b * 2 + stream.uniform();
    problem.class_of.push_back(
        n_classes > 0 ? static_cast<std::int32_t>(y) % static_cast<std::int32_t>(n_classes) : 0);
    problem.value_of.push_back(y);
    problem.weights.push_back(stream.below(3) == 0 ? 0 : stream.uniform());
  }
  return problem;
}

TEST_P(TreesOf, PredictionEndsInTheLeafThatTrainingMadeOfTheRow) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Problem problem = continuous_problem(GetParam(), seed);
    params::DecisionTree parameters;
    parameters.max_depth = 7;
    parameters.min_samples_leaf = 5;
    const model::Forest tree = fit_tree(problem, parameters);
    const std::vector<double> out = predict_all(tree, problem);
    // A row's outputs name its leaf: no two leaves have the same here.
    std::map<std::vector<double>, std::pair<std::size_t, std::vector<double>>> leaves;
    for (std::size_t i = 0; i < problem.n(); ++i) {
      const auto first = out.begin() + static_cast<std::ptrdiff_t>(i * tree.n_outputs);
      auto& [n_rows, sums] = leaves[{first, first + static_cast<std::ptrdiff_t>(tree.n_outputs)}];
      sums.resize(tree.n_outputs + 1);
      ++n_rows;
      sums[problem.is_regression() ? 0 : static_cast<std::size_t>(problem.class_of[i])] +=
          problem.weights[i] * (problem.is_regression() ? problem.value_of[i] : 1);
      sums.back() += problem.weights[i];
    }
    ASSERT_GT(leaves.size(), 20u);
    for (const auto& [values, leaf] : leaves) {
      EXPECT_GE(leaf.first, 5u);
      for (std::size_t k = 0; k < values.size(); ++k)
        ASSERT_NEAR(leaf.second[k] / leaf.second.back(), values[k], 1e-9);
    }
  }
}

TEST_P(TreesOf, BatchesAndSingleRowsGiveTheSameBits) {
  const Problem problem = continuous_problem(GetParam(), 9);
  const model::Forest forest = fit_forest(problem, small_forest(12));
  const std::vector<double> expected = predict_all(forest, problem);
  std::vector<double> one(forest.n_outputs);
  for (std::size_t i = 0; i < problem.n(); ++i) {
    model::predict(forest, problem.view().range(i, i + 1), one.data());
    for (std::size_t k = 0; k < one.size(); ++k) ASSERT_EQ(one[k], expected[i * one.size() + k]);
  }
  Host host;
  const auto prepared = model::BinnedForest::prepare(forest, host.context);
  ASSERT_TRUE(prepared.ok() && prepared->has_value());
  model::BinnedForest::Scratch scratch;
  std::vector<double> batch(expected.size());
  (*prepared)->sum_trees(1, problem.view(), core::baseline_kernels(), batch.data(), scratch);
  model::sums_to_mean(forest, batch);
  EXPECT_EQ(batch, expected);
}

INSTANTIATE_TEST_SUITE_P(Tasks, TreesOf, testing::Values(0, 2, 3, 5));

TEST(WeightedTree, SplitsFourRowsAsByHand) {
  // x: 1 2 3 4, classes 0 1 1 0, weights 3 1 0 4. Gini times weight: 2 * 7 * 1 / 8 = 1.75 at the root.
  // Cut 1.5 leaves {0: 4, 1: 1}: 8 / 5 = 1.6. Cut 2.5 leaves {0: 3, 1: 1} and {0: 4}: 1.5, gain 0.25 of 8.
  // Row 3 weighs nothing: 2.5 lies on its side of the middle between 2 and 4, and 3 <= 3 goes left, so the
  // cut is 3.5. Then 1.5 takes the rest.
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.class_of = {0, 1, 1, 0};
  problem.n_classes = 2;
  problem.weights = {3, 1, 0, 4};
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{0, 0, -1, -1, -1}));
  EXPECT_EQ(tree.threshold, (std::vector<double>{3.5, 1.5, 0, 0, 0}));
  EXPECT_EQ(tree.default_left, (std::vector<std::uint8_t>{1, 1, 0, 0, 0}));
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{1, 0, 0, 1, 1, 0}));
  EXPECT_EQ(tree.split_gain, (std::vector<double>{0.03125, 0.1875, 0, 0, 0}));
}

TEST(WeightedTree, SplitsTargetsAsByHand) {
  // Targets 0 4 6 10, weights 1 0 3 1: mean 28 / 5. Cut at 3 (between 2 and 3; row 2 weighs nothing and lies
  // at the middle of 1 and 3) leaves 0 and a mean of 7.
  Problem problem = numeric_problem(1, {1, 2, 3, 4});
  problem.value_of = {0, 4, 6, 10};
  problem.weights = {1, 0, 3, 1};
  params::DecisionTree parameters;
  parameters.max_depth = 1;
  const model::Forest tree = fit_tree(problem, parameters);
  EXPECT_EQ(tree.threshold, (std::vector<double>{2.5, 0, 0}));
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{0, 7}));
  // Squared deviations: 1 * 5.6^2 + 3 * 0.4^2 + 4.4^2 = 51.2 before, 3 + 9 = 12 after; 39.2 of weight 5.
  EXPECT_NEAR(tree.split_gain[0] * gain_unit(problem), 39.2 / 5, 1e-13);
}

TEST(WeightedTree, KeepsAConstantTargetExactly) {
  for (int i = 1; i < 50; ++i) {
    Problem problem = numeric_problem(1, {1, 1, 1, 1});
    problem.value_of = {0.1 * i, 0.1 * i, 0.1 * i, 1e6};
    problem.weights = {0.3, 0.7, 0.9, 0};
    ASSERT_EQ(fit_tree(problem).leaf_values, (std::vector<double>{0.1 * i})) << i;
  }
}

TEST(WeightedTree, RowsOfWeightZeroCountForTheLimits) {
  // Without row 5 the cut 1.5 | 2 would leave one row; the second cut leaves three rows that weigh something.
  Problem problem = numeric_problem(1, {1, 1, 2, 2});
  problem.value_of = {0, 99, 5, 7};
  problem.weights = {2, 0, 1, 1};
  params::DecisionTree parameters = unlimited();
  parameters.min_samples_leaf = 2;
  EXPECT_EQ(fit_tree(problem, parameters).leaf_values, (std::vector<double>{0, 6}));
  problem = numeric_problem(1, {1, 2, 2});
  problem.value_of = {0, 5, 7};
  problem.weights = {2, 1, 1};
  EXPECT_EQ(fit_tree(problem, parameters).leaf_values, (std::vector<double>{3}));
}

TEST(WeightedTree, ATreeThatDrewRowsOfNoWeightKnowsTheWholeTable) {
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
    Problem problem = numeric_problem(1, {});
    problem.n_classes = n_classes;
    for (std::int32_t i = 0; i < 60; ++i) {
      problem.x.push_back(i);
      problem.class_of.push_back(i % std::max<std::int32_t>(1, static_cast<std::int32_t>(n_classes)));
      problem.value_of.push_back(i);
      problem.weights.push_back(i == 1 ? 1 : i == 3 ? 3 : 0);  // classes 1 and 1, or 1 and 0
    }
    params::RandomForest parameters = small_forest(40);
    parameters.max_samples = 0.05;  // three rows: most trees draw none that weighs something
    const model::Forest forest = fit_forest(problem, parameters);
    const std::vector<double> expected = n_classes == 0   ? std::vector<double>{2.5}
                                         : n_classes == 2 ? std::vector<double>{0, 1}
                                                          : std::vector<double>{0.75, 0.25, 0};
    int n_of_all = 0;
    for (std::size_t t = 0; t < forest.n_trees(); ++t) {
      ASSERT_EQ(forest.feature[static_cast<std::size_t>(forest.tree_offsets[t])], -1);
      const auto leaf = forest.leaf_values.begin() + static_cast<std::ptrdiff_t>(t * forest.n_outputs);
      n_of_all += std::equal(expected.begin(), expected.end(), leaf) ? 1 : 0;
    }
    EXPECT_GE(n_of_all, 25);
  }
}

TEST(WeightedTree, ClassWeightsMultiplySampleWeights) {
  for (const std::size_t n_classes : {std::size_t{2}, std::size_t{3}}) {
    Problem problem = medium_problem(n_classes, {true, true});
    for (std::size_t i = 0; i < problem.n(); ++i)
      if (i % 3 != 0) problem.class_of[i] = 0;  // the others are rare
    params::RandomForest parameters = small_forest(3);
    parameters.max_depth = 4;
    const model::Forest plain = fit_forest(problem, parameters);
    parameters.class_weight = params::ClassWeight::kBalanced;
    const model::Forest balanced = fit_forest(problem, parameters);
    parameters.class_weight = params::ClassWeight::kNone;
    for (std::size_t i = 0; i < problem.n(); ++i) {
      const auto count = std::count(problem.class_of.begin(), problem.class_of.end(), problem.class_of[i]);
      problem.weights[i] *=
          static_cast<double>(problem.n()) / static_cast<double>(n_classes) / static_cast<double>(count);
    }
    const model::Forest multiplied = fit_forest(problem, parameters);
    EXPECT_NE(balanced.leaf_values, plain.leaf_values);
    // Weights are rounded to 2^-52 before or after they are multiplied.
    expect_same_but_for_rounding(balanced, multiplied, 1e-13);
  }
}

TEST(WeightedTree, WeightsAndTargetsOfManyMagnitudesStayFinite) {
  for (const double large : {1e12, 1e300, std::numeric_limits<double>::max()}) {
    for (const double heavy : {1e-300, 1.0, 1e300}) {
      Problem problem = magnitudes_problem(large);
      problem.weights = {heavy, heavy / 3, heavy, heavy * 0.7, heavy, heavy * 1e-9, heavy};
      expect_magnitudes_kept(fit_tree(problem, unlimited()), problem, large);
    }
  }
}

TEST(MissingNumbers, GoWhereTheyBelong) {
  Problem problem = numeric_problem(1, {1, 2, 3, 4, kMissing, kMissing});
  problem.n_classes = 2;
  problem.class_of = {0, 0, 1, 1, 1, 1};  // as the large ones
  model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{0, -1, -1}));
  EXPECT_EQ(tree.threshold[0], 2.5);
  EXPECT_EQ(tree.default_left[0], 0);
  problem.class_of = {0, 0, 1, 1, 0, 0};  // as the small ones
  tree = fit_tree(problem);
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{0, -1, -1}));
  EXPECT_EQ(tree.threshold[0], 2.5);
  EXPECT_EQ(tree.default_left[0], 1);
  problem.class_of = {0, 0, 0, 0, 1, 1};  // as none: any number goes left
  tree = fit_tree(problem);
  EXPECT_EQ(tree.feature, (std::vector<std::int32_t>{0, -1, -1}));
  EXPECT_EQ(tree.threshold[0], std::numeric_limits<double>::max());
  EXPECT_EQ(tree.default_left[0], 0);
  EXPECT_EQ(predict_all(tree, problem), (std::vector<double>{1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1}));
}

TEST(MissingNumbers, GoRightWhereBothSidesGainTheSame) {
  // Missing rows half and half: on the right of 2.5 the right side has 3 ones of 4, on the left 3 zeros of 4.
  Problem problem = numeric_problem(1, {1, 2, 3, 4, kMissing, kMissing});
  problem.n_classes = 2;
  problem.class_of = {0, 0, 1, 1, 0, 1};
  params::DecisionTree parameters;
  parameters.max_depth = 1;
  const model::Forest tree = fit_tree(problem, parameters);
  EXPECT_EQ(tree.threshold[0], 2.5);
  EXPECT_EQ(tree.default_left[0], 0);
  EXPECT_EQ(tree.leaf_values, (std::vector<double>{1, 0, 0.25, 0.75}));
}

TEST(MissingNumbers, GoWithTheHeavierSideWhereTrainingMissedNone) {
  Problem problem = numeric_problem(1, {1, 2, 3});
  problem.value_of = {1, 5, 5};
  Problem asked = numeric_problem(1, {kMissing});
  EXPECT_EQ(predict_all(fit_tree(problem), asked), (std::vector<double>{5}));
  problem.weights = {7, 1, 2};
  EXPECT_EQ(predict_all(fit_tree(problem), asked), (std::vector<double>{1}));
}

TEST(MissingNumbers, OfWeightZeroGoWithTheHeavierSide) {
  Problem problem = numeric_problem(1, {1, 2, 3, kMissing});
  problem.value_of = {1, 5, 5, 1};
  problem.weights = {1, 1, 1, 0};
  const model::Forest tree = fit_tree(problem);
  EXPECT_EQ(tree.threshold[0], 1.5);
  EXPECT_EQ(tree.default_left[0], 0);
}

TEST(MissingNumbers, AColumnOfThemTellsNothing) {
  Problem problem = numeric_problem(1, {kMissing, kMissing, kMissing});
  problem.value_of = {1, 2, 6};
  EXPECT_EQ(fit_tree(problem).leaf_values, (std::vector<double>{3}));
  EXPECT_EQ(fit_forest(problem, small_forest(5)).feature, (std::vector<std::int32_t>{-1, -1, -1, -1, -1}));
}

}  // namespace
}  // namespace rf::trees
