// SPDX-License-Identifier: MIT
// A threshold is the middle between the two bins of the node that a cut separates, as in scikit-learn. It is
// not the column's own cut between them. tests/unit/trees/tree_test.cpp pins it.
#include "trees/tree_writer.hpp"

#include <cstdint>
#include <limits>
#include <utility>

namespace rf::trees {
namespace {

constexpr std::size_t kMaxIndex = std::numeric_limits<std::int32_t>::max();

core::Error too_large(const char* what) {
  return {core::Code::kLimitReached,
          std::string("trees: expected at most 2147483647 ") + what +
              ", found more; limit max_depth or raise "
              "min_samples_leaf",
          {{"expected", "at most 2147483647"}}};
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
  std::vector<T>().swap(from);
}

/// Appends the numbers of `from`. Those that are not negative are shifted by `offset`. Frees `from`.
void append_shifted(std::vector<std::int32_t>& to, std::vector<std::int32_t>& from, std::size_t offset) {
  for (const std::int32_t number : from)
    to.push_back(number < 0 ? number : number + static_cast<std::int32_t>(offset));
  std::vector<std::int32_t>().swap(from);
}

/// Between the two bins, or the largest double if only missing values go right.
double numeric_threshold(const ColumnBins& column, const Split& split) {
  if (split.first_right_bin >= column.n_bins) return std::numeric_limits<double>::max();
  return threshold_between(column.upper[split.last_left_bin], column.lower[split.first_right_bin]);
}

std::uint64_t memory_bytes(const model::Forest& tree) {
  constexpr std::uint64_t kNodeBytes = 6 * sizeof(std::int32_t) + 2 * sizeof(double) + 1;
  return kNodeBytes * tree.feature.size() + sizeof(std::uint32_t) * tree.level_words.size() +
         sizeof(double) * tree.leaf_values.size();
}

/// Reserves room for trees like the first, and a little more. Pages that are never written take no memory.
void reserve(model::Forest& forest, const model::Forest& first, std::size_t n_trees) {
  const auto room = [&](std::size_t size) { return size * n_trees + size * n_trees / 16; };
  for (auto* column : {&forest.feature, &forest.left, &forest.right, &forest.level_set,
                       &forest.level_set_words, &forest.leaf})
    column->reserve(room(first.feature.size()));
  forest.threshold.reserve(room(first.feature.size()));
  forest.split_gain.reserve(room(first.feature.size()));
  forest.default_left.reserve(room(first.feature.size()));
  forest.level_words.reserve(room(first.level_words.size()));
  forest.leaf_values.reserve(room(first.leaf_values.size()));
}

}  // namespace

TreeWriter::TreeWriter(const Bins& bins, std::size_t n_outputs, double root_weight)
    : bins_(bins), root_weight_(root_weight) {
  tree_.n_features = bins.n_features();
  tree_.n_outputs = n_outputs;
}

void TreeWriter::add_node(std::int32_t feature, double threshold, bool default_left, double gain) {
  const bool is_leaf = feature == model::kLeaf;
  tree_.feature.push_back(feature);
  tree_.threshold.push_back(threshold);
  tree_.left.push_back(is_leaf ? 0 : n_nodes());
  tree_.right.push_back(0);
  tree_.default_left.push_back(default_left ? 1 : 0);
  tree_.level_set.push_back(-1);
  tree_.level_set_words.push_back(0);
  tree_.leaf.push_back(is_leaf ? static_cast<std::int32_t>(tree_.leaf_values.size() / tree_.n_outputs) : -1);
  tree_.split_gain.push_back(gain);
}

core::Result<> TreeWriter::add_split(const Split& split) {
  const ColumnBins& column = bins_.column(static_cast<std::size_t>(split.feature));
  add_node(split.feature, split.is_category ? 0 : numeric_threshold(column, split), split.default_left,
           split.gain / root_weight_);
  if (split.is_category) add_level_words(split);
  if (tree_.level_words.size() > kMaxIndex) return too_large("words of level sets");
  return {};
}

void TreeWriter::add_level_words(const Split& split) {
  const std::vector<std::uint8_t>& bin_of_level =
      bins_.column(static_cast<std::size_t>(split.feature)).bin_of_level;
  const std::uint32_t unseen = split.default_left ? UINT32_MAX : 0;
  const std::size_t first = tree_.level_words.size();
  tree_.level_words.resize(first + (bin_of_level.size() + 31) / 32, unseen);
  for (std::size_t level = 0; level < bin_of_level.size(); ++level) {
    if (has_bin(split.left_bins, bin_of_level[level]) == split.default_left) continue;
    tree_.level_words[first + level / 32] ^= std::uint32_t{1} << (level % 32);
  }
  while (tree_.level_words.size() > first && tree_.level_words.back() == unseen) tree_.level_words.pop_back();
  // Bits of levels that do not exist stay 0, so that each set has only one form.
  const std::size_t n_bits = 32 * (tree_.level_words.size() - first);
  if (n_bits > bin_of_level.size()) tree_.level_words.back() &= UINT32_MAX >> (n_bits - bin_of_level.size());
  tree_.level_set.back() = static_cast<std::int32_t>(first);
  tree_.level_set_words.back() = static_cast<std::int32_t>(tree_.level_words.size() - first);
}

std::vector<double>& TreeWriter::add_leaf() {
  add_node(model::kLeaf, 0, false, 0);
  return tree_.leaf_values;
}

model::Forest TreeWriter::finish() && {
  tree_.tree_offsets = {0, n_nodes()};
  return std::move(tree_);
}

core::Result<> TreeJoiner::add(std::size_t tree, model::Forest grown) {
  const std::lock_guard lock(mutex_);
  waiting_[tree] = std::move(grown);
  while (n_joined_ < waiting_.size() && waiting_[n_joined_]) {
    RF_TRY(append_tree(*waiting_[n_joined_]));
    waiting_[n_joined_++].reset();
  }
  return {};
}

core::Result<> TreeJoiner::append_tree(model::Forest& tree) {
  if (forest_.tree_offsets.empty()) {
    forest_.n_features = tree.n_features;
    forest_.n_outputs = tree.n_outputs;
    forest_.tree_offsets = {0};
    RF_ASSIGN(memory_, core::Reservation::of(budget_, waiting_.size() * memory_bytes(tree), "the trees"));
    reserve(forest_, tree, waiting_.size());
  }
  const std::size_t n_leaves = forest_.leaf_values.size() / forest_.n_outputs;
  if (n_leaves + tree.leaf_values.size() / forest_.n_outputs > kMaxIndex) return too_large("leaves");
  if (forest_.level_words.size() + tree.level_words.size() > kMaxIndex)
    return too_large("words of level sets");
  forest_.tree_offsets.push_back(forest_.tree_offsets.back() +
                                 static_cast<std::int64_t>(tree.feature.size()));
  append_shifted(forest_.level_set, tree.level_set, forest_.level_words.size());
  append_shifted(forest_.leaf, tree.leaf, n_leaves);
  append(forest_.feature, tree.feature);
  append(forest_.threshold, tree.threshold);
  append(forest_.left, tree.left);
  append(forest_.right, tree.right);
  append(forest_.default_left, tree.default_left);
  append(forest_.level_set_words, tree.level_set_words);
  append(forest_.level_words, tree.level_words);
  append(forest_.leaf_values, tree.leaf_values);
  append(forest_.split_gain, tree.split_gain);
  return {};
}

core::Result<model::Forest> join_trees(std::vector<model::Forest> trees) {
  TreeJoiner joiner(trees.size());
  for (std::size_t tree = 0; tree < trees.size(); ++tree) RF_TRY(joiner.add(tree, std::move(trees[tree])));
  return std::move(joiner).finish();
}

}  // namespace rf::trees
