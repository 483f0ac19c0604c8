// SPDX-License-Identifier: MIT
// Split search by histograms of integer cells: one sweep over the node's rows counts all candidate features,
// then one scan per feature visits the bins that occur. A node with fewer than kMarkRows rows keeps a bitmap
// of touched bins. A node with at most kFewRows rows is sorted by bin instead. So a node of five rows costs
// five steps and not 255. Categories are ordered by mean target and cut once: with two classes or squared
// error the best of all subsets is a prefix of that order (Fisher, "On grouping for maximum homogeneity",
// 1958; Breiman et al., "Classification and Regression Trees", 1984, section 4.2.2). Two kinds of numbers are
// scanned as runs of bins (split_rules.hpp): those of a column with missing values and those of rows with
// sample weights. A shorter scan serves all other numbers. tests/unit/trees/tree_test.cpp contains the naive
// implementation.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "trees/bins.hpp"
#include "trees/lane_sort.hpp"
#include "trees/split.hpp"
#include "trees/split_rules.hpp"

namespace rf::trees {

/// `Statistics` defines what a row adds to a cell and the score of a cut: two_class_statistics.hpp,
/// value_statistics.hpp and weighted_statistics.hpp. Its Cell adds with += and is empty() before any row. If
/// kIsWeighted, the Cell also counts its rows and has has_weight().
template <class Statistics>
class HistogramSplitter {
 public:
  static constexpr bool kIsWeighted = Statistics::kIsWeighted;
  using Entry = typename Statistics::Entry;
  using Cell = typename Statistics::Cell;
  /// The number of features counted in one sweep. Their cells fit into the first-level cache, or nearly.
  static constexpr std::size_t kSweep = std::max<std::size_t>(8, 32768 / (256 * sizeof(Cell)));

  HistogramSplitter(const Bins& bins, const SplitLimits& limits, Statistics statistics)
      : bins_(&bins),
        min_samples_leaf_(limits.min_samples_leaf),
        statistics_(std::move(statistics)),
        cells_(kSweep * 256),
        rows_(limits.min_samples_leaf > 1 && !kIsWeighted ? kSweep * 256 : 0),
        used_(kSweep) {}

  Entry entry(core::Sample row, std::uint32_t weight) const { return statistics_.entry(row, weight); }
  /// Makes `node` the current node, to which the other functions refer.
  void open(std::span<const Entry> node) { statistics_.open(node); }
  bool is_pure() const { return statistics_.is_pure(); }
  double weight() const { return statistics_.weight(); }
  double gain(double score) const { return statistics_.gain(score); }
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const {
    statistics_.append_leaf(node, leaf_values);
  }

  /// Improves `best` by splits on at most kSweep features, in order. Returns how many of them vary in the
  /// node.
  std::size_t try_features(std::span<const Entry> node, std::span<const std::int32_t> features, Split& best) {
    if (node.size() <= kFewRows) {
      std::size_t n_varying = 0;
      for (std::size_t c = 0; c < features.size(); c += kLanes) {
        const auto some = features.subspan(c, std::min(kLanes, features.size() - c));
        n_varying += node.size() <= 4   ? try_few_rows<4>(node, some, best)
                     : node.size() <= 8 ? try_few_rows<8>(node, some, best)
                                        : try_few_rows<kFewRows>(node, some, best);
      }
      return n_varying;
    }
    count(node, features);
    std::size_t n_varying = 0;
    for (std::size_t c = 0; c < features.size(); ++c) {
      const ColumnBins& column = bins_->column(static_cast<std::size_t>(features[c]));
      if (node.size() >= kMarkRows) mark_used(c, column.n_bins + (column.has_missing ? 1 : 0));
      n_varying += scan_column(c, features[c], node.size(), best) ? 1 : 0;
    }
    return n_varying;
  }

 private:
  static constexpr std::size_t kMarkRows = 256;
  static constexpr std::size_t kPrefetch = 16;  ///< rows ahead

