// SPDX-License-Identifier: MIT
// Gradient boosting: against the naive twin, by hand, on extreme inputs, for any number of threads, and what
// progress and cancelling look like.
#include <atomic>

#include "unit/trees/boosting_support.hpp"

namespace rf::trees {
namespace {

std::string difference(const BoostingTwin& twin, const model::Boosting& model) {
  const model::Forest& trees = model.trees;
  if (twin.base_scores != model.base_scores) return "base scores";
  if (twin.nodes.size() != trees.feature.size())
    return "nodes: " + std::to_string(twin.nodes.size()) + " and " + std::to_string(trees.feature.size());
  for (std::size_t i = 0; i < twin.nodes.size(); ++i) {
    const BoostingTwin::Node& node = twin.nodes[i];
    const std::string where = "node " + std::to_string(i) + ": ";
    if (node.feature != trees.feature[i]) return where + "feature";
    if (node.threshold != trees.threshold[i]) return where + "threshold";
    if (node.gain != trees.split_gain[i]) return where + "gain";
    if (node.default_left != (trees.default_left[i] != 0)) return where + "default_left";
    if (node.feature < 0 && node.leaf != trees.leaf_values[static_cast<std::size_t>(trees.leaf[i])])
      return where + "leaf value";
    for (std::size_t level = 0; level < node.level_goes_left.size(); ++level)
      if (node.level_goes_left[level] != level_goes_left(trees, i, static_cast<std::int32_t>(level)))
        return where + "level " + std::to_string(level);
  }
  return "";
}

TEST(Boosting, EqualsTheNaiveTwinOnRandomProblems) {
  std::size_t n_splits = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    ProblemSource source(seed);
    const BoostingProblem problem = source.next();
    const params::GradientBoosting parameters = source.parameters();
    const bool is_narrow = seed % 3 == 0;
    const BoostingTwin twin(problem, parameters, seed, is_narrow);
    Host host;
    BoostingLimits limits;
    if (is_narrow) limits.narrow_from_rows = 1;
    const BoostingFit fit = fit_boosting(problem, parameters, host, seed, limits);
    ASSERT_EQ(difference(twin, fit.model), "") << "problem " << seed << " of " << problem.n() << " rows";

    std::vector<double> scores(problem.n() * fit.model.n_scores());
    model::Boosting raw = fit.model;
    raw.link = raw.n_scores() == 1 ? model::Link::kIdentity : model::Link::kDecision;
    model::predict(raw, problem.view(), core::baseline_kernels(), scores.data());
    for (std::size_t i = 0; i < problem.n(); ++i)
      for (std::size_t k = 0; k < raw.n_scores(); ++k)
        ASSERT_EQ(scores[i * raw.n_scores() + k], twin.scores[k][i]) << "problem " << seed << ", row " << i;
    n_splits += fit.model.trees.feature.size() - fit.model.trees.leaf_values.size();
  }
  EXPECT_GT(n_splits, 3000u);
}

/// n rows of d columns, some missing, one a category; the label follows two of them.
BoostingProblem large_problem(std::size_t n, std::size_t d, std::size_t n_classes) {
  core::RandomStream stream(5, core::Purpose::kForestFeatures);
  BoostingProblem problem;
  problem.n_features = d;
  problem.n_levels.assign(d, 0);
  problem.n_levels[1] = 12;
  problem.n_classes = n_classes;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t first = problem.x.size();
    for (std::size_t f = 0; f < d; ++f)
      problem.x.push_back(f == 1 ? static_cast<double>(stream.below(12)) : stream.uniform());
    const double score =
        problem.x[first] + 0.1 * problem.x[first + 1] + problem.x[first + 2] * stream.uniform();
    if (stream.below(10) == 0) problem.x[first] = std::numeric_limits<double>::quiet_NaN();
    if (n_classes == 0)
      problem.value_of.push_back(score);
    else
      problem.class_of.push_back(
          std::min(static_cast<std::int32_t>(score * static_cast<double>(n_classes) / 3),
                   static_cast<std::int32_t>(n_classes) - 1));
  }
  return problem;
}

