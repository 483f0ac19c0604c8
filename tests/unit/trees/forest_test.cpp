// SPDX-License-Identifier: MIT
// Forests: every tree against the naive twin with the same draws, what each parameter does, threads,
// progress.
#include <cmath>

#include "trees/candidate_features.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {
namespace {

/// 60 to 100 rows, six columns (two of them constant, one a category), labels that follow three columns.
Problem mixed_problem(std::uint64_t seed, std::size_t n_classes) {
  core::RandomStream stream(seed, core::Purpose::kForestBootstrap);
  Problem problem;
  problem.n_features = 6;
  problem.n_levels = {0, 0, 0, 0, 5, 0};
  problem.n_classes = n_classes;
  const std::size_t n = 60 + static_cast<std::size_t>(stream.below(41));
  for (std::size_t i = 0; i < n; ++i) {
    const std::int32_t a = static_cast<std::int32_t>(stream.below(30));
    const std::int32_t b = static_cast<std::int32_t>(stream.below(10));
    const std::int32_t c = static_cast<std::int32_t>(stream.below(5));
    const std::int32_t noise = static_cast<std::int32_t>(stream.below(4));
    problem.x.insert(problem.x.end(),
                     {4, a * 0.25, 0, b - 5.0, c * 1.0, static_cast<double>(stream.below(60))});
    const std::int32_t y = a / 10 + (b > 4) + (c == 2) + noise / 3;
    problem.class_of.push_back(n_classes == 0 ? 0 : y % static_cast<std::int32_t>(n_classes));
    problem.value_of.push_back(y);
  }
  return problem;
}

std::vector<std::uint32_t> bootstrap(std::size_t n, std::size_t n_draws, std::uint64_t seed,
                                     std::uint32_t tree) {
  std::vector<std::uint32_t> draws(n);
  core::RandomStream stream(seed, core::Purpose::kForestBootstrap, tree);
  for (std::size_t i = 0; i < n_draws; ++i) ++draws[stream.below(n)];
  return draws;
}

params::RandomForest small_forest(std::uint32_t n_trees) {
  params::RandomForest parameters;
  parameters.n_estimators = n_trees;
  return parameters;
}

void expect_twin(const Problem& problem, const params::RandomForest& parameters, Twin::Options options,
                 std::size_t n_draws, std::uint64_t seed) {
  options.max_depth = parameters.max_depth.value_or(UINT32_MAX);
  options.min_samples_split = parameters.min_samples_split;
  options.min_samples_leaf = parameters.min_samples_leaf;
  options.random_order = true;
  options.seed = seed;
  const model::Forest forest = fit_forest(problem, parameters, seed);
  ASSERT_EQ(forest.n_trees(), parameters.n_estimators);
  for (std::uint32_t tree = 0; tree < parameters.n_estimators; ++tree) {
    SCOPED_TRACE("tree " + std::to_string(tree));
    options.tree = tree;
    const std::vector<std::uint32_t> draws = parameters.bootstrap
                                                 ? bootstrap(problem.n(), n_draws, seed, tree)
                                                 : std::vector<std::uint32_t>(problem.n(), 1);
    expect_same_tree(forest, tree, Twin(problem, draws, options), problem);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(RandomForest, AgreesWithTheNaiveTwinTreeByTree) {
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{5}}) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      SCOPED_TRACE("classes " + std::to_string(n_classes) + ", seed " + std::to_string(seed));
      const Problem problem = mixed_problem(seed, n_classes);
      Twin::Options options;
      options.n_candidates = 2;  // floor(sqrt(6)); drawn on while constant
      expect_twin(problem, small_forest(4), options, problem.n(), seed);
      params::RandomForest parameters = small_forest(3);
      parameters.max_features = {false, 0.5};
      parameters.max_samples = 0.7;
      parameters.min_samples_split = 9;
      parameters.min_samples_leaf = 3;
      parameters.max_depth = 6;
      options.n_candidates = 3;
      expect_twin(problem, parameters, options,
                  static_cast<std::size_t>(std::floor(0.7 * static_cast<double>(problem.n()))), seed);
      parameters.bootstrap = false;
      parameters.max_features = {false, 0.01};
      options.n_candidates = 1;
      expect_twin(problem, parameters, options, 0, seed);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(RandomForest, HasTheSameBitsForEveryNumberOfThreads) {
  for (const std::size_t n_classes : {std::size_t{0}, std::size_t{2}, std::size_t{5}}) {
    const Problem problem = mixed_problem(3, n_classes);
    const model::Forest one = fit_forest(problem, small_forest(20), 9);
    for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
      Host host(n_threads);
      ASSERT_TRUE(same_forest(fit_forest(problem, small_forest(20), 9, host), one))
          << n_threads << " threads";
    }
  }
}

TEST(RandomForest, ChangesWithTheSeed) {
  const Problem problem = mixed_problem(3, 2);
  EXPECT_TRUE(same_forest(fit_forest(problem, small_forest(3), 1), fit_forest(problem, small_forest(3), 1)));
  EXPECT_FALSE(same_forest(fit_forest(problem, small_forest(3), 1), fit_forest(problem, small_forest(3), 2)));
  EXPECT_FALSE(same_forest(fit_forest(problem, small_forest(3), 1),
                           fit_forest(problem, small_forest(3), 1 + (std::uint64_t{1} << 32))));
}

TEST(RandomForest, WithMoreTreesKeepsTheFirstOnes) {
  const Problem problem = mixed_problem(4, 2);
  const model::Forest few = fit_forest(problem, small_forest(3));
  const model::Forest many = fit_forest(problem, small_forest(5));
  const std::size_t n = few.feature.size();
  EXPECT_EQ(
      std::vector<std::int32_t>(many.feature.begin(), many.feature.begin() + static_cast<std::ptrdiff_t>(n)),
      few.feature);
  EXPECT_EQ(
      std::vector<double>(many.threshold.begin(), many.threshold.begin() + static_cast<std::ptrdiff_t>(n)),
      few.threshold);
}

TEST(RandomForest, EveryParameterMatters) {
  const Problem problem = mixed_problem(5, 2);
  const model::Forest base = fit_forest(problem, small_forest(5));
  const auto differs = [&](auto change) {
    params::RandomForest parameters = small_forest(5);
    change(parameters);
    return !same_forest(fit_forest(problem, parameters), base);
  };
  EXPECT_TRUE(differs([](auto& p) { p.max_depth = 3; }));
  EXPECT_TRUE(differs([](auto& p) { p.min_samples_split = 10; }));
  EXPECT_TRUE(differs([](auto& p) { p.min_samples_leaf = 4; }));
  EXPECT_TRUE(differs([](auto& p) { p.max_features = {false, 1.0}; }));
  EXPECT_TRUE(differs([](auto& p) { p.bootstrap = false; }));
  EXPECT_TRUE(differs([](auto& p) { p.max_samples = 0.5; }));
  EXPECT_TRUE(differs([](auto& p) { p.max_bins = 4; }));
  EXPECT_TRUE(differs([](auto& p) { p.class_weight = params::ClassWeight::kBalanced; }));
}

/// Rows of class 0 once, of the other classes as often as makes all classes equally frequent.
Problem rare_class_problem(std::size_t n_classes, bool repeat_rows) {
  core::RandomStream stream(8, core::Purpose::kForestBootstrap);
  Problem problem = numeric_problem(3, {});
  problem.n_classes = n_classes;
  for (std::size_t i = 0; i < 80; ++i) {
    const std::int32_t k = i < 40       ? 0
                           : i % 4 != 0 ? 0
                                        : static_cast<std::int32_t>(1 + i / 4 % (n_classes - 1));
    const double a = stream.uniform() + 0.4 * k, b = stream.uniform(), c = stream.uniform() - 0.3 * k;
    // 70 of class 0 and 10 others among n_classes - 1 classes.
    const std::size_t copies = k == 0 || !repeat_rows ? 1 : 7 * (n_classes - 1);
    for (std::size_t copy = 0; copy < copies; ++copy) {
      problem.x.insert(problem.x.end(), {a, b, c});
      problem.class_of.push_back(k);
    }
  }
  return problem;
}

TEST(RandomForest, BalancedWeightsActLikeRepeatedRows) {
  for (const std::size_t n_classes : {std::size_t{2}, std::size_t{3}}) {
    params::RandomForest parameters = small_forest(1);
    parameters.bootstrap = false;
    parameters.max_features = {false, 1.0};
    parameters.max_depth = 3;
    const model::Forest repeated = fit_forest(rare_class_problem(n_classes, true), parameters);
    const model::Forest plain = fit_forest(rare_class_problem(n_classes, false), parameters);
    parameters.class_weight = params::ClassWeight::kBalanced;
    const model::Forest balanced = fit_forest(rare_class_problem(n_classes, false), parameters);
    EXPECT_NE(plain.leaf_values, repeated.leaf_values);
    // Weights are fractions here and counts there.
    expect_same_but_for_rounding(balanced, repeated, 1e-14);
  }
}

TEST(RandomForest, DrawsAtLeastOneRow) {
  const Problem problem = mixed_problem(5, 2);
  params::RandomForest parameters = small_forest(4);
  parameters.max_samples = 1e-6;
  EXPECT_EQ(fit_forest(problem, parameters).feature, (std::vector<std::int32_t>{-1, -1, -1, -1}));
}

TEST(RandomForest, OfOneRowPredictsIt) {
  Problem problem = numeric_problem(2, {1, 2});
  problem.value_of = {-3.5};
  EXPECT_EQ(predict_all(fit_forest(problem, small_forest(8)), problem), (std::vector<double>{-3.5}));
}

TEST(RandomForest, StaysInRangeWhenTargetsSpanManyMagnitudes) {
  for (const double large : {1e12, 1e300}) {
    Problem problem = mixed_problem(6, 0);
    for (std::size_t i = 0; i < problem.n(); ++i)
      problem.value_of[i] = i % 7 == 0 ? large : i % 11 == 0 ? -large : problem.value_of[i] * 1e-3;
    const model::Forest forest = fit_forest(problem, small_forest(30));
    for (const double value : predict_all(forest, problem)) ASSERT_LE(std::abs(value), large);
    for (const double gain : forest.split_gain) ASSERT_TRUE(std::isfinite(gain) && gain >= 0);
  }
}

TEST(RandomForest, ReportsEachTreeAndStopsWhenAsked) {
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
    EXPECT_EQ(total, 6u);
    s.done.push_back(done);
    return done >= s.stop_at ? 1 : 0;
  };
  const Problem problem = mixed_problem(2, 2);
  for (const std::uint32_t n_threads : {1u, 3u}) {
    seen = {};
    Host host(n_threads, hooks);
    fit_forest(problem, small_forest(6), 1, host);
    EXPECT_EQ(seen.done, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
    seen.stop_at = 2;
    const auto stopped =
        fit_random_forest(problem.input(), problem.classes(), small_forest(6), 1, host.context);
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, core::Code::kCancelled);
  }
}

