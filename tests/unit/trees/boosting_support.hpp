// SPDX-License-Identifier: MIT
// What the boosting tests share: random problems, fits, and the naive twin. Its inputs are the bins, the
// random draws and the integers that gradients are rounded to. They come from the trainer's own functions,
// which have tests of their own. The twin makes every decision itself: splits, sides, steps and when to stop.
// For every leaf, feature and cut it adds all rows of the leaf up again, it scans all leaves for the best
// one, it keeps rows in plain lists. Its trees must equal the trainer's bit by bit.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/math.hpp"
#include "core/philox.hpp"
#include "core/power_of_two.hpp"
#include "trees/boosting.hpp"
#include "trees/boosting_sample.hpp"
#include "unit/trees/naive_split_rules.hpp"
#include "unit/trees/tree_support.hpp"

namespace rf::trees {

using BoostingProblem = Problem;

inline BoostingFit fit_boosting(const BoostingProblem& problem, const params::GradientBoosting& parameters,
                                Host& host, std::uint64_t seed = 1, const BoostingLimits& limits = {}) {
  auto fit =
      problem.is_regression()
          ? fit_gradient_boosting(problem.input(), problem.values(), parameters, seed, host.context, limits)
          : fit_gradient_boosting(problem.input(), problem.classes(), parameters, seed, host.context, limits);
  EXPECT_TRUE(fit.ok()) << (fit.ok() ? "" : fit.error().message);
  return fit.ok() ? std::move(*fit) : BoostingFit{};
}

inline BoostingFit fit_boosting(const BoostingProblem& problem,
                                const params::GradientBoosting& parameters = {}, std::uint64_t seed = 1) {
  Host host;
  return fit_boosting(problem, parameters, host, seed);
}

inline std::vector<double> predict_all(const model::Boosting& model, const Problem& problem) {
  std::vector<double> out(problem.n() * model.n_outputs(), -1);
  model::predict(model, problem.view(), core::baseline_kernels(), out.data());
  return out;
}

inline bool same_boosting(const model::Boosting& a, const model::Boosting& b) {
  return a.link == b.link && a.base_scores == b.base_scores && same_forest(a.trees, b.trees);
}

/// Draws problems of every kind: columns constant, tied, continuous, partly or wholly missing, of one level
/// or many; targets of two and more classes, ordinary, or spanning 1e12 and 1e300.
class ProblemSource {
 public:
  explicit ProblemSource(std::uint64_t seed) : stream_(seed, core::Purpose::kForestFeatures) {}

  BoostingProblem next() {
    BoostingProblem problem;
    const std::size_t n = below(5) == 0 ? 1 + below(4) : 1 + below(150);
    problem.n_features = 1 + below(5);
    std::vector<std::vector<double>> columns;
    for (std::size_t f = 0; f < problem.n_features; ++f) columns.push_back(column(n, problem.n_levels));
    for (std::size_t i = 0; i < n; ++i)
      for (const std::vector<double>& values : columns) problem.x.push_back(values[i]);
    const std::size_t task = below(4);
    const std::size_t n_classes = task == 0 ? 2 : std::min<std::size_t>(n, 3 + below(4));
    if (task < 2 && n_classes >= 2 && n >= n_classes) {
      problem.n_classes = n_classes;
      for (std::size_t i = 0; i < n; ++i)
        problem.class_of.push_back(
            static_cast<std::int32_t>(i < n_classes ? i : label(columns[0][i], n_classes)));
    } else {
      static constexpr double kSpans[] = {1, 1e-300, 1e12, 1e300};
      const double span = kSpans[below(4)];
      for (std::size_t i = 0; i < n; ++i) {
        const double x = std::isnan(columns[0][i]) ? 3 : columns[0][i];
        const double y = std::fmod(x, 5.0) + stream_.uniform();
        problem.value_of.push_back(below(20) == 0 ? y * span : y * std::min(span, 1.0));
      }
    }
    if (below(4) == 0)
      for (std::size_t i = 0; i < n; ++i) problem.weights.push_back(static_cast<double>(below(4)) * 0.75);
    return problem;
  }

