// SPDX-License-Identifier: MIT
// Turns parameters into a growth plan and runs one task per tree: draw rows, grow, join in tree order. If
// there are fewer trees than threads, the threads share large nodes instead. Breiman, "Random forests"
// (2001). A tree's random numbers are named by (seed, tree) for its rows and (seed, tree, node) for its
// candidate features, so trees are the same on any number of threads. tests/unit/trees/forest_test.cpp pins
// it; tree_test.cpp pins single trees.
#include "trees/forest.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "core/mutant.hpp"
#include "core/philox.hpp"
#include "trees/bins.hpp"
#include "trees/grower.hpp"
#include "trees/histogram_splitter.hpp"
#include "trees/multi_class_splitter.hpp"
#include "trees/sample_weights.hpp"
#include "trees/tree_writer.hpp"
#include "trees/two_class_statistics.hpp"
#include "trees/value_statistics.hpp"
#include "trees/weighted_statistics.hpp"

namespace rf::trees {
namespace {

constexpr const char* kStage = "train";
/// Node numbers of a tree (up to 2 n - 1) must fit int32.
constexpr std::size_t kMaxSamples = std::size_t{1} << 30;

core::Result<> check_input(const TreeInput& input, std::size_t n_targets, std::span<const double> weights) {
  const std::size_t n = input.n_samples();
  if (n == 0)
    return core::Error{core::Code::kZeroRows, "trees: expected at least one training row, found none", {}};
  if (input.n_features() == 0)
    return core::Error{core::Code::kZeroFeatures, "trees: expected at least one feature, found none", {}};
  if (n >= kMaxSamples)
    return core::Error{core::Code::kLimitReached,
                       "trees: expected fewer than 1073741824 training rows, found " + std::to_string(n),
                       {}};
  if (n_targets != n || (!weights.empty() && weights.size() != n) || !input.read)
    return core::Error{
        core::Code::kInternal, "trees: expected one target and one weight per sample, and cells to read", {}};
  if (!weights.empty() && std::none_of(weights.begin(), weights.end(), [](double w) { return w > 0; }))
    return core::Error{core::Code::kWeightInvalid, "trees: expected a sample weight above 0, found none", {}};
  return {};
}

/// How often each tree has each row.
struct RowDraws {
  std::uint64_t n_draws = 0;
  std::optional<std::uint64_t> seed;  ///< if absent, a tree has every row once