  /// Nodes with at most this many rows are sorted instead of counted. The key of a row is its bin, then its
  /// number in the node.
  static constexpr std::size_t kFewRows = 16;
  static constexpr unsigned kRowBits = 4;

  /// A bin of a category.
  struct Group {
    std::uint32_t bin;
    std::uint32_t rows;
    double share;
    Cell cell;
    std::size_t n_rows() const { return rows; }
  };
  /// Bins of a number that no cut separates, see split_rules.hpp.
  struct Run {
    std::uint32_t first_bin;
    std::uint32_t last_bin;
    std::uint32_t rows;
    Cell cell;
    std::size_t n_rows() const { return rows; }
    void append(const Run& next) { last_bin = next.last_bin, rows += next.rows; }
    void prepend(const Run& previous) { first_bin = previous.first_bin, rows += previous.rows; }
  };
  static constexpr auto kHasWeight = [](const auto& part) { return part.cell.has_weight(); };

  template <std::size_t N>
  std::size_t try_few_rows(std::span<const Entry> node, std::span<const std::int32_t> features, Split& best) {
    std::array<Cell, N> cells;
    Lanes<N> keys;
    for (std::size_t r = 0; r < node.size(); ++r) {
      const std::uint8_t* const bin_of = bins_->row(node[r].row);
      cells[r] = statistics_.contribution(node[r]);
      keys[r] = {};
      for (std::size_t c = 0; c < features.size(); ++c)
        keys[r][c] = static_cast<std::int16_t>(bin_of[features[c]] << kRowBits | static_cast<int>(r));
    }
    for (std::size_t r = node.size(); r < N; ++r) keys[r].fill(INT16_MAX);
    sort_lanes(keys);

    std::size_t n_varying = 0;
    for (std::size_t c = 0; c < features.size(); ++c) {
      if (keys[0][c] >> kRowBits == keys[node.size() - 1][c] >> kRowBits) continue;
      const ColumnBins& column = bins_->column(static_cast<std::size_t>(features[c]));
      if (column.is_category) {
        n_varying += scan_few_levels(keys, c, cells, features[c], node.size(), best) ? 1 : 0;
      } else if (kIsWeighted || column.has_missing) {
        n_varying += scan_few_runs(keys, c, cells, features[c], node.size(), best) ? 1 : 0;
      } else {
        scan_few_numbers(keys, c, cells, features[c], node.size(), best);
        ++n_varying;
      }
    }
    return n_varying;
  }

  template <std::size_t N>
  void scan_few_numbers(const Lanes<N>& keys, std::size_t lane, const std::array<Cell, N>& cells,
                        std::int32_t feature, std::size_t n_rows, Split& best) {
    BestCut cut(best.score);
    Cell left{};
    for (std::size_t r = 0; r + 1 < n_rows; ++r) {
      left += cells[static_cast<std::size_t>(keys[r][lane] & (kFewRows - 1))];
      const int bin = keys[r][lane] >> kRowBits;
      const int next = keys[r + 1][lane] >> kRowBits;
      if (bin == next || !leaves_enough(r + 1, n_rows)) continue;
      cut.offer(statistics_.score(left), left, static_cast<std::uint32_t>(bin),
                static_cast<std::uint32_t>(next));
    }
    take(cut, feature, best);
  }

  template <std::size_t N>
  bool scan_few_runs(const Lanes<N>& keys, std::size_t lane, const std::array<Cell, N>& cells,
                     std::int32_t feature, std::size_t n_rows, Split& best) {
    std::array<Run, N> runs;
    std::size_t n_runs = 0;
    for (std::size_t r = 0; r < n_rows; ++r) {
      const auto bin = static_cast<std::uint32_t>(keys[r][lane] >> kRowBits);
      if (n_runs == 0 || runs[n_runs - 1].first_bin != bin) runs[n_runs++] = {bin, bin, 0, Cell{}};
      ++runs[n_runs - 1].rows;
      runs[n_runs - 1].cell += cells[static_cast<std::size_t>(keys[r][lane] & (kFewRows - 1))];
    }
    return scan_runs(std::span(runs).first(n_runs), feature, n_rows, best);
  }

