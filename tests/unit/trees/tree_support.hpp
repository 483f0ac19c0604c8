// SPDX-License-Identifier: MIT
// What the tree tests share: a context, problems in row-major form, and the naive twin. The twin is written
// for being right: it looks at every cut of every feature in every node by counting all rows anew, in exact
// integer fractions, on the values themselves and without bins. Targets and weights are whole numbers
// (weights times a unit), so a mean is a fraction too. Of the code that it checks it uses nothing; of core it
// uses the stream of random numbers that draws the candidates.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/context.hpp"
#include "core/philox.hpp"
#include "core/sample_view.hpp"
#include "model/forest.hpp"
#include "trees/forest.hpp"
#include "unit/trees/naive_split_rules.hpp"

namespace rf::trees {

/// Everything a fit needs around it.
struct Host {
  explicit Host(std::uint32_t n_threads = 1, const core::MonitorHooks& hooks = {})
      : workers(n_threads), monitor(hooks), context{workers, monitor, core::baseline_kernels()} {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context;
};

struct Problem {
  std::size_t n_features = 1;
  std::vector<double> x;                          ///< row-major
  std::vector<std::int32_t> n_levels;             ///< per feature; 0 numeric
  std::vector<std::int32_t> class_of;             ///< for classification
  std::size_t n_classes = 0;                      ///< 0: regression
  std::vector<double> value_of;                   ///< for regression
  std::vector<double> weights;                    ///< empty: none
  mutable std::vector<core::TableRow> rows = {};  ///< of the last input

  std::size_t n() const { return x.size() / n_features; }
  double at(std::size_t row, std::size_t feature) const { return x[row * n_features + feature]; }
  core::SampleView view() const { return {x.data(), n_features, n(), n_features}; }
  /// Borrows the problem.
  TreeInput input() const {
    rows = core::consecutive<core::TableRow>(n());
    return {rows, n_levels,
            [this](std::size_t column, std::span<const core::TableRow> wanted, double* values) {
              for (std::size_t i = 0; i < wanted.size(); ++i) values[i] = at(number_of(wanted[i]), column);
            }};
  }
  model::ClassTarget classes() const { return {class_of, n_classes, weights}; }
  model::ValueTarget values() const { return {value_of, weights}; }
  bool is_regression() const { return n_classes == 0; }
};

inline Problem numeric_problem(std::size_t n_features, std::vector<double> x) {
  Problem problem;
  problem.n_features = n_features;
  problem.x = std::move(x);
  problem.n_levels.assign(n_features, 0);
  return problem;
}

inline model::Forest fit_tree(const Problem& problem, const params::DecisionTree& parameters, Host& host) {
  auto forest = problem.is_regression()
                    ? fit_decision_tree(problem.input(), problem.values(), parameters, host.context)
                    : fit_decision_tree(problem.input(), problem.classes(), parameters, host.context);
  EXPECT_TRUE(forest.ok()) << (forest.ok() ? "" : forest.error().message);
  return forest.ok() ? std::move(*forest) : model::Forest{};
}

inline model::Forest fit_tree(const Problem& problem, const params::DecisionTree& parameters = {}) {
  Host host;
  return fit_tree(problem, parameters, host);
}

inline model::Forest fit_forest(const Problem& problem, const params::RandomForest& parameters,
                                std::uint64_t seed, Host& host) {
  auto forest = problem.is_regression()
                    ? fit_random_forest(problem.input(), problem.values(), parameters, seed, host.context)
                    : fit_random_forest(problem.input(), problem.classes(), parameters, seed, host.context);
  EXPECT_TRUE(forest.ok()) << (forest.ok() ? "" : forest.error().message);
  return forest.ok() ? std::move(*forest) : model::Forest{};
}

inline model::Forest fit_forest(const Problem& problem, const params::RandomForest& parameters,
                                std::uint64_t seed = 1) {
  Host host;
  return fit_forest(problem, parameters, seed, host);
}

inline std::vector<double> predict_all(const model::Forest& forest, const Problem& problem) {
  std::vector<double> out(problem.n() * forest.n_outputs, -1);
  model::predict(forest, problem.view(), out.data());
  return out;
}

/// The power of two that regression gains are scaled by: twin's unit / tree's unit.
inline double gain_unit(const Problem& problem) {
  if (!problem.is_regression()) return 1;
  const auto [low, high] = std::minmax_element(problem.value_of.begin(), problem.value_of.end());
  int exponent = 0;
  std::frexp((*high - *low) / 2, &exponent);
  return std::ldexp(1.0, 2 * exponent);
}

/// Field by field, bit by bit.
inline bool same_forest(const model::Forest& a, const model::Forest& b) {
  return a.n_features == b.n_features && a.n_outputs == b.n_outputs && a.tree_offsets == b.tree_offsets &&
         a.feature == b.feature && a.threshold == b.threshold && a.left == b.left && a.right == b.right &&
         a.default_left == b.default_left && a.level_set == b.level_set &&
         a.level_set_words == b.level_set_words && a.level_words == b.level_words && a.leaf == b.leaf &&
         a.leaf_values == b.leaf_values && a.split_gain == b.split_gain;
}

/// The naive twin of one tree of a forest.
class Twin {
 public:
  struct Options {
    std::uint32_t max_depth = UINT32_MAX;
    std::uint32_t min_samples_split = 2;
    std::uint32_t min_samples_leaf = 1;
    std::uint32_t max_bins = 255;
    std::size_t n_candidates = SIZE_MAX;
    bool random_order = false;  ///< candidates drawn for (seed, tree, node)
    std::uint64_t seed = 0;
    std::uint32_t tree = 0;
    double weight_unit = 1;  ///< the problem's weights are whole multiples of it
  };
  struct Node {
    std::int32_t feature = -1;
    double threshold = 0;
    bool default_left = false;               ///< the heavier side, or that of missing values
    std::map<std::int32_t, bool> goes_left;  ///< level groups of the node
    std::size_t left = 0, right = 0;
    std::vector<double> leaf;
    double gain = 0;
  };

