// SPDX-License-Identifier: MIT
// Grows one tree of gradient boosting best first: it always splits the open leaf with the largest gain (ties:
// the leaf whose rows come first). Shi, "Best-first decision tree learning" (2007); histograms as in Ke et
// al., "LightGBM" (2017).
//
// Splitting a leaf means parting its rows, counting the smaller child and finding both children's splits. The
// result depends on the leaf alone. So threads split leaves ahead of their turn, and a result is used when
// its turn comes; the tree is the same for any number of threads. All threads together split a node that has
// a large part of the rows. A pool of bounded size holds the histograms of leaves that are not split yet. If
// a leaf has lost its histogram, both children are counted from their rows, which gives the same integers.
// tests/unit/trees/boosting_support.hpp is the slow and obvious way.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "trees/bins.hpp"
#include "trees/gradient_histogram.hpp"
#include "trees/gradient_split.hpp"
#include "trees/gradient_sums.hpp"
#include "trees/row_partition.hpp"

namespace rf::trees {

struct BoostingTreeRules {
  std::uint32_t max_leaves = 31;
  std::uint32_t max_depth = UINT32_MAX;  ///< of a leaf; the root has depth 0
  GradientSplitRules split;
};

/// Memory for the histograms of leaves that are not split yet.
inline constexpr std::size_t kPoolBytes = std::size_t{64} << 20;

/// The input of one tree.
struct BoostingTreeInput {
  const RowGradients& gradients;
  const GradientQuantiser& quantiser;
  const CountedFeatures& features;
  const BoostingTreeRules& rules;
};

/// A finished tree, nodes in preorder, left before right.
struct BoostingTree {
  struct Node {
    GradientSplit split;  ///< split.feature is -1 for a leaf
    GradientSum sum;
    std::uint32_t right = 0;  ///< the left child is the next node
  };
  /// Some rows of a leaf, ascending or descending; a leaf may have several such pieces.
  struct Piece {
    std::span<const core::Sample> rows;
    std::uint32_t node;
  };
  std::vector<Node> nodes;
  std::vector<Piece> pieces;  ///< valid until the next tree is grown
};

class BoostingTreeGrower {
 public:
  /// The pool of histograms has at most `pool_bytes`. If that is very little, it has a few histograms more.
  BoostingTreeGrower(const Bins& bins, const BinColumns& columns, core::Context& context,
                     std::size_t pool_bytes = kPoolBytes);

  /// The caller writes the row numbers of the next tree here, ascending, before grow().
  core::Sample* row_list() { return lists_[0].data(); }
  /// Grows the tree of the first n_rows (at least 1) rows of the list. CANCELLED.
  core::Result<BoostingTree> grow(std::size_t n_rows, const BoostingTreeInput& input);

 private:
  enum class State : std::uint8_t { kOpen, kTaken, kExpanded };
  struct Node {
    std::size_t begin;
    std::size_t size;
    std::uint8_t list;
    std::uint32_t depth;
    GradientSum sum;
    GradientSplit split{};
    std::unique_ptr<GradientHistogram> histogram{};
    Node* left = nullptr;  ///< once expanded
    Node* right = nullptr;
    State state = State::kOpen;
    bool is_committed = false;  ///< the split is part of the tree

    bool can_split() const { return split.feature >= 0; }
  };
  struct BetterFirst {
    bool operator()(const Node* a, const Node* b) const {
      const double gain_a = a->split.gain;
      const double gain_b = b->split.gain;
      return gain_a != gain_b ? gain_a > gain_b : a->begin < b->begin;
    }
  };
  struct Job {
    Node* node = nullptr;
    bool children_count = false;  ///< whether the children may be split and so need histograms
    std::uint32_t slot = 0;       ///< of the thread that works on it
    std::unique_ptr<GradientHistogram> smaller{};
    std::unique_ptr<GradientHistogram> larger{};  ///< acquired only if the node has lost its own
  };

  std::span<const core::Sample> rows_of(const Node& node) const {
    return std::span(lists_[node.list]).subspan(node.begin, node.size);
  }
  bool has_threads() const;
  core::Result<> start_root(std::size_t n_rows);
  core::Result<> count_in_chunks(std::span<const core::Sample> rows, GradientHistogram& histogram);
  core::Result<> split_large_nodes(std::size_t n_rows);
  core::Result<> part_in_chunks(Job& job);
  GradientHistogram& slot_histogram(std::uint32_t slot, GradientHistogram& of_slot_0);
  void merge_slots(GradientHistogram& histogram);
  core::Result<> work(std::uint32_t slot);

  // Called with the mutex held.
  void commit_ready();
  bool is_done() const { return n_leaves_ == input_->rules.max_leaves || frontier_.empty(); }
  Job next_job();
  Job take(Node& node, bool is_last);
  void finish(Job& job);
  std::unique_ptr<GradientHistogram> acquire();
  void release(std::unique_ptr<GradientHistogram> histogram);

  void set_children_rows(Job& job, std::size_t n_left);
  void count_children(Job& job);
  void find_children_splits(Job& job);
  void find_node_split(Node& node);
  bool leaves_enough_rows(const Node& node) const;
  BoostingTree finished_tree() const;

  const Bins& bins_;
  const BinColumns& columns_;
  core::Context& context_;
  std::vector<core::Sample> lists_[2];
  std::vector<std::int32_t> all_features_;
  std::size_t most_histograms_;

  // The current tree.
  const BoostingTreeInput* input_ = nullptr;
  std::span<const std::int32_t> features_;
  std::deque<Node> nodes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Node*, BetterFirst> frontier_;  ///< leaves of the tree so far that can be split
  std::uint32_t n_leaves_ = 1;
  bool failed_ = false;

  // Scratch.
  std::vector<std::unique_ptr<GradientHistogram>> idle_;
  std::size_t n_histograms_ = 0;
  struct Slot {
    GradientHistogram histogram;
    bool is_used = false;
    NarrowHistogram narrow;
    std::vector<core::Sample> rows;
  };
  std::vector<Slot> slots_;
};

}  // namespace rf::trees
