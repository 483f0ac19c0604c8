// SPDX-License-Identifier: MIT
// Splits leaves by one thread each (work) or, while a node is large, by all threads together
// (part_in_chunks). The result is the same: part_in_chunks gives each chunk its place, so that the children's
// rows are ordered as one call of part_rows (row_partition.hpp) orders them.
// tests/unit/trees/boosting_test.cpp compares with the naive implementation in boosting_support.hpp.
//
// part_in_chunks, drawn with a node of eight rows in chunks of four (a chunk has kChunkRows rows). L and R
// are the sides to which the rows go:
//
//                        chunk 0       chunk 1
//   the node's rows    0  1  2  3    4  5  6  7
//   side               L  R  L  L    R  R  L  R
//
//   pass 1, each chunk counts its left rows:        3 and 1
//   sums of the counts, first_left:                 0, 3, 4     so the left child has 4 rows
//
//   pass 2, each chunk parts its rows in a buffer of its thread:
//     chunk 0:   0  2  3 | 1          left rows in order, right rows in reverse
//     chunk 1:   6 | 7  5  4
//   and copies both parts to their places in the other list:
//
//     place               0  1  2   3     4  5  6   7
//     the other list      0  2  3   6  |  7  5  4   1
//     written by chunk    0  0  0   1     1  1  1   0
//     child               left            right
//
// The left rows of chunk c begin at first_left[c]. The right rows are in reverse, so those of the first chunk
// are the last. In the same pass each chunk counts its rows of the smaller child (here the left one: of equal
// sizes the left is taken) into its thread's histogram.
#include "trees/boosting_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/blocks.hpp"

