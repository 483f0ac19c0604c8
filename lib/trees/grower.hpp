// SPDX-License-Identifier: MIT
// Grows one tree from a splitter: depth first with an explicit stack, or best first if the number of leaves
// is limited. In both cases nodes are written in preorder, left before right, so that a limit that is never
// reached changes nothing. The rows of a node are a range of one array. They are partitioned in place and
// stably, so they stay in row order. The stop rules have scikit-learn's meanings; an impure node is split
// even if no split gains anything. Pinned by tests/unit/trees/tree_test.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "core/workers.hpp"
#include "model/forest.hpp"
#include "trees/bins.hpp"
#include "trees/candidate_features.hpp"
#include "trees/split.hpp"
#include "trees/split_rules.hpp"
#include "trees/tree_writer.hpp"

namespace rf::trees {

struct GrowthPlan {
  SplitLimits limits;
  std::optional<std::uint32_t> max_leaves;
  std::size_t n_candidates = 1;  ///< features tried in a node, more while all of them are constant there
  std::optional<std::uint64_t>
      seed;  ///< draws the candidates; without it they are tried in the order of their numbers
  std::size_t n_outputs = 1;
};

/// Called with the number of the tree's rows that have reached their leaf.
using RowsDone = std::function<core::Result<>(std::size_t rows_done)>;

template <class Splitter>
class Grower {
 public:
  using Entry = typename Splitter::Entry;

  /// With workers, several threads search the features of large nodes. The workers must outlive the grower,
  /// and `grow` must not run in one of their tasks. The tree is the same as without workers.
  Grower(const Bins& bins, const Splitter& splitter, const GrowthPlan& plan, core::Workers* workers = nullptr)
      : bins_(bins),
        plan_(plan),
        splitter_(splitter),
        candidates_(bins.n_features(), plan.seed),
        workers_(workers) {
    if (workers != nullptr) helpers_.resize(workers->n_threads(), Helper{splitter, 0});
  }

  /// Grows the tree of the drawn rows. draws[i] is how often row i was drawn; at least one row was drawn.
  /// LIMIT_REACHED if the tree's leaves or level sets outgrow their index.
  core::Result<model::Forest> grow(std::span<const std::uint32_t> draws, std::uint32_t tree,
                                   const RowsDone& done) {
    entries_.clear();
    for (std::uint32_t row = 0; row < draws.size(); ++row)
      if (draws[row] > 0) entries_.push_back(splitter_.entry(core::Sample{row}, draws[row]));
    spare_.resize(entries_.size());
    tree_ = tree;
    rows_done_ = 0;
    splitter_.open(entries_);
    TreeWriter writer(bins_, plan_.n_outputs, splitter_.weight());
    if (plan_.max_leaves) {
      RF_TRY(grow_best_first(writer, done));
    } else {
      RF_TRY(grow_depth_first(writer, done));
    }
    return std::move(writer).finish();
  }

 private:
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t size() const { return end - begin; }
  };
  struct Pending {
    Range range;
    std::uint32_t depth;
    std::int32_t parent;  ///< the node whose right child this is, -1 for left children and the root
  };
  /// A thread's own splitter and the number of the search that opened it last.
  struct Helper {
    Splitter splitter;
    std::uint64_t search;
  };
  struct BestFirstNode {
    Range range;
    std::uint32_t depth;
    Split split;             ///< feature -1: cannot be split
    std::uint32_t left = 0;  ///< number of the left child, the right one follows; 0 while a leaf
  };

  std::span<Entry> rows(Range range) { return std::span(entries_).subspan(range.begin, range.size()); }