  params::GradientBoosting parameters() {
    params::GradientBoosting p;
    p.n_estimators = 1 + static_cast<std::uint32_t>(below(5));
    p.learning_rate = below(2) == 0 ? 0.1 : 1.0;
    if (below(4) == 0)
      p.max_leaves.reset();
    else
      p.max_leaves = 2 + static_cast<std::uint32_t>(below(12));
    if (below(3) == 0) p.max_depth = 1 + static_cast<std::uint32_t>(below(4));
    p.min_samples_leaf = 1 + static_cast<std::uint32_t>(below(3) == 0 ? below(20) : 0);
    p.l2 = below(3) == 0 ? stream_.uniform() * 3 : 0;
    if (below(4) == 0) p.min_gain = stream_.uniform() * 0.3;
    if (below(4) == 0) p.max_bins = 2 + static_cast<std::uint32_t>(below(10));
    if (below(4) == 0) p.subsample = 0.6;
    if (below(4) == 0) p.colsample = 0.6;
    return p;
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(stream_.below(bound)); }

 private:
  std::vector<double> column(std::size_t n, std::vector<std::int32_t>& n_levels) {
    static constexpr std::int32_t kLevels[] = {1, 3, 300};
    const std::size_t kind = below(7);
    const std::int32_t levels = kind == 5 || kind == 6 ? kLevels[below(3)] : 0;
    n_levels.push_back(levels);
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) {
      const double missing = std::numeric_limits<double>::quiet_NaN();
      if (levels > 0)
        values.push_back(static_cast<double>(below(static_cast<std::size_t>(levels))));
      else if (kind == 0)
        values.push_back(7);
      else if (kind == 1)
        values.push_back(static_cast<double>(below(6)));
      else if (kind == 2)
        values.push_back(stream_.uniform() * 10);
      else if (kind == 3)
        values.push_back(below(3) == 0 ? missing : stream_.uniform() * 10);
      else
        values.push_back(below(8) != 0 ? missing : static_cast<double>(below(2)));
    }
    return values;
  }

  std::size_t label(double x, std::size_t n_classes) {
    if (below(4) == 0 || std::isnan(x)) return below(n_classes);
    return static_cast<std::size_t>(x) % n_classes;
  }

  core::RandomStream stream_;
};

class BoostingTwin {
 public:
  struct Node {
    std::int32_t feature = -1;
    double threshold = 0;
    double gain = 0;
    double leaf = 0;
    bool default_left = false;
    std::vector<bool> level_goes_left;  ///< of a category: per level
  };
  std::vector<Node> nodes;  ///< of all trees, each in preorder
  std::vector<double> base_scores;
  std::vector<std::vector<double>>
      scores;  ///< per score and row: leaf values in tree order, then the base score

  BoostingTwin(const BoostingProblem& problem, const params::GradientBoosting& parameters, std::uint64_t seed,
               bool is_narrow = false)
      : problem_(problem), parameters_(parameters), is_narrow_(is_narrow && !problem.is_regression()) {
    Host host;
    auto made = make_bins(problem.input(), parameters.max_bins, host.context, MissingCells::kOwnBin);
    EXPECT_TRUE(made.ok());
    bins_ = std::make_unique<Bins>(std::move(*made));
    start();
    std::size_t tree = 0;
    for (std::uint32_t round = 0; round < parameters.n_estimators; ++round) {
      const Rows drawn =
          draw_rows(core::consecutive<core::Sample>(problem.n()), parameters.subsample, seed, round);
      normaliser_ = normalisers();
      bool any_split = false;
      for (std::size_t k = 0; k < base_scores.size(); ++k) {
        const auto number = static_cast<std::uint32_t>(tree++);
        CountedFeatures features = draw_features(problem.n_features, parameters.colsample, seed, number);
        if (features.all) {
          features.numbers.resize(problem.n_features);
          std::iota(features.numbers.begin(), features.numbers.end(), 0);
        }
        const std::size_t before = nodes.size();
        grow(k, number, drawn, features.numbers);
        any_split = any_split || nodes.size() > before + 1;
      }
      if (!any_split && parameters.subsample == 1 && parameters.colsample == 1) break;
    }
    for (std::size_t k = 0; k < scores.size(); ++k) {
      if (problem.is_regression()) base_scores[k] = base_scores[k] * scale_ + centre_;
      for (double& score : scores[k]) score += base_scores[k];
    }
  }

 private:
  using Rows = std::vector<core::Sample>;
  struct Candidate {
    std::int32_t feature = -1;
    double gain = 0;
    std::vector<bool> left;  ///< per bin, the missing bin included
    bool default_left = false;
    std::uint32_t last_left = 0;
  };
  struct Leaf {
    Rows rows;
    std::uint32_t depth = 0;
    Candidate best;
    std::vector<Leaf> children;
  };