namespace rf::trees {
namespace {

/// Rows per task while all threads share one node. The integer sums do not depend on it.
constexpr std::size_t kChunkRows = 4 * core::kBlockRows;
/// If the root has fewer cells to count, threads cost more than they gain.
constexpr std::size_t kThreadedCells = std::size_t{1} << 20;
constexpr std::size_t kFewestHistograms = 8;

core::RowRange chunk_range(std::size_t n_rows, std::size_t chunk) {
  return {chunk * kChunkRows, std::min(n_rows, (chunk + 1) * kChunkRows)};
}
std::size_t chunk_count(std::size_t n_rows) {
  return (n_rows + kChunkRows - 1) / kChunkRows;
}

}  // namespace

BoostingTreeGrower::BoostingTreeGrower(const Bins& bins, const BinColumns& columns, core::Context& context,
                                       std::size_t pool_bytes)
    : bins_(bins), columns_(columns), context_(context), all_features_(bins.n_features()) {
  for (auto& list : lists_) list.resize(bins.n_rows() + kRowListPadding);
  std::iota(all_features_.begin(), all_features_.end(), 0);
  const std::size_t histogram_bytes = bins.n_features() * kCellsPerFeature * sizeof(GradientSum);
  most_histograms_ = std::max(kFewestHistograms + 4 * std::size_t{context.workers.n_threads()},
                              pool_bytes / histogram_bytes);
  slots_.resize(context.workers.n_threads());
}

core::Result<BoostingTree> BoostingTreeGrower::grow(std::size_t n_rows, const BoostingTreeInput& input) {
  input_ = &input;
  features_ = input.features.all ? std::span<const std::int32_t>(all_features_) : input.features.numbers;
  frontier_.clear();
  for (Node& node : nodes_)
    if (node.histogram) release(std::move(node.histogram));
  nodes_.clear();
  n_leaves_ = 1;
  failed_ = false;

  RF_TRY(start_root(n_rows));
  if (has_threads()) {
    RF_TRY(split_large_nodes(n_rows));
    const auto task = [&](std::size_t, std::uint32_t slot) { return work(slot); };
    RF_TRY(context_.workers.run(context_.workers.n_threads(), task));
  } else {
    RF_TRY(work(0));
  }
  return finished_tree();
}

bool BoostingTreeGrower::has_threads() const {
  return context_.workers.n_threads() > 1 && nodes_.front().size * features_.size() >= kThreadedCells;
}

core::Result<> BoostingTreeGrower::start_root(std::size_t n_rows) {
  Node& root = nodes_.emplace_back(Node{.begin = 0, .size = n_rows, .list = 0, .depth = 0, .sum = {}});
  root.histogram = acquire();
  clear(*root.histogram);
  RF_TRY(count_in_chunks(rows_of(root), *root.histogram));
  const GradientSum* cells =
      root.histogram->data() + static_cast<std::size_t>(features_.front()) * kCellsPerFeature;
  for (std::size_t bin = 0; bin < kCellsPerFeature; ++bin) root.sum += cells[bin];
  find_node_split(root);
  if (root.can_split()) frontier_.insert(&root);
  return {};
}

core::Result<> BoostingTreeGrower::count_in_chunks(std::span<const core::Sample> rows,
                                                   GradientHistogram& histogram) {
  const auto count = [&](std::size_t chunk, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const core::RowRange range = chunk_range(rows.size(), chunk);
    add_rows(bins_, input_->features, rows.subspan(range.begin, range.size()), input_->gradients,
             slot_histogram(slot, histogram), slots_[slot].narrow);
    return {};
  };
  const std::size_t n_chunks = chunk_count(rows.size());
  if (has_threads()) {
    RF_TRY(context_.workers.run(n_chunks, count));
  } else {
    for (std::size_t chunk = 0; chunk < n_chunks; ++chunk) RF_TRY(count(chunk, 0));
  }
  merge_slots(histogram);
  return {};
}

/// The histogram that a thread adds to while several threads share a node.
GradientHistogram& BoostingTreeGrower::slot_histogram(std::uint32_t slot, GradientHistogram& of_slot_0) {
  if (slot == 0) return of_slot_0;
  slots_[slot].histogram.resize(of_slot_0.size());
  slots_[slot].is_used = true;
  return slots_[slot].histogram;
}

void BoostingTreeGrower::merge_slots(GradientHistogram& histogram) {
  for (Slot& slot : slots_) {
    if (!std::exchange(slot.is_used, false)) continue;
    add(slot.histogram, histogram);
    clear(slot.histogram);
  }
}

/// Splits nodes so large that the threads could not all be busy with nodes of their own.
core::Result<> BoostingTreeGrower::split_large_nodes(std::size_t n_rows) {
  while (true) {
    commit_ready();
    if (is_done()) return {};
    Node& best = **frontier_.begin();
    if (best.size * 5 * context_.workers.n_threads() < n_rows * 2 || best.size < 4 * kChunkRows) return {};
    Job job = take(best, n_leaves_ + 1 == input_->rules.max_leaves);
    RF_TRY(part_in_chunks(job));
    if (job.children_count) find_children_splits(job);
    finish(job);
  }
}

/// Parts the node's rows and counts the smaller child, in two passes over chunks of rows, as drawn above.
/// first_left is, for each chunk, the place of its first left row among all left rows.
core::Result<> BoostingTreeGrower::part_in_chunks(Job& job) {
  Node& node = *job.node;
  const std::span<const core::Sample> rows = rows_of(node);
  const auto feature = static_cast<std::size_t>(node.split.feature);
  const GoesLeft goes_left = goes_left_table(bins_.column(feature), node.split);
  const std::uint8_t* column = columns_.column(feature);
  const std::size_t n_chunks = chunk_count(rows.size());

  std::vector<std::size_t> first_left(n_chunks + 1);
  const auto count_left = [&](std::size_t chunk, std::uint32_t) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const core::RowRange range = chunk_range(rows.size(), chunk);
    std::size_t n_left = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) n_left += goes_left[column[number_of(rows[i])]];
    first_left[chunk + 1] = n_left;
    return {};
  };
  RF_TRY(context_.workers.run(n_chunks, count_left));
  std::partial_sum(first_left.begin(), first_left.end(), first_left.begin());

  set_children_rows(job, first_left.back());

  core::Sample* const to = lists_[node.list ^ 1].data() + node.begin;
  const bool left_is_smaller = node.left->size <= node.right->size;
  const auto part = [&](std::size_t chunk, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context_.monitor.check());
    const core::RowRange range = chunk_range(rows.size(), chunk);
    std::vector<core::Sample>& own = slots_[slot].rows;
    own.resize(kChunkRows + kRowListPadding);
    const std::size_t n_left =
        part_rows(rows.subspan(range.begin, range.size()), column, goes_left, own.data());
    const std::size_t n_right = range.size() - n_left;
    // Right rows are in reverse: those of the first chunk come last.
    const std::size_t first_right = rows.size() - (range.begin - first_left[chunk]) - n_right;
    std::copy_n(own.data(), n_left, to + first_left[chunk]);
    std::copy_n(own.data() + n_left, n_right, to + first_right);
    if (!job.children_count) return {};
    const std::span<const core::Sample> parted(own.data(), range.size());
    add_rows(bins_, input_->features, left_is_smaller ? parted.first(n_left) : parted.subspan(n_left),
             input_->gradients, slot_histogram(slot, *job.smaller), slots_[slot].narrow);
    return {};
  };
  if (job.children_count) clear(*job.smaller);
  RF_TRY(context_.workers.run(n_chunks, part));
  if (!job.children_count) return {};
  merge_slots(*job.smaller);
  if (node.histogram) {
    subtract(*job.smaller, *node.histogram);
    job.larger = std::move(node.histogram);
    return {};
  }
  clear(*job.larger);
  return count_in_chunks(rows_of(left_is_smaller ? *node.right : *node.left), *job.larger);
}