  /// Opens the node in the splitter and finds its best split. The feature is -1 if the node must stay a leaf.
  Split find_split(Range range, std::uint32_t depth, std::uint32_t node) {
    const std::span<const Entry> entries = rows(range);
    splitter_.open(entries);
    Split best;
    const SplitLimits& limits = plan_.limits;
    if (depth >= limits.max_depth || range.size() < limits.min_samples_split ||
        range.size() / 2 < limits.min_samples_leaf || splitter_.is_pure())
      return best;
    candidates_.begin(tree_, node);
    std::array<std::int32_t, Splitter::kSweep> features;
    std::size_t n_tried = 0;
    std::size_t n_varying = 0;
    if (helpers_.size() > 1 && range.size() >= kSharedRows && plan_.n_candidates > 1) {
      n_tried = std::min(plan_.n_candidates, bins_.n_features());
      n_varying = share_search(entries, n_tried, best);
    }
    while (n_tried < bins_.n_features() && (n_tried < plan_.n_candidates || n_varying == 0)) {
      const std::size_t wanted = n_tried < plan_.n_candidates ? plan_.n_candidates - n_tried : 1;
      const std::size_t n = std::min(wanted, features.size());
      for (std::size_t c = 0; c < n; ++c) features[c] = candidates_.next();
      n_varying += splitter_.try_features(entries, std::span(features).first(n), best);
      n_tried += n;
    }
    if (best.feature >= 0) {
      best.gain = splitter_.gain(best.score);
      complete(bins_.column(static_cast<std::size_t>(best.feature)), best);
    }
    return best;
  }

  /// Searches the node's first `n_tried` candidates; each task gets some neighbouring ones. The results join
  /// in the order of drawing, so that ties are decided as in one search. Returns how many of the candidates
  /// vary in the node.
  std::size_t share_search(std::span<const Entry> node, std::size_t n_tried, Split& best) {
    struct Part {
      std::size_t n_varying = 0;
      Split best;
    };
    std::vector<std::int32_t> features(n_tried);
    for (std::int32_t& feature : features) feature = candidates_.next();
    const std::size_t size = std::min(Splitter::kSweep, (n_tried + helpers_.size() - 1) / helpers_.size());
    std::vector<Part> parts((n_tried + size - 1) / size);
    ++search_;
    const auto search_part = [&](std::size_t number, std::uint32_t slot) -> core::Result<> {
      Helper& helper = helpers_[slot];
      if (helper.search != search_) helper.splitter.open(node);
      helper.search = search_;
      const std::size_t begin = number * size;
      const auto some =
          std::span<const std::int32_t>(features).subspan(begin, std::min(size, n_tried - begin));
      parts[number].n_varying = helper.splitter.try_features(node, some, parts[number].best);
      return {};
    };
    static_cast<void>(workers_->run(parts.size(), search_part));  // no task fails
    std::size_t n_varying = 0;
    for (const Part& part : parts) {
      n_varying += part.n_varying;
      if (wins(part.best.score, best.score)) best = part.best;
    }
    return n_varying;
  }

  /// Moves the left rows to the front of the range. Both sides keep their order. Returns the number of left
  /// rows.
  std::uint32_t partition(Range range, const Split& split) {
    const GoesLeft goes_left = goes_left_table(bins_.column(static_cast<std::size_t>(split.feature)), split);
    const std::span<Entry> node = rows(range);
    std::uint32_t n_left = 0;
    std::uint32_t n_right = 0;
    for (const Entry entry : node) {
      const std::uint32_t left = goes_left[bins_.row(entry.row)[split.feature]];
      node[n_left] = entry;  // both stores are always made, so that nothing branches
      spare_[n_right] = entry;
      n_left += left;
      n_right += 1 - left;
    }
    std::copy_n(spare_.begin(), n_right, node.begin() + n_left);
    return n_left;
  }

  /// Writes the range, which is open in the splitter, as a leaf.
  core::Result<> write_leaf(Range range, TreeWriter& writer, const RowsDone& done) {
    splitter_.append_leaf(rows(range), writer.add_leaf());
    rows_done_ += range.size();
    return done(rows_done_);
  }

