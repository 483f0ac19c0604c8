// SPDX-License-Identifier: MIT
// The rules of a split that all engines share: HistogramSplitter, MultiClassSplitter and the search of
// boosting (gradient_split.cpp). An engine adds up rows and scores cuts in its own loops, and asks here for
// the rest:
//
//   ties        A cut replaces another only if its score is larger. So a tie goes to the feature tried first,
//               then to the missing rows on the right, then to the lowest bin or the shortest list of levels.
//   missing     The missing rows of the node are tried on the right of every cut, also alone there, and then
//   on
//               the left of every cut.
//   default     Missing values and levels that the node does not hold go to the side of the node's missing
//   rows.
//               If the node has none, they go to the heavier side, and to the left if both weigh the same.
//   categories  The levels are ordered by a share, which the engine defines, and then by bin. The order is
//   cut
//               once.
//   no weight   Rows of weight 0 count as rows and have no other effect. So both sides of a cut have weight.
//   A
//               bin of a number may hold only such rows. It then joins a neighbour; the middle between the
//               nearest bins with weight decides which one. A level of a category may have only such rows. It
//               is then treated as a level that the node does not hold, and so are missing values that weigh
//               0. Boosting has no such groups: a bin whose sums are 0 is a bin without rows.
//
// tests/unit/trees/naive_split_rules.hpp states the same rules once more, in the slow and obvious way, for
// the naive implementations of all engines.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "trees/bins.hpp"
#include "trees/split.hpp"

namespace rf::trees {

/// Returns whether a cut replaces the best one before it.
constexpr bool wins(double score, double best_score) {
  return score > best_score;
}

/// Returns whether the left side is the heavier one.
template <class Weight>
constexpr bool heavier_is_left(Weight left, Weight right) {
  return left >= right;
}

/// The side of a node's missing rows.
enum class MissingSide : std::uint8_t { kNone, kRight, kLeft };

/// Calls scan(side) for each side on which the missing rows are tried, in order.
template <class Scan>
void try_missing_sides(bool some_missing, Scan scan) {
  if (!some_missing) return scan(MissingSide::kNone);
  scan(MissingSide::kRight);
  scan(MissingSide::kLeft);
}

/// Returns Split::default_left.
constexpr bool default_is_left(MissingSide missing, bool left_is_heavier) {
  return missing == MissingSide::kNone ? left_is_heavier : missing == MissingSide::kLeft;
}

/// Orders the levels of a category, which have `share` and `bin`.
template <class Level>
void order_levels(std::span<Level> levels) {
  // total order: the bin decides between equal shares
  std::sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) {
    return a.share != b.share ? a.share < b.share : a.bin < b.bin;
  });
}

/// Returns the bins 0 ... n - 1.
constexpr BinSet first_bins(std::uint32_t n) {
  BinSet set{};
  std::uint32_t word = 0;
  for (; n >= 64; n -= 64) set[word++] = ~std::uint64_t{0};
  if (n > 0) set[word] = (std::uint64_t{1} << n) - 1;
  return set;
}

/// Adds to left_bins all bins that go left and are not there yet: those of a number, and the bins of the
/// values and levels that the node does not hold.
inline void complete(const ColumnBins& column, Split& split) {
  if (!split.is_category) {
    split.left_bins = first_bins(split.last_left_bin + 1);
    if (split.default_left) insert_bin(split.left_bins, column.n_bins);
  } else if (split.default_left) {
    for (std::size_t word = 0; word < split.left_bins.size(); ++word)
      split.left_bins[word] |= ~split.seen_bins[word];
  }
}

/// Which bins go left, as a table of 0 and 1.
using GoesLeft = std::array<std::uint8_t, 256>;

/// Returns the table of a complete split. The left bins of a number are a range and perhaps the missing bin,
/// so they are written without a look at each bin.
inline GoesLeft goes_left_table(const ColumnBins& column, const Split& split) {
  GoesLeft goes_left{};
  if (split.is_category) {
    for (std::uint32_t bin = 0; bin < 256; ++bin) goes_left[bin] = has_bin(split.left_bins, bin);
  } else {
    std::fill_n(goes_left.begin(), split.last_left_bin + 1, std::uint8_t{1});
    goes_left[column.n_bins] = has_bin(split.left_bins, column.n_bins);
  }
  return goes_left;
}

/// Rows without weight that go to the default side of a cut without missing rows.
struct Weightless {
  std::size_t n_rows = 0;
  std::size_t rows_on_the_left(bool left_is_heavier) const {
    return default_is_left(MissingSide::kNone, left_is_heavier) ? n_rows : 0;
  }
};

/// A run is one bin or several neighbouring bins of a number. It has last_bin and n_rows(); append(next) and
/// prepend(previous) join another run to it. At first each of `runs` is one bin; they ascend, with the
/// missing bin, if any, at the end. Joins the runs without weight to runs with weight. Returns the latter,
/// which are then at the front of `runs`. If the missing bin has no weight, its rows go to `weightless`.
template <class Run, class HasWeight>
std::span<Run> merge_weightless(std::span<Run> runs, const ColumnBins& column, HasWeight has_weight,
                                Weightless& weightless) {
  std::size_t n_numbers = runs.size();
  if (n_numbers > 0 && runs.back().last_bin == column.n_bins) --n_numbers;
  std::size_t n_kept = 0;
  std::size_t waiting = 0;  // the first of the runs without weight that precede run r
  for (std::size_t r = 0; r < n_numbers; ++r) {
    if (!has_weight(runs[r])) continue;
    if (n_kept > 0 && waiting < r) {
      const double middle =
          threshold_between(column.upper[runs[n_kept - 1].last_bin], column.lower[runs[r].last_bin]);
      while (waiting < r && column.upper[runs[waiting].last_bin] <= middle)
        runs[n_kept - 1].append(runs[waiting++]);
    }
    for (std::size_t before = r; before > waiting; --before) runs[r].prepend(runs[before - 1]);
    runs[n_kept++] = runs[r];
    waiting = r + 1;
  }
  if (n_kept > 0)
    for (; waiting < n_numbers; ++waiting) runs[n_kept - 1].append(runs[waiting]);
  if (n_numbers < runs.size()) {
    if (has_weight(runs[n_numbers]))
      runs[n_kept++] = runs[n_numbers];
    else
      weightless.n_rows += runs[n_numbers].n_rows();
  }
  return runs.first(n_kept);
}

/// Takes the levels without weight out of a category's groups, which have n_rows(). The others keep their
/// order.
template <class Group, class HasWeight>
std::span<Group> set_apart_weightless(std::span<Group> groups, HasWeight has_weight, Weightless& weightless) {
  std::size_t n_kept = 0;
  for (const Group& group : groups) {
    if (has_weight(group))
      groups[n_kept++] = group;
    else
      weightless.n_rows += group.n_rows();
  }
  return groups.first(n_kept);
}

}  // namespace rf::trees