  template <std::size_t N>
  bool scan_few_levels(const Lanes<N>& keys, std::size_t lane, const std::array<Cell, N>& cells,
                       std::int32_t feature, std::size_t n_rows, Split& best) {
    std::array<Group, N> groups;
    std::size_t n_groups = 0;
    for (std::size_t r = 0; r < n_rows; ++r) {
      const auto bin = static_cast<std::uint32_t>(keys[r][lane] >> kRowBits);
      if (n_groups == 0 || groups[n_groups - 1].bin != bin) groups[n_groups++] = {bin, 0, 0, Cell{}};
      ++groups[n_groups - 1].rows;
      groups[n_groups - 1].cell += cells[static_cast<std::size_t>(keys[r][lane] & (kFewRows - 1))];
    }
    return scan_groups(std::span(groups).first(n_groups), feature, n_rows, best);
  }

  /// The best cut of one numeric feature so far. The processor cannot predict which offers are taken, so no
  /// branch depends on that.
  struct BestCut {
    explicit BestCut(double score_to_beat) : score(score_to_beat) {}
    void offer(double offered, const Cell& cell, std::uint32_t last, std::uint32_t first) {
      const bool better = wins(offered, score);
      score = better ? offered : score;
      left = better ? cell : left;
      last_left_bin = better ? last : last_left_bin;
      first_right_bin = better ? first : first_right_bin;
    }
    double score;
    Cell left{};
    std::uint32_t last_left_bin = 0;
    std::uint32_t first_right_bin = 0;  ///< 0: none taken
  };

  void take(const BestCut& cut, std::int32_t feature, Split& best) const {
    if (cut.first_right_bin == 0) return;
    best.score = cut.score;
    best.feature = feature;
    best.default_left = default_is_left(MissingSide::kNone, statistics_.left_is_heavier(cut.left));
    best.is_category = false;
    best.last_left_bin = cut.last_left_bin;
    best.first_right_bin = cut.first_right_bin;
  }

  void count(std::span<const Entry> node, std::span<const std::int32_t> features) {
    if (node.size() < kMarkRows) {
      sweep(node, features, [&](std::size_t c, std::uint32_t bin, const Cell& added) {
        cells_[c * 256 + bin] += added;
        insert_bin(used_[c], bin);
      });
    } else {
      sweep(node, features,
            [&](std::size_t c, std::uint32_t bin, const Cell& added) { cells_[c * 256 + bin] += added; });
    }
    if (!rows_.empty())
      sweep(node, features, [&](std::size_t c, std::uint32_t bin, const Cell&) { ++rows_[c * 256 + bin]; });
  }

  /// Calls visit(c, bin, contribution) for every row and every swept feature c.
  template <class Visit>
  void sweep(std::span<const Entry> node, std::span<const std::int32_t> features, Visit visit) {
    switch (features.size()) {  // unrolled loops for frequent numbers of features
      case 1:
        return sweep_some<1>(node, features, visit);
      case 2:
        return sweep_some<2>(node, features, visit);
      case 3:
        return sweep_some<3>(node, features, visit);
      case 4:
        return sweep_some<4>(node, features, visit);
      case 5:
        return sweep_some<5>(node, features, visit);
      case 6:
        return sweep_some<6>(node, features, visit);
      case 7:
        return sweep_some<7>(node, features, visit);
      case 8:
        return sweep_some<8>(node, features, visit);
      default:
        sweep_some<0>(node, features, visit);
    }
  }