TEST(Boosting, SameBitsForEveryNumberOfThreads) {
  for (const std::size_t n_classes : {0u, 2u, 4u}) {
    // Enough rows that nodes are split by all threads at once, and leaves ahead of their turn.
    const BoostingProblem problem = large_problem(90'000, 14, n_classes);
    params::GradientBoosting parameters;
    parameters.n_estimators = 3;
    const BoostingFit alone = fit_boosting(problem, parameters);
    EXPECT_GT(alone.model.trees.feature.size(), 100u);
    for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
      Host host(n_threads);
      EXPECT_TRUE(same_boosting(alone.model, fit_boosting(problem, parameters, host).model))
          << n_classes << " classes, " << n_threads << " threads";
    }
  }
}

TEST(Boosting, SameBitsWithSamplesAndEarlyStopping) {
  const BoostingProblem problem = large_problem(90'000, 14, 2);
  params::GradientBoosting parameters;
  parameters.n_estimators = 4;
  parameters.subsample = 0.9;
  parameters.colsample = 0.95;
  parameters.early_stopping_rounds = 2;
  const BoostingFit alone = fit_boosting(problem, parameters);
  for (const std::uint32_t n_threads : {2u, 7u}) {
    Host host(n_threads);
    const BoostingFit fit = fit_boosting(problem, parameters, host);
    EXPECT_TRUE(same_boosting(alone.model, fit.model)) << n_threads << " threads";
    EXPECT_EQ(alone.held_out_loss, fit.held_out_loss);
  }
}

TEST(Boosting, FewHistogramsGiveTheSameTrees) {
  const BoostingProblem problem = large_problem(6'000, 40, 2);
  params::GradientBoosting parameters;
  parameters.n_estimators = 2;
  parameters.max_leaves = 200;
  parameters.min_samples_leaf = 2;
  for (const std::size_t narrow_from_rows : {kNarrowFromRows, std::size_t{1}}) {
    Host plenty;
    const BoostingFit fit = fit_boosting(problem, parameters, plenty, 1, {narrow_from_rows, kPoolBytes});
    EXPECT_EQ(fit.model.trees.leaf_values.size(), 400u);
    for (const std::uint32_t n_threads : {1u, 3u}) {
      Host little(n_threads);
      const BoostingFit same = fit_boosting(problem, parameters, little, 1, {narrow_from_rows, 0});
      EXPECT_TRUE(same_boosting(fit.model, same.model)) << n_threads << " threads";
    }
  }
}

TEST(Boosting, OneSplitByHand) {
  // Four rows, labels 0 0 0 1: base score log(1/3), p = 1/4, gradients 1/4 1/4 1/4 -3/4, hessians 3/16.
  BoostingProblem problem;
  problem.n_features = 1;
  problem.n_levels = {0};
  problem.x = {1, 2, 3, 4};
  problem.class_of = {0, 0, 0, 1};
  problem.n_classes = 2;
  params::GradientBoosting parameters;
  parameters.n_estimators = 1;
  parameters.learning_rate = 0.5;
  parameters.l2 = 0;
  parameters.max_leaves = 2;
  parameters.min_samples_leaf = 1;
  const model::Boosting model = fit_boosting(problem, parameters).model;
  EXPECT_NEAR(model.base_scores[0], -1.0986122886681098, 1e-15);
  EXPECT_EQ(model.trees.threshold[0], 3.5);
  // Left: -G/H = -(3/4)/(9/16) = -4/3; right: (3/4)/(3/16) = 4; times the learning rate. Gradients are
  // rounded to 2^-50, hence the tolerance.
  EXPECT_NEAR(model.trees.leaf_values[0], -2.0 / 3, 1e-12);
  EXPECT_NEAR(model.trees.leaf_values[1], 2.0, 1e-12);
  // Gain: (3/4)^2/(9/16) + (3/4)^2/(3/16) - 0 = 1 + 3.
  EXPECT_NEAR(model.trees.split_gain[0], 4.0, 1e-12);
}

TEST(Boosting, MissingNumbersGoWhereTheyGainMore) {
  // Missing rows have the labels of large values.
  BoostingProblem problem;
  problem.n_features = 1;
  problem.n_levels = {0};
  problem.n_classes = 2;
  for (int i = 0; i < 40; ++i) {
    problem.x.push_back(i % 4 == 3 ? std::numeric_limits<double>::quiet_NaN() : i % 4);
    problem.class_of.push_back(i % 4 >= 2 ? 1 : 0);
  }
  params::GradientBoosting parameters;
  parameters.min_samples_leaf = 1;
  parameters.n_estimators = 5;
  const model::Boosting right = fit_boosting(problem, parameters).model;
  EXPECT_EQ(right.trees.threshold[0], 1.5);
  EXPECT_EQ(right.trees.default_left[0], 0);
  for (std::int32_t& k : problem.class_of) k = 1 - k;
  for (double& x : problem.x) x = -x;
  const model::Boosting left = fit_boosting(problem, parameters).model;
  EXPECT_EQ(left.trees.threshold[0], -1.5);
  EXPECT_EQ(left.trees.default_left[0], 1);
}

TEST(Boosting, MissingOrNotIsASplit) {
  BoostingProblem problem;
  problem.n_features = 1;
  problem.n_levels = {0};
  problem.n_classes = 2;
  for (int i = 0; i < 60; ++i) {
    problem.x.push_back(i % 2 == 0 ? std::numeric_limits<double>::quiet_NaN() : 1);
    problem.class_of.push_back(i % 2);
  }
  const model::Boosting model = fit_boosting(problem).model;
  EXPECT_EQ(model.trees.threshold[0], std::numeric_limits<double>::max());
  const std::vector<double> proba = predict_all(model, problem);
  EXPECT_GT(proba[0], 0.99);
  EXPECT_GT(proba[3], 0.99);
}

TEST(Boosting, AThousandClasses) {
  BoostingProblem problem;
  problem.n_features = 2;
  problem.n_levels = {0, 0};
  problem.n_classes = 1000;
  for (int i = 0; i < 3000; ++i) {
    problem.x.insert(problem.x.end(),
                     {static_cast<double>(i % 1000 / 32), static_cast<double>(i % 1000 % 32)});
    problem.class_of.push_back(i % 1000);
  }
  params::GradientBoosting parameters;
  parameters.n_estimators = 2;
  parameters.min_samples_leaf = 1;
  const model::Boosting model = fit_boosting(problem, parameters).model;
  EXPECT_EQ(model.trees.n_trees(), 2000u);
  const std::vector<double> proba = predict_all(model, problem);
  std::size_t n_right = 0;
  for (std::size_t i = 0; i < problem.n(); ++i) {
    const auto row = proba.begin() + static_cast<std::ptrdiff_t>(i * 1000);
    n_right += std::max_element(row, row + 1000) - row == problem.class_of[i];
  }
  EXPECT_GT(n_right, 2900u);
}

TEST(Boosting, TargetsOfAnySizeTrainAlike) {
  BoostingProblem problem = large_problem(500, 4, 0);
  params::GradientBoosting parameters;
  parameters.n_estimators = 20;
  const std::vector<double> plain = predict_all(fit_boosting(problem, parameters).model, problem);
  for (const double scale : {0x1p-900, 0x1p900}) {
    BoostingProblem scaled = problem;
    for (double& y : scaled.value_of) y *= scale;
    const std::vector<double> out = predict_all(fit_boosting(scaled, parameters).model, problem);
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], plain[i] * scale);
  }
}