  void draw(std::uint32_t tree, std::vector<std::uint32_t>& draws) const {
    std::fill(draws.begin(), draws.end(), seed ? 0 : 1);
    if (!seed) return;
    core::RandomStream stream(*seed, core::Purpose::kForestBootstrap, tree);
    for (std::uint64_t i = 0; i < n_draws; ++i) ++draws[static_cast<std::size_t>(stream.below(draws.size()))];
  }
};

RowDraws row_draws(const params::RandomForest& parameters, std::size_t n_samples, std::uint64_t seed) {
  if (!parameters.bootstrap) return {n_samples, std::nullopt};
  const double wanted = std::floor(parameters.max_samples * static_cast<double>(n_samples));
  return {static_cast<std::uint64_t>(std::max(1.0, wanted)), seed};
}

GrowthPlan growth_plan(const params::RandomForest& parameters, std::size_t n_features, std::size_t n_outputs,
                       std::uint64_t seed) {
  const double d = static_cast<double>(n_features);
  const params::MaxFeatures& tried = parameters.max_features;
  const double wanted = std::floor(tried.sqrt ? std::sqrt(d) : tried.fraction * d);
  GrowthPlan plan;
  plan.limits = {parameters.max_depth.value_or(UINT32_MAX), parameters.min_samples_split,
                 parameters.min_samples_leaf};
  plan.n_candidates = static_cast<std::size_t>(std::max(1.0, wanted));
  plan.seed = seed;
  plan.n_outputs = n_outputs;
  return plan;
}

GrowthPlan growth_plan(const params::DecisionTree& parameters, std::size_t n_features,
                       std::size_t n_outputs) {
  GrowthPlan plan;
  plan.limits = {parameters.max_depth.value_or(UINT32_MAX), 2,
                 RF_MUTANT(min_samples_leaf_recorded_only, parameters.min_samples_leaf, 1)};
  plan.max_leaves = parameters.max_leaves;
  plan.n_candidates = n_features;
  plan.n_outputs = n_outputs;
  return plan;
}

/// Balanced weights as in scikit-learn: n / (n_classes * rows of the class). Empty without class weights.
std::vector<double> class_weights(const model::ClassTarget& target, params::ClassWeight class_weight) {
  if (class_weight == params::ClassWeight::kNone) return {};
  std::vector<std::uint64_t> counts(target.n_classes);
  for (const std::int32_t k : target.class_of) ++counts[static_cast<std::size_t>(k)];
  std::vector<double> weights;
  for (const std::uint64_t count : counts)
    weights.push_back(static_cast<double>(target.class_of.size()) /
                      (static_cast<double>(target.n_classes) * static_cast<double>(count)));
  return weights;
}

/// Reserves memory for the row lists: every thread keeps two lists of entries and the numbers of draws of its
/// tree's rows, and all threads share the weights.
template <class Splitter>
core::Result<core::Reservation> hold_row_lists(const Bins& bins, core::Context& context) {
  constexpr std::uint64_t kBytes = 2 * sizeof(typename Splitter::Entry) + sizeof(std::uint32_t);
  constexpr std::uint64_t kSharedBytes = Splitter::kIsWeighted ? 2 * sizeof(std::int64_t) : 0;
  return core::Reservation::of(context.budget,
                               (kBytes * context.workers.n_threads() + kSharedBytes) * bins.n_rows(),
                               "the threads' row lists");
}

template <class Splitter>
core::Result<model::Forest> grow_forest(const Bins& bins, const Splitter& splitter, const GrowthPlan& plan,
                                        const RowDraws& draws, std::uint32_t n_trees,
                                        core::Context& context) {
  struct TreeScratch {
    Grower<Splitter> grower;
    std::vector<std::uint32_t> draws;
  };
  std::vector<std::unique_ptr<TreeScratch>> scratch(context.workers.n_threads());
  RF_ASSIGN(const core::Reservation memory, hold_row_lists<Splitter>(bins, context));
  TreeJoiner joiner(n_trees, context.budget);
  const RowsDone check = [&](std::size_t) { return context.monitor.check(); };
  const auto grow_tree = [&](std::size_t tree, std::uint32_t slot) -> core::Result<> {
    if (!scratch[slot])
      scratch[slot] = std::make_unique<TreeScratch>(
          TreeScratch{Grower<Splitter>(bins, splitter, plan), std::vector<std::uint32_t>(bins.n_rows())});
    const std::uint32_t number = static_cast<std::uint32_t>(tree);
    draws.draw(number, scratch[slot]->draws);
    RF_ASSIGN(model::Forest grown, scratch[slot]->grower.grow(scratch[slot]->draws, number, check));
    return joiner.add(tree, std::move(grown));
  };
  if (n_trees >= context.workers.n_threads()) {
    RF_TRY(context.workers.run(n_trees, grow_tree, context.monitor, kStage));
    return std::move(joiner).finish();
  }
  scratch[0] = std::make_unique<TreeScratch>(TreeScratch{
      Grower<Splitter>(bins, splitter, plan, &context.workers), std::vector<std::uint32_t>(bins.n_rows())});
  for (std::size_t tree = 0; tree < n_trees; ++tree) {
    RF_TRY(grow_tree(tree, 0));
    RF_TRY(context.monitor.report(kStage, tree + 1, n_trees));
  }
  return std::move(joiner).finish();
}

/// Grows one tree of all rows. The threads share large nodes. Reports whole percents of the rows that reached
/// their leaf.
template <class Splitter>
core::Result<model::Forest> grow_tree(const Bins& bins, const Splitter& splitter, const GrowthPlan& plan,
                                      core::Context& context) {
  std::uint64_t reported = 0;
  const RowsDone report = [&](std::size_t rows_done) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const std::uint64_t percent = std::uint64_t{100} * rows_done / bins.n_rows();
    if (percent == reported) return {};
    reported = percent;
    return context.monitor.report(kStage, percent, 100);
  };
  Grower<Splitter> grower(bins, splitter, plan, &context.workers);
  return grower.grow(std::vector<std::uint32_t>(bins.n_rows(), 1), 0, report);
}

/// Calls use(splitter) with the splitter that fits the number of classes and whether rows have weights.
template <class Use>
core::Result<model::Forest> with_splitter(const Bins& bins, const model::ClassTarget& target,
                                          const SplitLimits& limits, std::span<const double> class_weight,
                                          Use use) {
  const std::vector<std::int64_t> weights = quantise_weights(target.sample_weight);
  if (target.n_classes == 2) {
    const double weight0 = class_weight.empty() ? 1 : class_weight[0];
    const double weight1 = class_weight.empty() ? 1 : class_weight[1];
    if (weights.empty())
      return use(HistogramSplitter(bins, limits, TwoClassStatistics(target.class_of, weight0, weight1)));
    return use(HistogramSplitter(bins, limits,
                                 WeightedTwoClassStatistics(target.class_of, weights, weight0, weight1)));
  }
  if (weights.empty())
    return use(
        MultiClassSplitter<std::uint32_t>(bins, limits, target.class_of, target.n_classes, class_weight));
  return use(MultiClassSplitter<std::uint64_t>(bins, limits, target.class_of, target.n_classes, class_weight,
                                               weights));
}

/// As above for squared error. A tree has at most `n_draws` rows.
template <class Use>
core::Result<model::Forest> with_splitter(const Bins& bins, const model::ValueTarget& target,
                                          const SplitLimits& limits, std::uint64_t n_draws, Use use) {
  const QuantisedTargets targets = quantise_targets(target.value_of, n_draws);
  const std::vector<std::int64_t> weights = quantise_weights(target.sample_weight);
  if (weights.empty()) return use(HistogramSplitter(bins, limits, ValueStatistics(target.value_of, targets)));
  const WeightedTargets weighted = weigh_targets(targets, weights);
  return use(
      HistogramSplitter(bins, limits, WeightedValueStatistics(target.value_of, weights, targets, weighted)));
}

}  // namespace