/// Splits leaves until the tree is done. Threads may start and stop at any time.
core::Result<> BoostingTreeGrower::work(std::uint32_t slot) {
  /// Wakes the other threads if this thread leaves by an error or an exception.
  struct Guard {
    BoostingTreeGrower& grower;
    bool is_armed = true;
    ~Guard() {
      if (!is_armed) return;
      const std::lock_guard lock(grower.mutex_);
      grower.failed_ = true;
      grower.changed_.notify_all();
    }
  } guard{*this};

  std::unique_lock lock(mutex_);
  while (true) {
    commit_ready();
    if (is_done() || failed_) break;
    Job job = next_job();
    if (job.node == nullptr) {
      changed_.wait(lock);
      continue;
    }
    job.slot = slot;
    lock.unlock();
    RF_TRY(context_.monitor.check());
    count_children(job);
    if (job.children_count) find_children_splits(job);
    lock.lock();
    finish(job);
    changed_.notify_all();
  }
  changed_.notify_all();
  guard.is_armed = false;
  return {};
}

void BoostingTreeGrower::commit_ready() {
  while (!is_done()) {
    Node& best = **frontier_.begin();
    if (best.state != State::kExpanded) return;
    frontier_.erase(frontier_.begin());
    best.is_committed = true;
    ++n_leaves_;
    if (best.left->can_split()) frontier_.insert(best.left);
    if (best.right->can_split()) frontier_.insert(best.right);
  }
}

/// Takes the leaf that is most likely to be needed among those that no thread has taken. The job has no node
/// if no such leaf exists. If n splits are left, a leaf after the first n leaves of the frontier is never
/// needed: the leaves before it are split first and use up the splits.
BoostingTreeGrower::Job BoostingTreeGrower::next_job() {
  const std::uint32_t n_left = input_->rules.max_leaves - n_leaves_;
  std::uint32_t place = 0;
  for (Node* node : frontier_) {
    if (++place > n_left) return {};
    if (node->state == State::kOpen) return take(*node, place == n_left);
  }
  for (Node* node : frontier_) {
    if (node->state != State::kExpanded) continue;
    for (Node* child : {node->left, node->right})
      if (child->can_split() && child->state == State::kOpen) return take(*child, false);
  }
  return {};
}