TEST(Boosting, ConstantTargetsNeedOneTreeWithoutSplit) {
  BoostingProblem problem = large_problem(200, 3, 0);
  problem.value_of.assign(200, 42.5);
  const BoostingFit fit = fit_boosting(problem);
  EXPECT_EQ(fit.n_rounds, 1u);
  EXPECT_EQ(fit.model.trees.feature.size(), 1u);
  for (const double y : predict_all(fit.model, problem)) EXPECT_EQ(y, 42.5);
}

TEST(Boosting, EarlyStoppingKeepsTheBestRounds) {
  BoostingProblem problem = large_problem(600, 4, 2);
  core::RandomStream stream(3, core::Purpose::kForestFeatures);
  for (std::int32_t& k : problem.class_of) k = stream.below(10) < 3 ? 1 - k : k;  // noise to overfit
  params::GradientBoosting parameters;
  parameters.n_estimators = 300;
  parameters.early_stopping_rounds = 5;
  const BoostingFit fit = fit_boosting(problem, parameters);
  EXPECT_TRUE(fit.stopped_early);
  EXPECT_LT(fit.n_rounds, 200u);
  EXPECT_EQ(fit.model.trees.n_trees(), fit.n_rounds);
  ASSERT_TRUE(fit.held_out_loss.has_value());

  // The loss is that of the kept trees on the held-out rows.
  auto rows = hold_out(problem.classes(), parameters, 1);
  ASSERT_TRUE(rows.ok());
  const std::vector<double> proba = predict_all(fit.model, problem);
  double loss = 0;
  for (const core::Sample row : rows->held_out)
    loss -= core::log(proba[number_of(row) * 2 + static_cast<std::size_t>(problem.class_of[number_of(row)])]);
  EXPECT_NEAR(loss / static_cast<double>(rows->held_out.size()), *fit.held_out_loss, 1e-12);

  // More rounds than the kept ones change nothing of them.
  parameters.early_stopping_rounds = 50;
  const BoostingFit later = fit_boosting(problem, parameters);
  EXPECT_GE(later.n_rounds, fit.n_rounds);
  EXPECT_TRUE(std::equal(fit.model.trees.threshold.begin(), fit.model.trees.threshold.end(),
                         later.model.trees.threshold.begin()));
}

