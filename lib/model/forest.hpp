// SPDX-License-Identifier: MIT
// One or more decision trees whose leaf values are averaged (decision_tree is a forest of one).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/sample_view.hpp"

namespace rf::model {

inline constexpr std::int32_t kLeaf = -1;

/// All nodes of all trees in parallel arrays. A tree's nodes are contiguous, its root first, a parent before
/// its children. A sample goes left if x[feature] <= threshold (numeric) or if its level is in the node's
/// level set (category). NaN, an unknown level (-1) and a level past the node's words go where `default_left`
/// sends them. Words at the end of a set that would send their levels there as well are left out. Bits of
/// levels that do not exist are 0. A forest with a category split has at least one word.
///
/// Impurity is Gini's, or the mean squared deviation of targets that are centred and scaled by a power of two
/// into [-1, 1]. Gains are therefore finite whatever the targets, and only their ratios have a meaning.
struct Forest {
  std::size_t n_features = 0;  ///< design columns (kTree layout: one per feature)
  std::size_t n_outputs = 0;   ///< 1 for regression, the number of classes otherwise

  std::vector<std::int64_t> tree_offsets;     ///< n_trees + 1; first node of each tree
  std::vector<std::int32_t> feature;          ///< per node; kLeaf for a leaf
  std::vector<double> threshold;              ///< per node; 0 for leaves and category splits
  std::vector<std::int32_t> left;             ///< per node, relative to the tree's first node; 0 for leaves
  std::vector<std::int32_t> right;            ///< likewise
  std::vector<std::uint8_t> default_left;     ///< per node, 0 or 1
  std::vector<std::int32_t> level_set;        ///< per node: first word in level_words, -1 for numeric splits
  std::vector<std::int32_t> level_set_words;  ///< per node: number of words
  std::vector<std::uint32_t> level_words;     ///< bit l % 32 of word l / 32: level l goes left
  std::vector<std::int32_t> leaf;             ///< per node: number of the leaf in leaf_values, -1 for splits
  std::vector<double> leaf_values;            ///< n_leaves x n_outputs
  std::vector<double>
      split_gain;  ///< per node: (node weight / root weight) * impurity decrease; 0 for leaves

  std::size_t n_trees() const { return tree_offsets.empty() ? 0 : tree_offsets.size() - 1; }
};

/// Writes the sums of leaf values to `out`, n_scores * n_outputs per sample: tree t adds to the outputs of
/// score t % n_scores, trees in order from 0. Walks the arrays as they are and allocates nothing. For many
/// samples binned_forest.hpp gives the same bits sooner.
void sum_trees(const Forest& forest, std::size_t n_scores, const core::SampleView& x, double* out);

/// Mean of the leaf values over the trees in tree order, n_outputs per sample. Allocates nothing.
void predict(const Forest& forest, const core::SampleView& x, double* out);
/// Turns sums over the trees, of one score, into their mean, in place.
void sums_to_mean(const Forest& forest, std::span<double> sums);

}  // namespace rf::model
