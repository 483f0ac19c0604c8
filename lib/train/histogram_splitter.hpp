// SPDX-License-Identifier: MIT
// Split search by histograms of integer cells: all candidate features in one sweep over the node's rows, then one
// scan per feature over the bins that occur. Below kMarkRows rows a bitmap of touched bins is kept, so that a
// node of five rows costs five and not 255. Categories are ordered by mean target and cut once: with two classes
// or squared error the best of all subsets is a prefix of that order (Fisher, "On grouping for maximum
// homogeneity", 1958; Breiman et al., "Classification and Regression Trees", 1984, section 4.2.2).
// tests/unit/train/tree_test.cpp holds the naive twin.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "train/bins.hpp"
#include "train/split.hpp"

namespace rf::train {

/// `Statistics` says what a row adds to a cell and what a cut is worth: two_class_statistics.hpp and
/// value_statistics.hpp. Its Cell adds with += and is empty() before any row.
template <class Statistics>
class HistogramSplitter {
 public:
  using Entry = typename Statistics::Entry;
  using Cell = typename Statistics::Cell;
  /// Features counted in one sweep; their cells stay in the first-level cache.
  static constexpr std::size_t kSweep = 32768 / (256 * sizeof(Cell));

  HistogramSplitter(const Bins& bins, const SplitRules& rules, Statistics statistics)
      : bins_(&bins),
        min_samples_leaf_(rules.min_samples_leaf),
        statistics_(std::move(statistics)),
        cells_(kSweep * 256),
        rows_(rules.min_samples_leaf > 1 ? kSweep * 256 : 0),
        used_(kSweep) {}

  Entry entry(std::uint32_t row, std::uint32_t weight) const { return statistics_.entry(row, weight); }
  /// Makes `node` the node that the other functions speak of.
  void open(std::span<const Entry> node) { statistics_.open(node); }
  bool is_pure() const { return statistics_.is_pure(); }
  double weight() const { return statistics_.weight(); }
  double gain(double score) const { return statistics_.gain(score); }
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const {
    statistics_.append_leaf(node, leaf_values);
  }

  /// Improves `best` by splits on at most kSweep features, in order. Returns how many of them vary in the node.
  std::size_t try_features(std::span<const Entry> node, std::span<const std::int32_t> features, Split& best) {
    count(node, features);
    std::size_t n_varying = 0;
    for (std::size_t c = 0; c < features.size(); ++c) {
      const ColumnBins& column = bins_->column(static_cast<std::size_t>(features[c]));
      if (node.size() >= kMarkRows) mark_used(c, column.n_bins);
      const bool varies = column.is_category ? scan_category(c, features[c], node.size(), best)
                                             : scan_numeric(c, features[c], node.size(), best);
      n_varying += varies ? 1 : 0;
    }
    return n_varying;
  }

 private:
  static constexpr std::size_t kMarkRows = 256;
  static constexpr std::size_t kPrefetch = 16;  ///< rows ahead

  struct Group {
    std::uint32_t bin;
    std::uint32_t rows;
    double share;
    Cell cell;
  };

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
    if (min_samples_leaf_ > 1)
      sweep(node, features, [&](std::size_t c, std::uint32_t bin, const Cell&) { ++rows_[c * 256 + bin]; });
  }

  /// Calls visit(c, bin, contribution) for every row and every swept feature c.
  template <class Visit>
  void sweep(std::span<const Entry> node, std::span<const std::int32_t> features, Visit visit) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (i + kPrefetch < node.size()) __builtin_prefetch(bins_->row(node[i + kPrefetch].row));
      const std::uint8_t* bin_of = bins_->row(node[i].row);
      const Cell added = statistics_.contribution(node[i]);
      for (std::size_t c = 0; c < features.size(); ++c) visit(c, bin_of[features[c]], added);
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
        const std::uint32_t rows = rows_.empty() ? 0 : std::exchange(rows_[c * 256 + bin], 0);
        visit(bin, cell, rows);
      }
      used_[c][word] = 0;
    }
  }

  bool leaves_enough(std::size_t left_rows, std::size_t node_rows) const {
    return min_samples_leaf_ <= 1 ||
           (left_rows >= min_samples_leaf_ && node_rows - left_rows >= min_samples_leaf_);
  }

  bool scan_numeric(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    constexpr std::uint32_t kNone = 256;
    Cell left{};
    std::size_t left_rows = 0;
    std::uint32_t previous = kNone;
    std::size_t n_used = 0;
    drain(c, [&](std::uint32_t bin, const Cell& cell, std::uint32_t rows) {
      if (previous != kNone && leaves_enough(left_rows, node_rows)) {
        const double score = statistics_.score(left);
        if (score > best.score) {
          best.score = score;
          best.feature = feature;
          best.left_is_heavier = statistics_.left_is_heavier(left);
          best.is_category = false;
          best.last_left_bin = previous;
          best.first_right_bin = bin;
        }
      }
      left += cell;
      left_rows += rows;
      previous = bin;
      ++n_used;
    });
    return n_used > 1;
  }

  bool scan_category(std::size_t c, std::int32_t feature, std::size_t node_rows, Split& best) {
    std::array<Group, 256> groups;
    std::size_t n_groups = 0;
    drain(c, [&](std::uint32_t bin, const Cell& cell, std::uint32_t rows) {
      groups[n_groups++] = {bin, rows, statistics_.share(cell), cell};
    });
    std::sort(groups.begin(), groups.begin() + n_groups, [](const Group& a, const Group& b) {
      return a.share != b.share ? a.share < b.share : a.bin < b.bin;
    });
    Cell left{};
    std::size_t left_rows = 0;
    std::size_t n_left = 0;  // of the best prefix
    for (std::size_t g = 0; g + 1 < n_groups; ++g) {
      left += groups[g].cell;
      left_rows += groups[g].rows;
      if (!leaves_enough(left_rows, node_rows)) continue;
      const double score = statistics_.score(left);
      if (score > best.score) {
        best.score = score;
        best.left_is_heavier = statistics_.left_is_heavier(left);
        n_left = g + 1;
      }
    }
    if (n_left > 0) {
      best.feature = feature;
      best.is_category = true;
      best.left_bins = best.seen_bins = {};
      for (std::size_t g = 0; g < n_groups; ++g) insert_bin(best.seen_bins, groups[g].bin);
      for (std::size_t g = 0; g < n_left; ++g) insert_bin(best.left_bins, groups[g].bin);
    }
    return n_groups > 1;
  }

  const Bins* bins_;
  std::uint32_t min_samples_leaf_;
  Statistics statistics_;
  std::vector<Cell> cells_;           ///< kSweep x 256, all empty between calls
  std::vector<std::uint32_t> rows_;   ///< kSweep x 256 distinct rows, all 0 between calls; kept only if asked for
  std::vector<BinSet> used_;          ///< per swept feature, empty between calls
};

}  // namespace rf::train