  Twin(const Problem& problem, std::vector<std::uint32_t> draws, const Options& options)
      : problem_(problem), draws_(std::move(draws)), options_(options) {
    group_rare_levels();
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < problem.n(); ++i) {
      if (draws_[i] > 0) rows.push_back(i);
      const double weight = problem.weights.empty() ? 1 : problem.weights[i] / options.weight_unit;
      weights_.push_back(static_cast<std::int64_t>(weight) * draws_[i]);
    }
    root_weight_ = static_cast<double>(weight_of(rows));
    grow(rows, 0);
  }

  const std::vector<Node>& nodes() const { return nodes_; }
  std::int32_t group_of(std::size_t feature, std::int32_t level) const { return groups_[feature][level]; }

 private:
  using Rows = std::vector<std::size_t>;
  /// numerator / denominator of sum over sides of (sum over classes of squared counts) / weight, or of
  /// squared target sums / weight.
  struct Score {
    __int128 numerator = -1;
    __int128 denominator = 1;
    bool operator<(const Score& other) const {
      return numerator * other.denominator < other.numerator * denominator;
    }
  };
  struct Best {
    Score score;
    std::int32_t feature = -1;
    double threshold = 0;
    bool default_left = false;
    std::map<std::int32_t, bool> goes_left;
    Rows left, right;
  };

  void group_rare_levels() {
    groups_.resize(problem_.n_features);
    for (std::size_t f = 0; f < problem_.n_features; ++f) {
      const std::int32_t n_levels = problem_.n_levels[f];
      std::vector<std::pair<std::int64_t, std::int32_t>> by_count;
      for (std::int32_t level = 0; level < n_levels; ++level) {
        std::int64_t count = 0;
        for (std::size_t i = 0; i < problem_.n(); ++i) count += problem_.at(i, f) == level ? 1 : 0;
        by_count.push_back({-count, level});
      }
      std::sort(by_count.begin(), by_count.end());
      groups_[f].assign(n_levels, 1'000'000);
      const bool all_fit = n_levels <= static_cast<std::int32_t>(options_.max_bins);
      for (std::size_t r = 0; r < by_count.size(); ++r)
        if (all_fit || r + 1 < options_.max_bins) groups_[f][by_count[r].second] = by_count[r].second;
    }
  }

