// SPDX-License-Identifier: MIT
// The rounds: gradients, trees, scores, and when to stop. Each random choice has its own stream, named by
// (seed, purpose, round or tree). tests/unit/trees/boosting_test.cpp pins it and compares with the naive
// implementation in boosting_support.hpp.
#include "trees/boosting.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/blocks.hpp"
#include "core/messages.hpp"
#include "core/philox.hpp"
#include "trees/boosting_loss.hpp"
#include "trees/boosting_sample.hpp"
#include "trees/boosting_tree.hpp"
#include "trees/tree_writer.hpp"

namespace rf::trees {
namespace {

constexpr const char* kBoostingStage = "train";
/// A task updates the scores of this many rows. They stay in the second-level cache.
constexpr std::size_t kScoreRows = 4 * core::kBlockRows;

core::Result<> check_input(const TreeInput& input, std::size_t n_targets, std::size_t n_weights) {
  const std::size_t n = input.n_samples();
  if (n == 0)
    return core::Error{core::Code::kZeroRows, "boosting: expected at least one training row, found none", {}};
  if (input.n_features() == 0)
    return core::Error{core::Code::kZeroFeatures, "boosting: expected at least one feature, found none", {}};
  if (n > kMaxGradientRows)
    return core::Error{core::Code::kLimitReached,
                       "boosting: expected fewer than 1073741824 training rows, found " + std::to_string(n),
                       {}};
  if (n_targets != n || (n_weights != 0 && n_weights != n) || !input.read)
    return core::Error{core::Code::kInternal,
                       "boosting: expected one target and one weight per sample, and cells to read",
                       {}};
  return {};
}

/// The rounds of one training.
class Booster {
 public:
  Booster(const Bins& bins, const BinColumns& columns, BoostingLoss& loss,
          const params::GradientBoosting& parameters, std::uint64_t seed, core::Context& context,
          std::size_t pool_bytes)
      : bins_(bins),
        loss_(loss),
        parameters_(parameters),
        seed_(seed),
        context_(context),
        grower_(bins, columns, context, pool_bytes) {}

  core::Result<BoostingFit> run(HeldOut rows) {
    rows_ = std::move(rows);
    RF_TRY(loss_.start(rows_.fitted));
    fit_.model.base_scores.assign(loss_.base_scores().begin(), loss_.base_scores().end());
    const std::size_t n_trees = std::size_t{parameters_.n_estimators} * loss_.n_scores();
    for (std::uint32_t round = 0; round < parameters_.n_estimators; ++round) {
      RF_ASSIGN(const bool any_split, grow_round(round, n_trees));
      ++fit_.n_rounds;
      RF_ASSIGN(const bool enough, is_enough(any_split));
      if (enough) break;
    }
    if (!rows_.held_out.empty()) {
      fit_.n_rounds = best_rounds_;
      fit_.held_out_loss = in_units_of_target(best_loss_, loss_);
      trees_.resize(best_rounds_ * loss_.n_scores());
    }
    if (trees_done_ < n_trees) RF_TRY(context_.monitor.report(kBoostingStage, n_trees, n_trees));
    RF_ASSIGN(fit_.model.trees, join_trees(std::move(trees_)));
    return std::move(fit_);
  }

 private:
  /// Grows one tree per score. Returns whether one of them has a split.
  core::Result<bool> grow_round(std::uint32_t round, std::size_t n_trees) {
    RF_TRY(loss_.begin_round());
    const std::vector<core::Sample> drawn = draw_rows(rows_.fitted, parameters_.subsample, seed_, round);
    bool any_split = false;
    for (std::size_t k = 0; k < loss_.n_scores(); ++k) {
      const auto number = static_cast<std::uint32_t>(trees_.size());
      RF_ASSIGN(const GradientQuantiser quantiser, loss_.gradients(k, number, gradients_));
      std::copy(drawn.begin(), drawn.end(), grower_.row_list());
      const CountedFeatures features =
          draw_features(bins_.n_features(), parameters_.colsample, seed_, number);
      const BoostingTreeRules rules = tree_rules(quantiser);
      RF_ASSIGN(const BoostingTree tree,
                grower_.grow(drawn.size(), {gradients_, quantiser, features, rules}));
      RF_TRY(take_tree(tree, quantiser, k, drawn));
      any_split = any_split || tree.nodes.size() > 1;
      RF_TRY(context_.monitor.report(kBoostingStage, ++trees_done_, n_trees));
    }
    return any_split;
  }