  double weight(std::size_t row) const { return problem_.weights.empty() ? 1.0 : problem_.weights[row]; }

  void start() {
    const std::size_t n = problem_.n();
    const std::size_t n_scores = problem_.n_classes <= 2 ? 1 : problem_.n_classes;
    double most = 0;
    for (std::size_t i = 0; i < n; ++i) most = std::max(most, weight(i));
    if (most == 0) most = 1;
    largest_weight_ = most;
    if (problem_.is_regression()) {
      const auto [low, high] = std::minmax_element(problem_.value_of.begin(), problem_.value_of.end());
      centre_ = *low / 2 + *high / 2;
      const core::PowerOfTwo unit = core::scale_to_unit(std::max(*high - centre_, centre_ - *low));
      scale_ = 2 * unit.up;
      double sum = 0, weights = 0;
      for (std::size_t i = 0; i < n; ++i) {
        value_.push_back((problem_.value_of[i] - centre_) * unit.down * 0.5);
        sum += weight(i) * value_[i];
        weights += weight(i);
      }
      base_scores = {weights > 0 ? sum / weights : 0.0};
    } else {
      std::vector<double> of_class(problem_.n_classes);
      for (std::size_t i = 0; i < n; ++i)
        of_class[static_cast<std::size_t>(problem_.class_of[i])] += weight(i);
      double all = 0;
      for (double& w : of_class) all += w = std::max(w, 0.5 * most);
      if (n_scores == 1)
        base_scores = {core::log(of_class[1] / of_class[0])};
      else
        for (const double w : of_class) base_scores.push_back(core::log(w / all));
    }
    for (std::size_t k = 0; k < n_scores; ++k) {
      training_.emplace_back(n, base_scores[k]);
      scores.emplace_back(n, 0.0);
    }
  }

