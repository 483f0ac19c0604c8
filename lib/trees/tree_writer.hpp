// SPDX-License-Identifier: MIT
// Writes one tree's nodes, in preorder, into the arrays of a model::Forest, and joins the trees of a forest.
// Pinned by tests/unit/trees/tree_test.cpp and forest_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "model/forest.hpp"
#include "trees/bins.hpp"
#include "trees/split.hpp"

namespace rf::trees {

class TreeWriter {
 public:
  TreeWriter(const Bins& bins, std::size_t n_outputs, double root_weight);

  std::int32_t n_nodes() const { return static_cast<std::int32_t>(tree_.feature.size()); }
  /// Adds a complete split; its left child is the next node written. LIMIT_REACHED if level sets outgrow
  /// their index.
  core::Result<> add_split(const Split& split);
  void set_right(std::int32_t node, std::int32_t child) {
    tree_.right[static_cast<std::size_t>(node)] = child;
  }
  /// Adds a leaf. The caller appends the leaf's n_outputs values to the returned vector.
  std::vector<double>& add_leaf();
  model::Forest finish() &&;

 private:
  void add_node(std::int32_t feature, double threshold, bool default_left, double gain);
  /// Adds the words of a category split. Trailing words whose levels all go to the default side are left out.
  void add_level_words(const Split& split);

  const Bins& bins_;
  double root_weight_;
  model::Forest tree_;
};

/// Joins a forest's trees in their order while others still grow, so that trees are not held twice.
class TreeJoiner {
 public:
  /// Charges the trees to `budget`, which may be null, when the first tree is joined: its size shows about
  /// how large the others are.
  explicit TreeJoiner(std::size_t n_trees, core::MemoryBudget* budget = nullptr)
      : waiting_(n_trees), budget_(budget) {}

  /// Takes tree number `tree`. Any thread may call it. LIMIT_REACHED if leaves or level sets outgrow their
  /// index.
  core::Result<> add(std::size_t tree, model::Forest grown);
  /// Call it after all trees were added.
  model::Forest finish() && { return std::move(forest_); }

 private:
  core::Result<> append_tree(model::Forest& tree);

  std::mutex mutex_;
  std::size_t n_joined_ = 0;
  std::vector<std::optional<model::Forest>> waiting_;
  core::MemoryBudget* budget_;
  core::Reservation memory_;
  model::Forest forest_;
};

/// Joins all trees in order.
core::Result<model::Forest> join_trees(std::vector<model::Forest> trees);

}  // namespace rf::trees