  BoostingTreeRules tree_rules(const GradientQuantiser& quantiser) const {
    BoostingTreeRules rules;
    rules.max_leaves = parameters_.max_leaves.value_or(UINT32_MAX);
    rules.max_depth = parameters_.max_depth.value_or(UINT32_MAX);
    rules.split.min_samples_leaf = parameters_.min_samples_leaf;
    rules.split.least_hessian = kLeastLeafHessian * loss_.largest_weight();
    rules.split.l2 = parameters_.l2;
    // In the units of the gain. Each scale is divided out twice, because its square may not be a finite
    // number.
    if (parameters_.min_gain > 0)
      rules.split.min_gain = parameters_.min_gain / loss_.target_scale() / quantiser.gradient_scale() /
                             loss_.target_scale() / quantiser.gradient_scale();
    return rules;
  }

  /// Adds the tree to the scores of all rows and to the model.
  core::Result<> take_tree(const BoostingTree& tree, const GradientQuantiser& quantiser, std::size_t k,
                           std::span<const core::Sample> drawn) {
    std::vector<double> steps(tree.nodes.size());
    for (std::size_t node = 0; node < steps.size(); ++node)
      if (tree.nodes[node].split.feature < 0)
        steps[node] = parameters_.learning_rate * leaf_step(tree.nodes[node].sum, quantiser, parameters_.l2);
    RF_TRY(add_to_scores(tree, steps, k, drawn.size() == bins_.n_rows()));
    RF_ASSIGN(model::Forest written, write_tree(tree, steps));
    trees_.push_back(std::move(written));
    return {};
  }

  core::Result<> add_to_scores(const BoostingTree& tree, std::span<const double> steps, std::size_t k,
                               bool all_rows_drawn) {
    double* const scores = loss_.scores(k);
    const std::size_t n = bins_.n_rows();
    const auto chunk = [&](std::size_t number, std::uint32_t) -> core::Result<> {
      RF_TRY(context_.monitor.check());
      const std::size_t begin = number * kScoreRows;
      const std::size_t end = std::min(n, begin + kScoreRows);
      if (!all_rows_drawn) {
        for (std::size_t row = begin; row < end; ++row)
          scores[row] += steps[leaf_of(tree, bins_.row(static_cast<core::Sample>(row)))];
        return {};
      }
      for (const BoostingTree::Piece& piece : tree.pieces) {
        const double step = steps[piece.node];
        for (const core::Sample row : rows_between(piece.rows, begin, end)) scores[number_of(row)] += step;
      }
      return {};
    };
    return context_.workers.run((n + kScoreRows - 1) / kScoreRows, chunk);
  }

  static std::size_t leaf_of(const BoostingTree& tree, const std::uint8_t* bins) {
    std::size_t node = 0;
    while (tree.nodes[node].split.feature >= 0) {
      const GradientSplit& split = tree.nodes[node].split;
      node = has_bin(split.left_bins, bins[split.feature]) ? node + 1 : tree.nodes[node].right;
    }
    return node;
  }

  core::Result<model::Forest> write_tree(const BoostingTree& tree, std::span<const double> steps) const {
    TreeWriter writer(bins_, 1, 1.0);
    for (std::size_t node = 0; node < tree.nodes.size(); ++node) {
      const BoostingTree::Node& from = tree.nodes[node];
      if (from.split.feature >= 0)
        RF_TRY(writer.add_split(from.split));
      else
        writer.add_leaf().push_back(steps[node] * loss_.target_scale());
    }
    for (std::size_t node = 0; node < tree.nodes.size(); ++node)
      if (tree.nodes[node].right > 0)
        writer.set_right(static_cast<std::int32_t>(node), static_cast<std::int32_t>(tree.nodes[node].right));
    return std::move(writer).finish();
  }

  /// True if training must stop after this round.
  core::Result<bool> is_enough(bool any_split) {
    // Without random choices every later round would find no split either.
    const bool exhausted = !any_split && parameters_.subsample == 1 && parameters_.colsample == 1;
    if (rows_.held_out.empty()) return exhausted;
    RF_ASSIGN(const double loss, loss_.mean_loss(rows_.held_out));
    if (best_rounds_ == 0 || loss < best_loss_) {
      best_loss_ = loss;
      best_rounds_ = fit_.n_rounds;
    }
    fit_.stopped_early = fit_.n_rounds - best_rounds_ >= *parameters_.early_stopping_rounds;
    return exhausted || fit_.stopped_early;
  }

