// SPDX-License-Identifier: MIT
// Prediction walks every tree for a block of samples before it turns to the next tree, so that a tree's nodes are
// read into the cache once for many samples. The sum over trees runs in tree order for each sample, whatever the
// block. tests/unit/model/forest_test.cpp pins it.
#include "model/forest.hpp"

#include <algorithm>
#include <array>

namespace rf::model {
namespace {

constexpr std::size_t kBlockSamples = 4096;
constexpr double kBitsPerWord = 32;
/// Samples that walk down a tree side by side, so that one's loads overlap the others'.
constexpr std::size_t kAbreast = 8;

/// One tree of a forest: its nodes are numbered from its root.
struct Tree {
  const Forest& forest;
  std::size_t first;
  const std::int32_t* feature = forest.feature.data() + first;
  const double* threshold = forest.threshold.data() + first;
  const std::int32_t* left = forest.left.data() + first;
  const std::int32_t* right = forest.right.data() + first;
  const std::uint8_t* default_left = forest.default_left.data() + first;
  const std::int32_t* level_set = forest.level_set.data() + first;
  const std::int32_t* leaf = forest.leaf.data() + first;

  /// Whether the node's level set sends `level` left; a level that is not a number of the set goes where unknown
  /// levels go.
  bool level_goes_left(std::size_t node, double level) const {
    const std::int32_t n_words = forest.level_set_words[first + node];
    if (!(level >= 0 && level < kBitsPerWord * n_words)) return default_left[node] != 0;
    const std::uint32_t number = static_cast<std::uint32_t>(level);
    const std::size_t word = static_cast<std::size_t>(level_set[node]) + number / 32;
    return (forest.level_words[word] >> (number % 32) & 1) != 0;
  }
};

/// The leaves that kAbreast samples reach. A sample that has arrived steps on the spot until all have. Children are
/// chosen by a mask: which way a sample goes cannot be predicted, so a branch would cost more than the load.
template <class GoesLeft>
std::array<std::int32_t, kAbreast> find_leaves(const Tree& tree, const std::array<const double*, kAbreast>& samples,
                                               GoesLeft goes_left) {
  std::array<std::int32_t, kAbreast> nodes{};
  std::int32_t all_at_leaf = 0;
  while (all_at_leaf == 0) {
    all_at_leaf = -1;
    for (std::size_t i = 0; i < kAbreast; ++i) {
      const std::int32_t node = nodes[i];
      const std::int32_t feature = tree.feature[node];
      const std::int32_t at_leaf = feature >> 31;  // all bits set at a leaf
      const std::int32_t left = -static_cast<std::int32_t>(goes_left(node, samples[i][feature & ~at_leaf]));
      const std::int32_t child = (tree.left[node] & left) | (tree.right[node] & ~left);
      nodes[i] = (node & at_leaf) | (child & ~at_leaf);
      all_at_leaf &= at_leaf;
    }
  }
  return nodes;
}

/// Adds the tree's leaf values to outputs of the samples, `width` numbers from one sample's to the next's.
template <class GoesLeft>
void add_tree(const Tree& tree, const core::SampleView& x, GoesLeft goes_left, std::size_t width, double* out) {
  const std::size_t n_outputs = tree.forest.n_outputs;
  std::array<const double*, kAbreast> samples;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kAbreast) {
    const std::size_t n = std::min(kAbreast, x.n_samples - begin);
    for (std::size_t i = 0; i < kAbreast; ++i) samples[i] = x.sample(begin + std::min(i, n - 1));
    const std::array<std::int32_t, kAbreast> nodes = find_leaves(tree, samples, goes_left);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t leaf = static_cast<std::size_t>(tree.leaf[nodes[i]]);
      const double* value = tree.forest.leaf_values.data() + leaf * n_outputs;
      for (std::size_t k = 0; k < n_outputs; ++k) out[(begin + i) * width + k] += value[k];
    }
  }
}

void sum_block(const Forest& forest, std::size_t n_scores, const core::SampleView& x, double* out) {
  const std::size_t width = n_scores * forest.n_outputs;
  std::fill(out, out + x.n_samples * width, 0.0);
  for (std::size_t t = 0; t < forest.n_trees(); ++t) {
    const Tree tree{forest, static_cast<std::size_t>(forest.tree_offsets[t])};
    const auto number_goes_left = [&](std::int32_t node, double value) {
      return static_cast<bool>((value <= tree.threshold[node]) |
                               ((value != value) & (tree.default_left[node] != 0)));
    };
    double* const first = out + t % n_scores * forest.n_outputs;
    if (forest.level_words.empty()) {
      add_tree(tree, x, number_goes_left, width, first);
      continue;
    }
    add_tree(
        tree, x,
        [&](std::int32_t node, double value) {
          return tree.level_set[node] < 0 ? number_goes_left(node, value)
                                          : tree.level_goes_left(static_cast<std::size_t>(node), value);
        },
        width, first);
  }
}

}  // namespace

void sum_trees(const Forest& forest, std::size_t n_scores, const core::SampleView& x, double* out) {
  const std::size_t width = n_scores * forest.n_outputs;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kBlockSamples) {
    const std::size_t end = std::min(x.n_samples, begin + kBlockSamples);
    sum_block(forest, n_scores, x.range(begin, end), out + begin * width);
  }
}

void predict(const Forest& forest, const core::SampleView& x, double* out) {
  sum_trees(forest, 1, x, out);
  const double n_trees = static_cast<double>(forest.n_trees());
  for (std::size_t i = 0; i < x.n_samples * forest.n_outputs; ++i) out[i] /= n_trees;
}

}  // namespace rf::model