TEST(CandidateFeatures, AreDistinctAndNamedByTreeAndNodeAlone) {
  CandidateFeatures all(7, 5);
  CandidateFeatures some(7, 5);
  for (std::uint32_t node = 0; node < 20; ++node) {
    all.begin(3, node);
    some.begin(2, node);
    some.next();  // draws for another node leave no trace
    some.begin(3, node);
    std::set<std::int32_t> seen;
    for (std::size_t i = 0; i < 7; ++i) {
      const std::int32_t feature = all.next();
      seen.insert(feature);
      ASSERT_EQ(some.next(), feature);
    }
    ASSERT_EQ(seen.size(), 7u);
  }
}

TEST(CandidateFeatures, ComeFirstEquallyOften) {
  CandidateFeatures candidates(4, 11);
  std::vector<int> first(4);
  for (std::uint32_t node = 0; node < 4000; ++node) {
    candidates.begin(0, node);
    ++first[static_cast<std::size_t>(candidates.next())];
  }
  for (const int count : first) EXPECT_NEAR(count, 1000, 137);  // five standard deviations
}

TEST(CandidateFeatures, ComeInOrderWithoutASeed) {
  CandidateFeatures candidates(3, std::nullopt);
  for (std::uint32_t node = 0; node < 2; ++node) {
    candidates.begin(0, node);
    EXPECT_EQ(candidates.next(), 0);
    EXPECT_EQ(candidates.next(), 1);
  }
}

}  // namespace
}  // namespace rf::trees