  const Bins& bins_;
  BoostingLoss& loss_;
  const params::GradientBoosting& parameters_;
  const std::uint64_t seed_;
  core::Context& context_;
  BoostingTreeGrower grower_;
  HeldOut rows_;
  RowGradients gradients_;
  std::vector<model::Forest> trees_;
  std::size_t trees_done_ = 0;
  std::uint64_t best_rounds_ = 0;
  double best_loss_ = 0;
  BoostingFit fit_;
};

core::Result<> check_finite(const model::Boosting& model) {
  for (const std::vector<double>* values : {&model.base_scores, &model.trees.leaf_values})
    for (const double value : *values)
      if (!std::isfinite(value))
        return core::Error{
            core::Code::kNotFinite, "boosting: a leaf value left the range of finite numbers", {}};
  return {};
}

/// Bytes of a row in addition to its bins: two numbers for each score, its gradients, two row lists and the
/// drawn rows.
std::uint64_t row_bytes(std::size_t n_scores) {
  return n_scores * 2 * sizeof(double) + sizeof(GradientSum) + 3 * sizeof(core::Sample);
}

/// Bytes of the histograms: one for each leaf, or as many as the pool holds.
std::uint64_t histogram_bytes(std::size_t n_features, const params::GradientBoosting& parameters,
                              std::size_t pool_bytes) {
  const std::uint64_t one = std::uint64_t{n_features} * kCellsPerFeature * sizeof(GradientSum);
  return parameters.max_leaves ? std::min<std::uint64_t>(pool_bytes, *parameters.max_leaves * one)
                               : pool_bytes;
}

core::Result<BoostingFit> fit(const TreeInput& input, BoostingLoss& loss, HeldOut rows,
                              const params::GradientBoosting& parameters, std::uint64_t seed,
                              core::Context& context, std::size_t pool_bytes) {
  RF_ASSIGN(const Bins bins, make_bins(input, parameters.max_bins, context, MissingCells::kOwnBin));
  RF_ASSIGN(const BinColumns columns, BinColumns::of(bins, context));
  RF_ASSIGN(const core::Reservation memory,
            core::Reservation::of(context.budget,
                                  row_bytes(loss.n_scores()) * bins.n_rows() +
                                      histogram_bytes(bins.n_features(), parameters, pool_bytes),
                                  "scores, gradients and histograms"));
  return Booster(bins, columns, loss, parameters, seed, context, pool_bytes).run(std::move(rows));
}

}  // namespace

core::Result<BoostingFit> fit_gradient_boosting(const TreeInput& input, const model::ClassTarget& target,
                                                const params::GradientBoosting& parameters,
                                                std::uint64_t seed, core::Context& context,
                                                const BoostingLimits& limits) {
  RF_TRY(check_input(input, target.class_of.size(), target.sample_weight.size()));
  RF_ASSIGN(HeldOut rows, hold_out(target, parameters, seed));
  BoostingLoss loss(target, context, limits.narrow_from_rows);
  RF_ASSIGN(BoostingFit fitted,
            fit(input, loss, std::move(rows), parameters, seed, context, limits.pool_bytes));
  fitted.model.link = loss.n_scores() == 1 ? model::Link::kLogistic : model::Link::kSoftmax;
  RF_TRY(check_finite(fitted.model));
  return fitted;
}

core::Result<BoostingFit> fit_gradient_boosting(const TreeInput& input, const model::ValueTarget& target,
                                                const params::GradientBoosting& parameters,
                                                std::uint64_t seed, core::Context& context,
                                                const BoostingLimits& limits) {
  RF_TRY(check_input(input, target.value_of.size(), target.sample_weight.size()));
  RF_ASSIGN(HeldOut rows, hold_out(target, parameters, seed));
  BoostingLoss loss(target, context);
  RF_ASSIGN(BoostingFit fitted,
            fit(input, loss, std::move(rows), parameters, seed, context, limits.pool_bytes));
  fitted.model.link = model::Link::kIdentity;
  fitted.model.base_scores[0] = fitted.model.base_scores[0] * loss.target_scale() + loss.target_centre();
  RF_TRY(check_finite(fitted.model));
  return fitted;
}

core::Diagnostic early_stopping_missed(std::uint64_t n_rounds, const params::GradientBoosting& parameters) {
  return core::diagnostic(
      core::Code::kNotConverged, core::Severity::kInfo,
      {{"iterations", static_cast<std::int64_t>(n_rounds)},
       {"early_stopping_rounds", static_cast<std::int64_t>(*parameters.early_stopping_rounds)},
       {"n_estimators", static_cast<std::int64_t>(parameters.n_estimators)}});
}

}  // namespace rf::trees
