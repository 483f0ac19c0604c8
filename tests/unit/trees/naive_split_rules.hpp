// SPDX-License-Identifier: MIT
// The naive twin of trees/split_rules.hpp: the same rules, stated once more for the naive implementations of
// trees and of boosting. It works on rows, values and levels, without bins, and includes nothing of
// lib/trees, so that a wrong rule there cannot be wrong here too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace rf::trees::naive {

/// A cut found later replaces the best one only if it is better, so a tie goes to the one found first.
template <class Score>
bool replaces(const Score& found, const Score& best) {
  return best < found;
}

/// The sides on which a node's missing rows are tried, in order: right, then left. A node without missing
/// rows is cut once.
inline std::vector<std::optional<bool>> sides_of_missing(bool some_missing) {
  if (some_missing) return {false, true};
  return {std::nullopt};
}

/// Whether missing values and levels that the node does not hold go left: as the node's missing rows do, or,
/// without such rows, to the heavier side, which is the left one if both weigh the same.
template <class Weight>
bool default_left(std::optional<bool> missing_left, const Weight& left, const Weight& right) {
  if (missing_left.has_value()) return *missing_left;
  const bool right_is_heavier = left < right;
  return !right_is_heavier;
}

/// The levels in the order in which they are cut. is_less compares two levels by their shares; levels of
/// equal shares stay in the order of their numbers.
template <class IsLess>
std::vector<std::int32_t> ordered_levels(const std::set<std::int32_t>& levels, IsLess is_less) {
  std::vector<std::int32_t> order(levels.begin(), levels.end());
  std::stable_sort(order.begin(), order.end(), is_less);
  return order;
}

/// Whether a level goes left, by the sides of the levels that have weight in the node.
inline bool level_goes_left(const std::map<std::int32_t, bool>& known, std::int32_t level,
                            bool default_left) {
  const auto found = known.find(level);
  return found == known.end() ? default_left : found->second;
}

}  // namespace rf::trees::naive