BoostingTreeGrower::Job BoostingTreeGrower::take(Node& node, bool is_last) {
  const GradientSum left = node.split.left_sum;
  const std::uint8_t list = node.list ^ 1;
  node.state = State::kTaken;
  node.left = &nodes_.emplace_back(
      Node{.begin = node.begin, .size = 0, .list = list, .depth = node.depth + 1, .sum = left});
  node.right = &nodes_.emplace_back(
      Node{.begin = node.begin, .size = 0, .list = list, .depth = node.depth + 1, .sum = node.sum - left});
  Job job{.node = &node};
  job.children_count = !is_last && node.depth + 1 < input_->rules.max_depth &&
                       node.size / 2 >= input_->rules.split.min_samples_leaf;
  if (job.children_count) {
    job.smaller = acquire();
    if (!node.histogram) job.larger = acquire();
  }
  return job;
}

/// Sets the ranges of the children's rows. Only parting shows for certain how many rows go left.
void BoostingTreeGrower::set_children_rows(Job& job, std::size_t n_left) {
  Node& node = *job.node;
  node.left->size = n_left;
  node.right->begin = node.begin + n_left;
  node.right->size = node.size - n_left;
  const std::size_t larger = std::max(n_left, node.size - n_left);
  if (larger / 2 < input_->rules.split.min_samples_leaf) job.children_count = false;
}

void BoostingTreeGrower::finish(Job& job) {
  Node& node = *job.node;
  node.state = State::kExpanded;
  for (auto* histogram : {&node.histogram, job.children_count ? nullptr : &job.smaller,
                          job.children_count ? nullptr : &job.larger})
    if (histogram != nullptr && *histogram) release(std::move(*histogram));
  Node* const smaller = node.left->size <= node.right->size ? node.left : node.right;
  Node* const larger = smaller == node.left ? node.right : node.left;
  if (!job.children_count) return;
  for (auto [child, histogram] : {std::pair{smaller, &job.smaller}, std::pair{larger, &job.larger}}) {
    if (child->can_split())
      child->histogram = std::move(*histogram);
    else
      release(std::move(*histogram));
  }
}

/// Returns a histogram with arbitrary content. At the limit, the open leaf with the smallest gain loses its
/// histogram.
std::unique_ptr<GradientHistogram> BoostingTreeGrower::acquire() {
  if (idle_.empty() && n_histograms_ >= most_histograms_) {
    for (auto node = frontier_.rbegin(); node != frontier_.rend(); ++node) {
      if ((*node)->state == State::kOpen && (*node)->histogram) return std::move((*node)->histogram);
    }
  }
  if (idle_.empty()) {
    ++n_histograms_;
    return std::make_unique<GradientHistogram>(bins_.n_features() * kCellsPerFeature);
  }
  std::unique_ptr<GradientHistogram> histogram = std::move(idle_.back());
  idle_.pop_back();
  return histogram;
}

void BoostingTreeGrower::release(std::unique_ptr<GradientHistogram> histogram) {
  idle_.push_back(std::move(histogram));
}

/// Parts the node's rows and counts its children, on the calling thread.
void BoostingTreeGrower::count_children(Job& job) {
  Node& node = *job.node;
  const auto feature = static_cast<std::size_t>(node.split.feature);
  const std::size_t n_left =
      part_rows(rows_of(node), columns_.column(feature), goes_left_table(bins_.column(feature), node.split),
                lists_[node.list ^ 1].data() + node.begin);
  set_children_rows(job, n_left);
  if (!job.children_count) return;
  const bool left_is_smaller = node.left->size <= node.right->size;
  const Node& smaller = left_is_smaller ? *node.left : *node.right;
  const Node& larger = left_is_smaller ? *node.right : *node.left;
  NarrowHistogram& narrow = slots_[job.slot].narrow;
  clear(*job.smaller);
  add_rows(bins_, input_->features, rows_of(smaller), input_->gradients, *job.smaller, narrow);
  if (node.histogram) {
    subtract(*job.smaller, *node.histogram);
    job.larger = std::move(node.histogram);
  } else {
    clear(*job.larger);
    add_rows(bins_, input_->features, rows_of(larger), input_->gradients, *job.larger, narrow);
  }
}