  template <std::size_t N, class Visit>
  void sweep_some(std::span<const Entry> node, std::span<const std::int32_t> features, Visit visit) {
    std::array<std::int32_t, kSweep> feature;
    std::copy(features.begin(), features.end(), feature.begin());
    const std::size_t n_features = N > 0 ? N : features.size();
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (i + kPrefetch < node.size()) __builtin_prefetch(bins_->row(node[i + kPrefetch].row));
      const std::uint8_t* bin_of = bins_->row(node[i].row);
      const Cell added = statistics_.contribution(node[i]);
      for (std::size_t c = 0; c < n_features; ++c) visit(c, bin_of[feature[c]], added);
    }
  }

  void mark_used(std::size_t c, std::uint32_t n_bins) {
    for (std::uint32_t bin = 0; bin < n_bins; ++bin)
      if (!cells_[c * 256 + bin].empty()) insert_bin(used_[c], bin);
  }

  /// Calls visit(bin, cell, rows) for the bins that occur, ascending, and empties the histogram.
  template <class Visit>
  void drain(std::size_t c, Visit visit) {
    for (std::uint32_t word = 0; word < 4; ++word) {
      for (std::uint64_t bits = used_[c][word]; bits != 0; bits &= bits - 1) {
        const std::uint32_t bin = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
        const Cell cell = std::exchange(cells_[c * 256 + bin], Cell{});
        if constexpr (kIsWeighted) {
          visit(bin, cell, cell.rows);
        } else {
          const std::uint32_t rows = rows_.empty() ? 0 : std::exchange(rows_[c * 256 + bin], 0);
          visit(bin, cell, rows);
        }
      }
      used_[c][word] = 0;
    }
  }

  bool leaves_enough(std::size_t left_rows, std::size_t node_rows) const {
    return min_samples_leaf_ <= 1 ||
           (left_rows >= min_samples_leaf_ && node_rows - left_rows >= min_samples_leaf_);
  }

  /// Returns whether the feature varies in the node.
  bool scan_column(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
    if (column.is_category) return scan_category(c, feature, node_rows, best);
    if constexpr (!kIsWeighted)
      if (!column.has_missing) return scan_numeric(c, feature, node_rows, best);
    return scan_runs(c, feature, node_rows, best);
  }

  /// Computes the sums up to each bin that occurs, then the scores of all cuts, which do not depend on each
  /// other, then the best cut.
  bool scan_numeric(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    std::array<std::uint32_t, 256> bins;
    std::array<Cell, 256> lefts;  ///< sums up to and including the bin
    std::array<std::uint32_t, 256> left_rows;
    std::array<double, 256> scores;
    std::size_t n_used = 0;
    Cell left{};
    std::uint32_t rows_so_far = 0;
    drain(c, [&](std::uint32_t bin, const Cell& cell, std::uint32_t rows) {
      bins[n_used] = bin;
      lefts[n_used] = left += cell;
      left_rows[n_used] = rows_so_far += rows;
      ++n_used;
    });
    if (n_used < 2) return false;
    statistics_.scores(std::span(lefts).first(n_used - 1), scores.data());
    BestCut cut(best.score);
    for (std::size_t i = 0; i + 1 < n_used; ++i)
      if (leaves_enough(left_rows[i], node_rows)) cut.offer(scores[i], lefts[i], bins[i], bins[i + 1]);
    take(cut, feature, best);
    return true;
  }

  bool scan_runs(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    std::array<Run, 256> runs;
    std::size_t n_runs = 0;
    drain(c, [&](std::uint32_t bin, const Cell& cell, std::uint32_t rows) {
      runs[n_runs++] = {bin, bin, rows, cell};
    });
    return scan_runs(std::span(runs).first(n_runs), feature, node_rows, best);
  }