  std::int64_t weight_of(const Rows& rows) const {
    std::int64_t sum = 0;
    for (const std::size_t i : rows) sum += weights_[i];
    return sum;
  }
  std::int64_t count_class(const Rows& rows, std::int32_t k) const {
    std::int64_t sum = 0;
    for (const std::size_t i : rows) sum += problem_.class_of[i] == k ? weights_[i] : 0;
    return sum;
  }
  std::int64_t target_sum(const Rows& rows) const {
    std::int64_t sum = 0;
    for (const std::size_t i : rows) sum += static_cast<std::int64_t>(problem_.value_of[i]) * weights_[i];
    return sum;
  }
  std::set<std::int32_t> classes_of(const Rows& rows) const {
    std::set<std::int32_t> classes;
    for (const std::size_t i : rows)
      if (weights_[i] > 0) classes.insert(problem_.class_of[i]);
    return classes;
  }
  std::int64_t squares(const Rows& rows) const {
    if (problem_.is_regression()) return target_sum(rows) * target_sum(rows);
    std::int64_t sum = 0;
    for (const std::int32_t k : classes_of(rows)) sum += count_class(rows, k) * count_class(rows, k);
    return sum;
  }
  bool pure(const Rows& rows) const {
    if (!problem_.is_regression()) return classes_of(rows).size() <= 1;
    std::set<double> values;
    for (const std::size_t i : rows)
      if (weights_[i] > 0) values.insert(problem_.value_of[i]);
    return values.size() <= 1;
  }

  /// A cut, and rows that follow the heavier side.
  struct Cut {
    Rows left, right, followers;
    std::int32_t feature;
    double threshold = 0;
    std::map<std::int32_t, bool> goes_left = {};
  };
  void consider(Cut cut, std::optional<bool> missing_left, Best& best) const {
    const __int128 wl = weight_of(cut.left);
    const __int128 wr = weight_of(cut.right);
    const bool followers_left = naive::default_left(std::nullopt, wl, wr);
    Rows& side = followers_left ? cut.left : cut.right;
    side.insert(side.end(), cut.followers.begin(), cut.followers.end());
    if (cut.left.size() < options_.min_samples_leaf || cut.right.size() < options_.min_samples_leaf) return;
    const Score score{squares(cut.left) * wr + squares(cut.right) * wl, wl * wr};
    if (best.feature < 0 || naive::replaces(score, best.score))
      best = {score,         cut.feature, cut.threshold, naive::default_left(missing_left, wl, wr),
              cut.goes_left, cut.left,    cut.right};
  }

  /// Rows with weight alone make cuts, each in the middle; then the threshold moves into the middle between
  /// the rows on its two sides. Missing values, if some have weight, are on the right of every cut, then
  /// alone there, then on the left of every cut.
  bool try_numeric(const Rows& rows, std::int32_t feature, Best& best) const {
    std::set<double> values;
    Rows present, missing;
    for (const std::size_t i : rows) {
      const double value = problem_.at(i, feature);
      (std::isnan(value) ? missing : present).push_back(i);
      if (!std::isnan(value) && weights_[i] > 0) values.insert(value);
    }
    const bool knows_missing = weight_of(missing) > 0;
    const auto cut_between = [&](double low, double high) {
      const double middle = (low + high) / 2;
      Cut cut{{}, {}, {}, feature};
      for (const std::size_t i : present) {
        const double value = problem_.at(i, feature);
        (value <= middle ? cut.left : cut.right).push_back(i);
        (value <= middle ? low : high) = value <= middle ? std::max(low, value) : std::min(high, value);
      }
      cut.threshold = (low + high) / 2;
      return cut;
    };
    for (const std::optional<bool> missing_left : naive::sides_of_missing(knows_missing)) {
      for (auto high = values.begin(); high != values.end() && ++high != values.end();) {
        Cut cut = cut_between(*std::prev(high), *high);
        Rows& side = !knows_missing ? cut.followers : *missing_left ? cut.left : cut.right;
        side.insert(side.end(), missing.begin(), missing.end());
        consider(cut, missing_left, best);
      }
      if (knows_missing && !*missing_left && !values.empty())
        consider({present, missing, {}, feature, std::numeric_limits<double>::max()}, false, best);
    }
    return values.size() + (knows_missing ? 1 : 0) > 1;
  }

