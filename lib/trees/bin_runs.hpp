// SPDX-License-Identifier: MIT
// How a split search treats rows of weight 0: they count as rows and have no other effect. So both sides of a
// cut have weight. A bin of a number may hold only such rows. It then joins a neighbour; the middle between
// the nearest bins with weight decides which one. A level of a category may have only such rows. It is then
// set apart and goes to the same side as levels that the node does not hold. Missing values that weigh 0 go
// there too. Pinned by tests/unit/trees/weighted_tree_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "trees/bins.hpp"
#include "trees/split.hpp"

namespace rf::trees {

/// Rows without weight that follow the heavier side.
struct Weightless {
  BinSet bins{};
  std::size_t n_rows = 0;
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

/// Takes the levels without weight out of a category's groups (which have bin and n_rows()). The others keep
/// their order.
template <class Group, class HasWeight>
std::span<Group> set_apart_weightless(std::span<Group> groups, HasWeight has_weight, Weightless& weightless) {
  std::size_t n_kept = 0;
  for (const Group& group : groups) {
    if (has_weight(group)) {
      groups[n_kept++] = group;
    } else {
      insert_bin(weightless.bins, group.bin);
      weightless.n_rows += group.n_rows();
    }
  }
  return groups.first(n_kept);
}

}  // namespace rf::trees