core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ClassTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context) {
  RF_TRY(check_input(input, target.class_of.size(), target.sample_weight));
  RF_ASSIGN(const Bins bins, make_bins(input, parameters.max_bins, context, MissingCells::kOwnBin));
  const GrowthPlan plan = growth_plan(parameters, input.n_features(), target.n_classes, seed);
  const RowDraws draws = row_draws(parameters, input.n_samples(), seed);
  const std::vector<double> weights = class_weights(target, parameters.class_weight);
  return with_splitter(bins, target, plan.limits, weights, [&](const auto& splitter) {
    return grow_forest(bins, splitter, plan, draws, parameters.n_estimators, context);
  });
}

core::Result<model::Forest> fit_random_forest(const TreeInput& input, const model::ValueTarget& target,
                                              const params::RandomForest& parameters, std::uint64_t seed,
                                              core::Context& context) {
  RF_TRY(check_input(input, target.value_of.size(), target.sample_weight));
  RF_ASSIGN(const Bins bins, make_bins(input, parameters.max_bins, context, MissingCells::kOwnBin));
  const GrowthPlan plan = growth_plan(parameters, input.n_features(), 1, seed);
  const RowDraws draws = row_draws(parameters, input.n_samples(), seed);
  return with_splitter(bins, target, plan.limits, draws.n_draws, [&](const auto& splitter) {
    return grow_forest(bins, splitter, plan, draws, parameters.n_estimators, context);
  });
}

core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ClassTarget& target,
                                              const params::DecisionTree& parameters,
                                              core::Context& context) {
  RF_TRY(check_input(input, target.class_of.size(), target.sample_weight));
  RF_ASSIGN(const Bins bins, make_bins(input, parameters.max_bins, context, MissingCells::kOwnBin));
  const GrowthPlan plan = growth_plan(parameters, input.n_features(), target.n_classes);
  return with_splitter(bins, target, plan.limits, {},
                       [&](const auto& splitter) { return grow_tree(bins, splitter, plan, context); });
}

core::Result<model::Forest> fit_decision_tree(const TreeInput& input, const model::ValueTarget& target,
                                              const params::DecisionTree& parameters,
                                              core::Context& context) {
  RF_TRY(check_input(input, target.value_of.size(), target.sample_weight));
  RF_ASSIGN(const Bins bins, make_bins(input, parameters.max_bins, context, MissingCells::kOwnBin));
  const GrowthPlan plan = growth_plan(parameters, input.n_features(), 1);
  return with_splitter(bins, target, plan.limits, input.n_samples(),
                       [&](const auto& splitter) { return grow_tree(bins, splitter, plan, context); });
}

}  // namespace rf::trees