  bool try_category(const Rows& rows, std::int32_t feature, Best& best) const {
    std::map<std::int32_t, Rows> of_group;
    for (const std::size_t i : rows)
      of_group[groups_[feature][static_cast<std::int32_t>(problem_.at(i, feature))]].push_back(i);
    Rows weightless;  // levels without weight go where levels go that are not there
    for (auto group = of_group.begin(); group != of_group.end();) {
      if (weight_of(group->second) > 0) {
        ++group;
        continue;
      }
      weightless.insert(weightless.end(), group->second.begin(), group->second.end());
      group = of_group.erase(group);
    }
    std::vector<std::int32_t> orders;  // one per class that the order goes by
    if (problem_.is_regression())
      orders = {0};
    else if (problem_.n_classes == 2)
      orders = {1};
    else
      for (const std::int32_t k : classes_of(rows)) orders.push_back(k);
    for (const std::int32_t k : orders) {
      std::set<std::int32_t> groups;
      for (const auto& [group, members] : of_group) groups.insert(group);
      const auto order = naive::ordered_levels(groups, [&](std::int32_t a, std::int32_t b) {
        const Rows& in_a = of_group[a];
        const Rows& in_b = of_group[b];
        const std::int64_t sum_a = problem_.is_regression() ? target_sum(in_a) : count_class(in_a, k);
        const std::int64_t sum_b = problem_.is_regression() ? target_sum(in_b) : count_class(in_b, k);
        return sum_a * weight_of(in_b) < sum_b * weight_of(in_a);
      });
      for (std::size_t n_left = 1; n_left < order.size(); ++n_left) {
        Cut cut{{}, {}, weightless, feature};
        for (std::size_t g = 0; g < order.size(); ++g) {
          cut.goes_left[order[g]] = g < n_left;
          Rows& side = g < n_left ? cut.left : cut.right;
          side.insert(side.end(), of_group[order[g]].begin(), of_group[order[g]].end());
        }
        consider(cut, std::nullopt, best);
      }
    }
    return of_group.size() > 1;
  }

  Best find_best(const Rows& rows, std::size_t node) const {
    std::vector<std::int32_t> order(problem_.n_features);
    std::iota(order.begin(), order.end(), 0);
    if (options_.random_order) {
      core::RandomStream stream(options_.seed, core::Purpose::kForestFeatures, options_.tree,
                                static_cast<std::uint32_t>(node));
      for (std::size_t i = 0; i < order.size(); ++i)
        std::swap(order[i], order[i + stream.below(order.size() - i)]);
    }
    Best best;
    bool any_varies = false;
    for (std::size_t c = 0; c < order.size() && (c < options_.n_candidates || !any_varies); ++c) {
      const bool varies = problem_.n_levels[order[c]] > 0 ? try_category(rows, order[c], best)
                                                          : try_numeric(rows, order[c], best);
      any_varies = any_varies || varies;
    }
    return best;
  }

  std::size_t grow(const Rows& rows, std::uint32_t depth) {
    const std::size_t number = nodes_.size();
    nodes_.emplace_back();
    Best best;
    if (depth < options_.max_depth && rows.size() >= options_.min_samples_split && !pure(rows))
      best = find_best(rows, number);
    if (best.feature < 0) {
      nodes_[number].leaf = leaf(rows);
      return number;
    }
    const double parent = static_cast<double>(squares(rows)) / static_cast<double>(weight_of(rows));
    Node node;
    node.feature = best.feature;
    node.threshold = best.threshold;
    node.goes_left = best.goes_left;
    node.default_left = best.default_left;
    node.gain =
        (static_cast<double>(best.score.numerator) / static_cast<double>(best.score.denominator) - parent) /
        root_weight_;
    std::sort(best.left.begin(), best.left.end());
    std::sort(best.right.begin(), best.right.end());
    node.left = grow(best.left, depth + 1);
    node.right = grow(best.right, depth + 1);
    nodes_[number] = node;
    return number;
  }

  std::vector<double> leaf(const Rows& rows) const {
    const double weight = static_cast<double>(weight_of(rows));
    if (weight == 0)
      return Twin(problem_, std::vector<std::uint32_t>(problem_.n(), 1), stump()).nodes()[0].leaf;
    if (problem_.is_regression()) return {static_cast<double>(target_sum(rows)) / weight};
    std::vector<double> shares;
    for (std::size_t k = 0; k < problem_.n_classes; ++k)
      shares.push_back(static_cast<double>(count_class(rows, static_cast<std::int32_t>(k))) / weight);
    return shares;
  }

  /// A leaf of all rows.
  Options stump() const {
    Options options = options_;
    options.max_depth = 0;
    return options;
  }