  core::Result<> grow_depth_first(TreeWriter& writer, const RowsDone& done) {
    std::vector<Pending> stack = {{{0, static_cast<std::uint32_t>(entries_.size())}, 0, -1}};
    while (!stack.empty()) {
      const Pending node = stack.back();
      stack.pop_back();
      const std::int32_t number = writer.n_nodes();
      if (node.parent >= 0) writer.set_right(node.parent, number);
      if (node.range.size() >= kLongRows) RF_TRY(done(rows_done_));
      const Split split = find_split(node.range, node.depth, static_cast<std::uint32_t>(number));
      if (split.feature < 0) {
        RF_TRY(write_leaf(node.range, writer, done));
        continue;
      }
      RF_TRY(writer.add_split(split));
      const std::uint32_t middle = node.range.begin + partition(node.range, split);
      stack.push_back({{middle, node.range.end}, node.depth + 1, number});
      stack.push_back({{node.range.begin, middle}, node.depth + 1, -1});
    }
    return {};
  }

  /// Splits the open leaf with the largest gain (ties: the lowest number in order of creation) until the tree
  /// has max_leaves leaves.
  core::Result<> grow_best_first(TreeWriter& writer, const RowsDone& done) {
    std::vector<BestFirstNode> nodes;
    const auto is_worse = [](const std::pair<double, std::uint32_t>& a,
                             const std::pair<double, std::uint32_t>& b) {
      return a.first != b.first ? a.first < b.first : a.second > b.second;
    };
    std::priority_queue<std::pair<double, std::uint32_t>, std::vector<std::pair<double, std::uint32_t>>,
                        decltype(is_worse)>
        open(is_worse);
    const auto add = [&](Range range, std::uint32_t depth) {
      const std::uint32_t number = static_cast<std::uint32_t>(nodes.size());
      nodes.push_back({range, depth, find_split(range, depth, number)});
      if (nodes.back().split.feature >= 0) open.push({nodes.back().split.gain, number});
    };
    add({0, static_cast<std::uint32_t>(entries_.size())}, 0);
    for (std::uint32_t n_leaves = 1; n_leaves < *plan_.max_leaves && !open.empty(); ++n_leaves) {
      RF_TRY(done(rows_done_));
      const std::uint32_t number = open.top().second;
      open.pop();
      const Range range = nodes[number].range;
      const std::uint32_t depth = nodes[number].depth + 1;
      const std::uint32_t middle = range.begin + partition(range, nodes[number].split);
      nodes[number].left = static_cast<std::uint32_t>(nodes.size());
      add({range.begin, middle}, depth);
      add({middle, range.end}, depth);
    }
    return write_preorder(nodes, writer, done);
  }

  core::Result<> write_preorder(const std::vector<BestFirstNode>& nodes, TreeWriter& writer,
                                const RowsDone& done) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> stack = {{0, -1}};  // node, parent of a right child
    while (!stack.empty()) {
      const auto [number, parent] = stack.back();
      stack.pop_back();
      const BestFirstNode& node = nodes[number];
      const std::int32_t written = writer.n_nodes();
      if (parent >= 0) writer.set_right(parent, written);
      if (node.left == 0) {
        splitter_.open(rows(node.range));
        RF_TRY(write_leaf(node.range, writer, done));
        continue;
      }
      RF_TRY(writer.add_split(node.split));
      stack.push_back({node.left + 1, written});
      stack.push_back({node.left, -1});
    }
    return {};
  }

  /// The search of a node with this many rows takes longer than starting threads for it.
  static constexpr std::size_t kSharedRows = 16'384;
  /// Before a node with this many rows is searched, `done` is called, which may stop the training.
  static constexpr std::size_t kLongRows = 4'096;

  const Bins& bins_;
  const GrowthPlan& plan_;
  Splitter splitter_;
  CandidateFeatures candidates_;
  std::vector<Entry> entries_;
  std::vector<Entry> spare_;
  std::uint32_t tree_ = 0;
  std::size_t rows_done_ = 0;
  core::Workers* workers_;
  std::vector<Helper> helpers_;  ///< per thread, none without workers
  std::uint64_t search_ = 0;     ///< number of the shared search
};

}  // namespace rf::trees