  /// Finds the best cut between ascending bins, the missing bin last. Returns whether a cut exists.
  bool scan_runs(std::span<Run> runs, std::int32_t feature, std::size_t node_rows, Split& best) {
    const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
    Weightless weightless;
    if constexpr (kIsWeighted) runs = merge_weightless(runs, column, kHasWeight, weightless);
    if (runs.size() < 2) return false;
    const bool some_missing = runs.back().first_bin == column.n_bins;
    try_missing_sides(some_missing, [&](MissingSide missing) {
      if (missing == MissingSide::kLeft) std::rotate(runs.begin(), runs.end() - 1, runs.end());
      // Missing rows alone on the left are the same cut as alone on the right, which was tried before.
      const std::size_t first_cut = missing == MissingSide::kLeft ? 1 : 0;
      Cell left{};
      std::size_t left_rows = 0;
      for (std::size_t r = 0; r + 1 < runs.size(); ++r) {
        left += runs[r].cell;
        left_rows += runs[r].rows;
        if (r < first_cut || !leaves_enough(left_rows, left, weightless, node_rows)) continue;
        const double score = statistics_.score(left);
        if (!wins(score, best.score)) continue;
        best.score = score;
        best.feature = feature;
        best.default_left = default_is_left(missing, statistics_.left_is_heavier(left));
        best.is_category = false;
        best.last_left_bin = runs[r].last_bin;
        best.first_right_bin = runs[r + 1].first_bin;
      }
    });
    return true;
  }

  bool leaves_enough(std::size_t left_rows, const Cell& left, const Weightless& weightless,
                     std::size_t node_rows) const {
    if constexpr (kIsWeighted)
      if (weightless.n_rows > 0) left_rows += weightless.rows_on_the_left(statistics_.left_is_heavier(left));
    return leaves_enough(left_rows, node_rows);
  }

  bool scan_category(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    std::array<Group, 256> groups;
    std::size_t n_groups = 0;
    drain(c, [&](std::uint32_t bin, const Cell& cell, std::uint32_t rows) {
      groups[n_groups++] = {bin, rows, 0, cell};
    });
    return scan_groups(std::span(groups).first(n_groups), feature, node_rows, best);
  }

  /// Finds the best cut of the levels ordered by share. Returns whether a cut exists.
  bool scan_groups(std::span<Group> groups, std::int32_t feature, std::size_t node_rows, Split& best) {
    Weightless weightless;
    if constexpr (kIsWeighted) groups = set_apart_weightless(groups, kHasWeight, weightless);
    if (groups.size() < 2) return false;
    for (Group& group : groups) group.share = statistics_.share(group.cell);
    order_levels(groups);
    Cell left{};
    std::size_t left_rows = 0;
    std::size_t n_left = 0;  // of the best prefix
    for (std::size_t g = 0; g + 1 < groups.size(); ++g) {
      left += groups[g].cell;
      left_rows += groups[g].rows;
      if (!leaves_enough(left_rows, left, weightless, node_rows)) continue;
      const double score = statistics_.score(left);
      if (wins(score, best.score)) {
        best.score = score;
        best.default_left = default_is_left(MissingSide::kNone, statistics_.left_is_heavier(left));
        n_left = g + 1;
      }
    }
    if (n_left == 0) return true;
    best.feature = feature;
    best.is_category = true;
    best.seen_bins = {};
    best.left_bins = {};
    for (const Group& group : groups) insert_bin(best.seen_bins, group.bin);
    for (std::size_t g = 0; g < n_left; ++g) insert_bin(best.left_bins, groups[g].bin);
    return true;
  }

  const Bins* bins_;
  std::uint32_t min_samples_leaf_;
  Statistics statistics_;
  std::vector<Cell> cells_;          ///< kSweep x 256, all empty between calls
  std::vector<std::uint32_t> rows_;  ///< kSweep x 256 numbers of distinct rows, all 0 between calls; kept
                                     ///< only if min_samples_leaf needs them
  std::vector<BinSet> used_;         ///< per swept feature, empty between calls
};

}  // namespace rf::trees