void BoostingTreeGrower::find_children_splits(Job& job) {
  Node& node = *job.node;
  const bool left_is_smaller = node.left->size <= node.right->size;
  // find_node_split reads the histogram of its node, but the children own theirs only after finish(). They
  // hold them here for the search.
  (left_is_smaller ? node.left : node.right)->histogram = std::move(job.smaller);
  (left_is_smaller ? node.right : node.left)->histogram = std::move(job.larger);
  find_node_split(*node.left);
  find_node_split(*node.right);
  job.smaller = std::move((left_is_smaller ? node.left : node.right)->histogram);
  job.larger = std::move((left_is_smaller ? node.right : node.left)->histogram);
}

/// If the sums do not count rows, the search first ignores min_samples_leaf. Only if its answer leaves too
/// few rows are the rows of all bins of the node counted and the search repeated. The answer is the same as
/// if rows were always counted.
void BoostingTreeGrower::find_node_split(Node& node) {
  const BoostingTreeRules& rules = input_->rules;
  if (node.depth >= rules.max_depth || node.size / 2 < rules.split.min_samples_leaf) return;
  SplitSearch search{bins_, *node.histogram, nullptr, features_, node.sum, node.size};
  node.split = find_split(search, input_->quantiser, rules.split, context_.kernels);
  if (input_->quantiser.is_counted() || !node.can_split() || leaves_enough_rows(node)) return;
  const RowHistogram counts = count_rows(bins_, input_->features, rows_of(node));
  search.counts = &counts;
  node.split = find_split(search, input_->quantiser, rules.split, context_.kernels);
}

/// True if both sides have min_samples_leaf rows. The hessian sums give lower bounds of the numbers of rows;
/// if these are too low, the rows are looked at.
bool BoostingTreeGrower::leaves_enough_rows(const Node& node) const {
  const std::size_t least = input_->rules.split.min_samples_leaf;
  const GradientQuantiser& quantiser = input_->quantiser;
  const double enough = quantiser.hessian_of_rows(static_cast<double>(least));
  const GradientSum right = node.sum - node.split.left_sum;
  if (quantiser.hessian(node.split.left_sum) >= enough && quantiser.hessian(right) >= enough) return true;
  const auto feature = static_cast<std::size_t>(node.split.feature);
  const GoesLeft goes_left = goes_left_table(bins_.column(feature), node.split);
  const std::uint8_t* column = columns_.column(feature);
  std::size_t n_left = 0;
  for (const core::Sample row : rows_of(node)) n_left += goes_left[column[number_of(row)]];
  return n_left >= least && node.size - n_left >= least;
}

BoostingTree BoostingTreeGrower::finished_tree() const {
  BoostingTree tree;
  struct Visit {
    const Node* node;
    std::int64_t parent;  ///< the node whose right child this is, -1 if it is no right child
    std::int64_t leaf;    ///< the tree's leaf that has these rows, -1 above leaves
  };
  std::vector<Visit> stack = {{&nodes_.front(), -1, -1}};
  while (!stack.empty()) {
    Visit visit = stack.back();
    stack.pop_back();
    const auto number = static_cast<std::int64_t>(tree.nodes.size());
    const Node& node = *visit.node;
    if (visit.leaf < 0) {
      if (visit.parent >= 0)
        tree.nodes[static_cast<std::size_t>(visit.parent)].right = static_cast<std::uint32_t>(number);
      tree.nodes.push_back({node.is_committed ? node.split : GradientSplit{}, node.sum, 0});
      if (!node.is_committed) visit.leaf = number;
    }
    if (node.state != State::kExpanded) {
      tree.pieces.push_back({rows_of(node), static_cast<std::uint32_t>(visit.leaf)});
      continue;
    }
    // Splitting ahead may have parted the rows of a leaf, which then has several pieces.
    stack.push_back({node.right, visit.leaf < 0 ? number : -1, visit.leaf});
    stack.push_back({node.left, -1, visit.leaf});
  }
  return tree;
}

}  // namespace rf::trees