struct Reports {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen;
  std::uint64_t stop_at = UINT64_MAX;
};
std::int32_t note(void* user, const char*, std::uint64_t done, std::uint64_t total) {
  auto& reports = *static_cast<Reports*>(user);
  reports.seen.push_back({done, total});
  return done >= reports.stop_at;
}

TEST(Boosting, AHeldOutLossBeyondTheRangeOfNumbersIsLeftOut) {
  BoostingProblem problem = numeric_problem(1, {});
  for (std::size_t i = 0; i < 100; ++i) {
    problem.x.push_back(static_cast<double>(i));
    problem.value_of.push_back(i % 2 == 0 ? 1e300 : -1e300);
  }
  params::GradientBoosting parameters;
  parameters.n_estimators = 3;
  parameters.early_stopping_rounds = 2;
  EXPECT_FALSE(fit_boosting(problem, parameters).held_out_loss.has_value());
}

TEST(Boosting, ProgressCountsTreesTheSameWayForAnyNumberOfThreads) {
  const BoostingProblem problem = large_problem(90'000, 12, 3);
  params::GradientBoosting parameters;
  parameters.n_estimators = 2;
  Reports first;
  for (const std::uint32_t n_threads : {1u, 3u}) {
    Reports reports;
    core::MonitorHooks hooks;
    hooks.user = &reports;
    hooks.progress = note;
    Host host(n_threads, hooks);
    fit_boosting(problem, parameters, host);
    if (n_threads == 1) first = reports;
    EXPECT_EQ(reports.seen, first.seen);
  }
  ASSERT_EQ(first.seen.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_EQ(first.seen[i], std::pair(std::uint64_t{i + 1}, std::uint64_t{6}));
}

TEST(Boosting, CancelAnswersFromProgressAndFlag) {
  const BoostingProblem problem = large_problem(40'000, 30, 2);
  for (const std::uint32_t n_threads : {1u, 3u}) {
    Reports reports;
    reports.stop_at = 2;
    core::MonitorHooks hooks;
    hooks.user = &reports;
    hooks.progress = note;
    Host host(n_threads, hooks);
    auto fit = fit_gradient_boosting(problem.input(), problem.classes(), {}, 1, host.context);
    ASSERT_FALSE(fit.ok());
    EXPECT_EQ(fit.error().code, core::Code::kCancelled);
    EXPECT_EQ(reports.seen.size(), 2u);

    const std::atomic<bool> cancel = true;
    core::MonitorHooks flagged;
    flagged.cancel = &cancel;
    Host stopped(n_threads, flagged);
    auto none = fit_gradient_boosting(problem.input(), problem.classes(), {}, 1, stopped.context);
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().code, core::Code::kCancelled);
  }
}

TEST(Boosting, RefusesWhatItCannotTrainOn) {
  BoostingProblem problem = large_problem(10, 3, 2);
  Host host;
  auto wrong = problem;
  wrong.x.clear();
  wrong.class_of.clear();
  auto fit = fit_gradient_boosting(wrong.input(), wrong.classes(), {}, 1, host.context);
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().code, core::Code::kZeroRows);

  params::GradientBoosting parameters;
  parameters.early_stopping_rounds = 3;
  parameters.early_stopping_fraction = 0.01;
  auto none = fit_gradient_boosting(problem.input(), problem.classes(), parameters, 1, host.context);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, core::Code::kParameterOutOfRange);
}

}  // namespace
}  // namespace rf::trees