  const Problem& problem_;
  std::vector<std::uint32_t> draws_;
  std::vector<std::int64_t> weights_;  ///< times draws
  Options options_;
  std::vector<std::vector<std::int32_t>>
      groups_;  ///< per feature and level: the level, or one number for all rare
  double root_weight_ = 1;
  std::vector<Node> nodes_;
};

/// Where the node of a category sends a level.
inline bool level_goes_left(const model::Forest& forest, std::size_t node, std::int32_t level) {
  if (level >= 32 * forest.level_set_words[node]) return forest.default_left[node] != 0;
  return (forest.level_words[forest.level_set[node] + level / 32] >> (level % 32) & 1) != 0;
}

/// Whether tree number `tree` of the forest is the twin's, node by node. Gains are compared to 1e-9 of the
/// root's impurity in the same unit, because only the twin computes them as a difference; all else exactly.
inline void expect_same_tree(const model::Forest& forest, std::size_t tree, const Twin& twin,
                             const Problem& problem) {
  const double unit = gain_unit(problem);
  const std::size_t first = static_cast<std::size_t>(forest.tree_offsets[tree]);
  const std::size_t end = static_cast<std::size_t>(forest.tree_offsets[tree + 1]);
  ASSERT_EQ(end - first, twin.nodes().size());
  for (std::size_t i = 0; i < twin.nodes().size(); ++i) {
    SCOPED_TRACE("node " + std::to_string(i));
    const Twin::Node& node = twin.nodes()[i];
    const std::size_t at = first + i;
    ASSERT_EQ(forest.feature[at], node.feature);
    if (node.feature < 0) {
      ASSERT_GE(forest.leaf[at], 0);
      const auto value =
          forest.leaf_values.begin() + forest.leaf[at] * static_cast<std::ptrdiff_t>(forest.n_outputs);
      ASSERT_EQ(std::vector<double>(value, value + static_cast<std::ptrdiff_t>(forest.n_outputs)), node.leaf);
      continue;
    }
    ASSERT_EQ(forest.leaf[at], -1);
    ASSERT_EQ(forest.threshold[at], node.threshold);
    ASSERT_EQ(static_cast<std::size_t>(forest.left[at]), node.left);
    ASSERT_EQ(static_cast<std::size_t>(forest.right[at]), node.right);
    ASSERT_EQ(forest.default_left[at] != 0, node.default_left);
    ASSERT_NEAR(forest.split_gain[at] * unit, node.gain, 1e-9 * unit);
    const std::int32_t n_levels = problem.n_levels[static_cast<std::size_t>(node.feature)];
    ASSERT_EQ(forest.level_set[at] >= 0, n_levels > 0);
    for (std::int32_t level = 0; level < n_levels; ++level) {
      const std::int32_t group = twin.group_of(static_cast<std::size_t>(node.feature), level);
      const bool expected = naive::level_goes_left(node.goes_left, group, node.default_left);
      ASSERT_EQ(level_goes_left(forest, at, level), expected) << "level " << level;
    }
  }
}

/// The same splits; leaves and gains a few roundings apart.
inline void expect_same_but_for_rounding(const model::Forest& a, const model::Forest& b, double tolerance) {
  ASSERT_EQ(a.feature, b.feature);
  EXPECT_EQ(a.threshold, b.threshold);
  for (std::size_t i = 0; i < a.leaf_values.size(); ++i)
    EXPECT_NEAR(a.leaf_values[i], b.leaf_values[i], tolerance);
  for (std::size_t i = 0; i < a.split_gain.size(); ++i)
    EXPECT_NEAR(a.split_gain[i], b.split_gain[i], tolerance);
}

/// Seven rows whose targets span many magnitudes: -large, ..., large / 2, large.
inline Problem magnitudes_problem(double large) {
  Problem problem = numeric_problem(1, {1, 2, 3, 4, 5, 6, 7});
  problem.value_of = {-large, -1, 1e-3, 0.1, 3, large / 2, large};
  return problem;
}

/// Everything is finite and the large targets come back exactly; returns the predictions.
inline std::vector<double> expect_magnitudes_kept(const model::Forest& tree, const Problem& problem,
                                                  double large) {
  for (const double value : tree.leaf_values) EXPECT_TRUE(std::isfinite(value));
  for (const double gain : tree.split_gain) EXPECT_TRUE(std::isfinite(gain) && gain >= 0);
  std::vector<double> out = predict_all(tree, problem);
  EXPECT_EQ(out[0], -large);
  EXPECT_EQ(out[5], large / 2);
  EXPECT_EQ(out[6], large);
  return out;
}

}  // namespace rf::trees