  std::vector<double> normalisers() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < problem_.n() && training_.size() > 1; ++i) {
      double largest = training_[0][i];
      for (const auto& s : training_) largest = std::max(largest, s[i]);
      double sum = 0;
      for (const auto& s : training_) sum += core::exp(s[i] - largest);
      result.push_back(largest + core::log(sum));
    }
    return result;
  }

  void grow(std::size_t k, std::uint32_t number, const Rows& drawn,
            const std::vector<std::int32_t>& features) {
    const std::size_t n = problem_.n();
    std::vector<double> g(n), h(n, 1.0);
    double largest = problem_.is_regression() ? 0.0 : largest_weight_;
    for (std::size_t i = 0; i < n; ++i) {
      const double s = training_[k][i];
      if (problem_.is_regression()) {
        g[i] = s - value_[i];
        largest = std::max(largest, weight(i) * std::abs(g[i]));
      } else {
        const double p =
            training_.size() == 1 ? core::expit(s) : core::exp(std::min(0.0, s - normaliser_[i]));
        const std::size_t positive = training_.size() == 1 ? 1 : k;
        h[i] = p * (1 - p);
        g[i] = p - (static_cast<std::size_t>(problem_.class_of[i]) == positive ? 1.0 : 0.0);
      }
      if (!problem_.weights.empty()) g[i] *= weight(i), h[i] *= weight(i);
    }
    const bool constant = problem_.is_regression() && problem_.weights.empty();
    const double largest_hessian = problem_.is_regression() ? largest_weight_ : largest_weight_ / 4;
    quantiser_ = std::make_unique<GradientQuantiser>(
        is_narrow_ ? GradientQuantiser::narrow(largest, largest_hessian, number)
                   : GradientQuantiser::counted(n, largest, largest_hessian,
                                                constant ? GradientQuantiser::Hessian::kConstant
                                                         : GradientQuantiser::Hessian::kBounded));
    q_ = {};
    if (is_narrow_)
      q_.narrow.resize(n);
    else
      q_.counted.resize(n);
    quantiser_->quantise(g.data(), h.data(), n, 0, q_);
    min_gain_ = parameters_.min_gain > 0 ? parameters_.min_gain / scale_ / quantiser_->gradient_scale() /
                                               scale_ / quantiser_->gradient_scale()
                                         : 0.0;
    Leaf root{drawn, 0, {}, {}};
    find(root, features);
    for (std::uint32_t n_leaves = 1; n_leaves < parameters_.max_leaves.value_or(UINT32_MAX); ++n_leaves) {
      Leaf* best = nullptr;
      choose(root, best);
      if (best == nullptr) break;
      best->children = {{{}, best->depth + 1, {}, {}}, {{}, best->depth + 1, {}, {}}};
      for (const core::Sample row : best->rows)
        best->children[goes_left(best->best, row) ? 0 : 1].rows.push_back(row);
      for (Leaf& child : best->children) find(child, features);
    }
    write(root, k);
    for (const core::Sample row : core::consecutive<core::Sample>(n)) {
      const Leaf* at = &root;
      while (!at->children.empty()) at = &at->children[goes_left(at->best, row) ? 0 : 1];
      training_[k][number_of(row)] += step(*at);
      scores[k][number_of(row)] += step(*at) * scale_;
    }
  }

  bool goes_left(const Candidate& split, core::Sample row) const {
    return split.left[bins_->row(row)[split.feature]];
  }

  static constexpr double kLeastHessian = 1e-3;  ///< of a leaf, if the largest weight is 1

  /// The first leaf from the left with the largest gain.
  void choose(Leaf& leaf, Leaf*& best) const {
    for (Leaf& child : leaf.children) choose(child, best);
    if (leaf.children.empty() && leaf.best.feature >= 0 &&
        (best == nullptr || naive::replaces(leaf.best.gain, best->best.gain)))
      best = &leaf;
  }

  GradientSum sum(const Rows& rows) const {
    GradientSum total;
    for (const core::Sample row : rows) total += q_.of(row);
    return total;
  }
  /// The Newton step -G / (H + l2), in the units of the loss.
  double step(const Leaf& leaf) const {
    const GradientSum total = sum(leaf.rows);
    const double h = quantiser_->hessian(total) + parameters_.l2;
    if (h <= 0) return 0;
    const double newton = -quantiser_->gradient(total) / h;
    return parameters_.learning_rate * (newton * quantiser_->gradient_scale());
  }

  void find(Leaf& leaf, const std::vector<std::int32_t>& features) const {
    if (leaf.depth >= parameters_.max_depth.value_or(UINT32_MAX)) return;
    for (const std::int32_t feature : features) {
      const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
      if (column.is_category)
        try_category(leaf, feature, column);
      else
        try_numeric(leaf, feature, column);
    }
    Candidate& best = leaf.best;
    if (best.feature >= 0 && is_noise(leaf)) best = {};
  }

  /// A bin without rows, or, where rows are not counted, with nothing but zeros.
  bool is_empty(const Leaf& leaf, std::int32_t feature, std::uint32_t bin) const {
    Rows rows;
    for (const core::Sample row : leaf.rows)
      if (bins_->row(row)[feature] == bin) rows.push_back(row);
    return sum(rows) == GradientSum{};
  }

  void try_numeric(Leaf& leaf, std::int32_t feature, const ColumnBins& column) const {
    const bool misses = column.has_missing && !is_empty(leaf, feature, column.n_bins);
    for (const std::optional<bool> missing_left : naive::sides_of_missing(misses)) {
      const bool missing_right = missing_left.has_value() && !*missing_left;
      const std::uint32_t n_cuts = column.n_bins - (missing_right ? 0 : 1);
      for (std::uint32_t last = 0; last < n_cuts; ++last) {
        Candidate candidate;
        candidate.left.assign(256, false);
        if (misses) candidate.left[column.n_bins] = *missing_left;
        std::uint32_t next = last + 1;
        while (next < column.n_bins && is_empty(leaf, feature, next)) ++next;
        candidate.last_left = next < column.n_bins ? (last + next - 1) / 2 : column.n_bins - 1;
        for (std::uint32_t b = 0; b <= candidate.last_left; ++b) candidate.left[b] = true;
        judge(leaf, feature, std::move(candidate), missing_left);
      }
    }
  }

  void try_category(Leaf& leaf, std::int32_t feature, const ColumnBins& column) const {
    std::map<std::int32_t, double> share;
    std::set<std::int32_t> levels;
    for (std::uint32_t b = 0; b < column.n_bins; ++b) {
      if (is_empty(leaf, feature, b)) continue;
      Rows rows;
      for (const core::Sample row : leaf.rows)
        if (bins_->row(row)[feature] == b) rows.push_back(row);
      const double h = quantiser_->hessian(sum(rows)) + parameters_.l2;
      const auto level = static_cast<std::int32_t>(b);
      levels.insert(level);
      share[level] = h > 0 ? quantiser_->gradient(sum(rows)) / h : 0.0;
    }
    const auto order =
        naive::ordered_levels(levels, [&](std::int32_t a, std::int32_t b) { return share[a] < share[b]; });
    for (std::size_t n_left = 1; n_left < order.size(); ++n_left) {
      Candidate candidate;
      candidate.left.assign(256, false);
      for (std::size_t i = 0; i < n_left; ++i) candidate.left[static_cast<std::size_t>(order[i])] = true;
      judge(leaf, feature, std::move(candidate), std::nullopt);
    }
  }

  /// `missing_left`: the side of the leaf's missing rows, if it has some.
  void judge(Leaf& leaf, std::int32_t feature, Candidate candidate, std::optional<bool> missing_left) const {
    Rows left, right;
    for (const core::Sample row : leaf.rows)
      (candidate.left[bins_->row(row)[feature]] ? left : right).push_back(row);
    const std::size_t least = parameters_.min_samples_leaf;
    const double least_hessian = kLeastHessian * largest_weight_;
    const double hl = quantiser_->hessian(sum(left)), h = quantiser_->hessian(sum(leaf.rows));
    if (left.size() < least || right.size() < least || hl < least_hessian || h - hl < least_hessian) return;
    const double l2 = parameters_.l2;
    const double gl = quantiser_->gradient(sum(left)), gr = quantiser_->gradient(sum(leaf.rows)) - gl;
    const double a = hl + l2, b = h - hl + l2;
    const double d = gl * b - gr * a;
    candidate.gain = (d * d - l2 * (gl * gl * b + gr * gr * a)) / (a * b * (a + b - l2));
    if (!naive::replaces(candidate.gain, std::max(leaf.best.gain, min_gain_))) return;
    candidate.feature = feature;
    candidate.default_left = naive::default_left(missing_left, hl, quantiser_->hessian(sum(right)));
    const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
    if (!missing_left)  // bins that no row of the leaf is in
      for (std::uint32_t bin = 0; bin < 256; ++bin)
        if ((column.is_category || bin == column.n_bins) && is_empty(leaf, feature, bin))
          candidate.left[bin] = candidate.default_left;
    leaf.best = std::move(candidate);
  }

  bool is_noise(const Leaf& leaf) const {
    Rows left;
    for (const core::Sample row : leaf.rows)
      if (goes_left(leaf.best, row)) left.push_back(row);
    const double gl = quantiser_->gradient(sum(left)), gr = quantiser_->gradient(sum(leaf.rows)) - gl;
    const double a = quantiser_->hessian(sum(left)) + parameters_.l2;
    const double b = quantiser_->hessian(sum(leaf.rows)) - quantiser_->hessian(sum(left)) + parameters_.l2;
    return std::abs(gl * b - gr * a) <= 0x1p-44 * (std::abs(gl) * b + std::abs(gr) * a);
  }

  void write(const Leaf& leaf, std::size_t k) {
    Node node;
    if (leaf.children.empty()) {
      node.leaf = step(leaf) * scale_;
      nodes.push_back(node);
      return;
    }
    const Candidate& best = leaf.best;
    const ColumnBins& column = bins_->column(static_cast<std::size_t>(best.feature));
    node.feature = best.feature;
    node.gain = best.gain;
    node.default_left = best.default_left;
    if (!column.is_category)
      node.threshold = best.last_left + 1 == column.n_bins ? std::numeric_limits<double>::max()
                                                           : column.cuts[best.last_left];
    for (const std::uint8_t bin : column.bin_of_level) node.level_goes_left.push_back(best.left[bin]);
    nodes.push_back(node);
    for (const Leaf& child : leaf.children) write(child, k);
  }

  const BoostingProblem& problem_;
  const params::GradientBoosting& parameters_;
  std::unique_ptr<Bins> bins_;
  double largest_weight_ = 1;
  double scale_ = 1;
  double centre_ = 0;
  double min_gain_ = 0;
  std::vector<double> value_;
  std::vector<std::vector<double>> training_;
  std::vector<double> normaliser_;
  std::unique_ptr<GradientQuantiser> quantiser_;
  RowGradients q_;
  const bool is_narrow_;
};

}  // namespace rf::trees
