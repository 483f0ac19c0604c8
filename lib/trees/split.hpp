// SPDX-License-Identifier: MIT
// The result of a split search in one node. The splitters of forests, the search of boosting and the writer
// of trees share it. split_rules.hpp has the rules by which a split is found and completed.
#pragma once

#include <array>
#include <cstdint>

namespace rf::trees {

/// A set of bins, bit b % 64 of word b / 64.
using BinSet = std::array<std::uint64_t, 4>;

inline void insert_bin(BinSet& set, std::uint32_t bin) {
  set[bin / 64] |= std::uint64_t{1} << (bin % 64);
}
inline bool has_bin(const BinSet& set, std::uint32_t bin) {
  return (set[bin / 64] >> (bin % 64) & 1) != 0;
}

struct Split {
  std::int32_t feature = -1;  ///< -1: none found
  double score = -1;  ///< comparable only within one node; a split that gains nothing also has a score
  double gain = 0;    ///< node weight * impurity decrease; of boosting in units of gradient_scale, squared
  bool default_left = true;  ///< where missing values and levels that the node does not hold go
  bool is_category = false;
  std::uint32_t last_left_bin = 0;    ///< numeric: the cut is between these two bins of the node
  std::uint32_t first_right_bin = 0;  ///< n_bins: only missing rows go right
  BinSet left_bins{};  ///< bins that go left. A search sets those of the levels that it cut off; complete()
                       ///< adds all others
  BinSet seen_bins{};  ///< category: bins that have rows with weight in the node
};

struct SplitLimits {
  std::uint32_t max_depth = UINT32_MAX;  ///< of a leaf; the root has depth 0
  std::uint32_t min_samples_split = 2;   ///< distinct rows, however often each was drawn
  std::uint32_t min_samples_leaf = 1;    ///< likewise
};

}  // namespace rf::trees
