// SPDX-License-Identifier: MIT
// The result of a split search in one node, and the rules that it follows. Shared by the splitters and the
// grower.
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

/// The best split of a node so far. A later one replaces it only with a larger score, so ties go to the
/// feature tried first and to the lowest bin.
struct Split {
  std::int32_t feature = -1;  ///< -1: none found
  double score = -1;  ///< comparable only within one node; a split that gains nothing also has a score
  double gain = 0;    ///< node weight * impurity decrease
  bool left_is_heavier = true;  ///< unseen values go left; if the node has missing rows, these go left
  bool is_category = false;
  std::uint32_t last_left_bin = 0;    ///< numeric: the cut is between these two bins of the node
  std::uint32_t first_right_bin = 0;  ///< n_bins: only missing rows go right
  BinSet left_bins{};                 ///< category: bins that go left
  BinSet seen_bins{};                 ///< category: bins that occur in the node
};

struct SplitRules {
  std::uint32_t max_depth = UINT32_MAX;  ///< of a leaf; the root has depth 0
  std::uint32_t min_samples_split = 2;   ///< distinct rows, however often each was drawn
  std::uint32_t min_samples_leaf = 1;    ///< likewise
};

}  // namespace rf::trees
