// SPDX-License-Identifier: MIT
// One or more decision trees whose leaf values are averaged (decision_tree is a forest of one).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/sample_view.hpp"

namespace rf::model {

inline constexpr std::int32_t kLeaf = -1;

/// All nodes of all trees in parallel arrays; a tree's nodes are contiguous, its root first, a parent before its
/// children. A sample goes left when x[feature] <= threshold (numeric) or when its level is in the node's level
/// set (category); a level outside 0 .. n_levels-1 (unknown) goes where `default_left` says.
struct Forest {
  std::size_t n_features = 0;  ///< design columns (kTree layout: one per feature)
  std::size_t n_outputs = 0;   ///< 1 for regression, the number of classes otherwise

  std::vector<std::int64_t> tree_offsets;      ///< n_trees + 1; first node of each tree
  std::vector<std::int32_t> feature;           ///< per node; kLeaf for a leaf
  std::vector<double> threshold;               ///< per node; 0 for leaves and category splits
  std::vector<std::int32_t> left;              ///< per node, relative to the tree's first node; 0 for leaves
  std::vector<std::int32_t> right;             ///< likewise
  std::vector<std::uint8_t> default_left;      ///< per node, 0 or 1
  std::vector<std::int32_t> level_set;         ///< per node: first word in level_words, -1 for numeric splits
  std::vector<std::int32_t> level_set_words;   ///< per node: number of words
  std::vector<std::uint32_t> level_words;      ///< bit l % 32 of word l / 32: level l goes left
  std::vector<std::int32_t> leaf;              ///< per node: number of the leaf in leaf_values, -1 for splits
  std::vector<double> leaf_values;             ///< n_leaves x n_outputs
  std::vector<double> split_gain;              ///< per node: (node weight / root weight) * impurity decrease; 0 for leaves

  std::size_t n_trees() const { return tree_offsets.empty() ? 0 : tree_offsets.size() - 1; }
};

/// Mean of the leaf values over the trees in tree order, n_outputs per sample. Allocates nothing.
void predict(const Forest& forest, const core::SampleView& x, double* out);

}  // namespace rf::model
