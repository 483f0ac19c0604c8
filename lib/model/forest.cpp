// SPDX-License-Identifier: MIT
// Walks the arrays of a forest as they are. Many samples go down one tree after the other, so that a block
// reads a tree's nodes into the cache once. Few samples go down several trees side by side. Either way the
// sum of each sample is in tree order. tests/unit/model/forest_test.cpp pins it.
#include "model/forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rf::model {
namespace {

constexpr std::size_t kBlockSamples = 4096;
constexpr double kBitsPerWord = 32;
/// Walks that go side by side, so that one walk's loads overlap the others'.
constexpr std::size_t kSamplesAbreast = 8;
/// At least so many samples go side by side down one tree. Below, one sample goes down several trees.
constexpr std::size_t kFewSamples = 4;

/// One tree of a forest: its nodes are numbered from its root.
struct Tree {
  const Forest& forest;
  std::size_t first;
  const std::int32_t* feature = forest.feature.data() + first;
  const double* threshold = forest.threshold.data() + first;
  const std::int32_t* left = forest.left.data() + first;
  const std::int32_t* right = forest.right.data() + first;
  const std::int32_t* leaf = forest.leaf.data() + first;

  Tree(const Forest& of, std::size_t tree)
      : forest(of), first(static_cast<std::size_t>(of.tree_offsets[tree])) {}

  bool default_left(std::size_t node) const { return forest.default_left[first + node] != 0; }

  /// Whether the node's level set sends `level` left. A level that is not a number of the set goes where
  /// unknown levels go.
  bool level_goes_left(std::size_t node, double level) const {
    const std::int32_t n_words = forest.level_set_words[first + node];
    if (!(level >= 0 && level < kBitsPerWord * n_words)) return default_left(node);
    const std::uint32_t number = static_cast<std::uint32_t>(level);
    const std::size_t word = static_cast<std::size_t>(forest.level_set[first + node]) + number / 32;
    return (forest.level_words[word] >> (number % 32) & 1) != 0;
  }
};

/// For forests without categories and samples without missing values.
struct ByThreshold {
  static bool goes_left(const Tree& tree, std::int32_t node, double value) {
    return value <= tree.threshold[node];
  }
};
struct ByAnyValue {
  static bool goes_left(const Tree& tree, std::int32_t node, double value) {
    const std::size_t number = static_cast<std::size_t>(node);
    if (tree.forest.level_set[tree.first + number] >= 0) return tree.level_goes_left(number, value);
    return std::isnan(value) ? tree.default_left(number) : value <= tree.threshold[node];
  }
};

/// One step of a walk. A sample that has reached a leaf stays there. Returns all bits at a leaf, 0 elsewhere.
/// Children are chosen by a mask. The direction of a sample cannot be predicted, so a branch would cost more
/// than the load.
template <class By>
std::int32_t step(const Tree& tree, const double* sample, std::int32_t& node) {
  const std::int32_t feature = tree.feature[node];
  const std::int32_t at_leaf = feature >> 31;
  const std::int32_t left = -static_cast<std::int32_t>(By::goes_left(tree, node, sample[feature & ~at_leaf]));
  const std::int32_t child = (tree.left[node] & left) | (tree.right[node] & ~left);
  node = (node & at_leaf) | (child & ~at_leaf);
  return at_leaf;
}

/// Adds the values of a tree's leaf to a sample's sums.
class Adder {
 public:
  Adder(const Forest& forest, std::size_t n_scores) : forest_(forest), n_sums_(n_scores * forest.n_outputs) {}
  std::size_t n_sums() const { return n_sums_; }
  void add(const Tree& tree, std::size_t number, std::int32_t node, double* sums) const {
    const std::size_t width = forest_.n_outputs;
    const double* value = forest_.leaf_values.data() + static_cast<std::size_t>(tree.leaf[node]) * width;
    double* const first = sums + number * width % n_sums_;
    for (std::size_t k = 0; k < width; ++k) first[k] += value[k];
  }

 private:
  const Forest& forest_;
  std::size_t n_sums_;
};

/// Adds one tree for many samples, kSamplesAbreast at a time.
template <class By>
void add_tree(const Tree& tree, std::size_t number, const core::SampleView& x, const Adder& adder,
              double* sums) {
  std::array<const double*, kSamplesAbreast> samples;
  for (std::size_t begin = 0; begin < x.n_samples; begin += kSamplesAbreast) {
    const std::size_t n = std::min(kSamplesAbreast, x.n_samples - begin);
    for (std::size_t i = 0; i < kSamplesAbreast; ++i) samples[i] = x.sample(begin + std::min(i, n - 1));
    std::array<std::int32_t, kSamplesAbreast> nodes{};
    std::int32_t all_at_leaf = 0;
    while (all_at_leaf == 0) {
      all_at_leaf = -1;
      for (std::size_t i = 0; i < kSamplesAbreast; ++i) all_at_leaf &= step<By>(tree, samples[i], nodes[i]);
    }
    for (std::size_t i = 0; i < n; ++i)
      adder.add(tree, number, nodes[i], sums + (begin + i) * adder.n_sums());
  }
}

/// Adds all trees for one sample, kSamplesAbreast at a time.
template <class By>
void add_sample(const Forest& forest, const double* sample, const Adder& adder, double* sums) {
  const std::size_t n_trees = forest.n_trees();
  std::size_t begin = 0;
  for (; begin + kSamplesAbreast <= n_trees; begin += kSamplesAbreast) {
    const Tree trees[kSamplesAbreast] = {{forest, begin},     {forest, begin + 1}, {forest, begin + 2},
                                         {forest, begin + 3}, {forest, begin + 4}, {forest, begin + 5},
                                         {forest, begin + 6}, {forest, begin + 7}};
    std::array<std::int32_t, kSamplesAbreast> nodes{};
    std::int32_t all_at_leaf = 0;
    while (all_at_leaf == 0) {
      all_at_leaf = -1;
      for (std::size_t i = 0; i < kSamplesAbreast; ++i) all_at_leaf &= step<By>(trees[i], sample, nodes[i]);
    }
    for (std::size_t i = 0; i < kSamplesAbreast; ++i) adder.add(trees[i], begin + i, nodes[i], sums);
  }
  for (; begin < n_trees; ++begin) {
    const Tree tree(forest, begin);
    std::int32_t node = 0;
    while (step<By>(tree, sample, node) == 0) {
    }
    adder.add(tree, begin, node, sums);
  }
}

bool has_missing(const core::SampleView& x) {
  for (std::size_t i = 0; i < x.n_samples; ++i)
    for (std::size_t f = 0; f < x.n_features; ++f)
      if (std::isnan(x.sample(i)[f])) return true;
  return false;
}

template <class By>
void add_samples(const Forest& forest, const core::SampleView& x, const Adder& adder, double* sums) {
  if (x.n_samples < kFewSamples) {
    for (std::size_t i = 0; i < x.n_samples; ++i)
      add_sample<By>(forest, x.sample(i), adder, sums + i * adder.n_sums());
    return;
  }
  for (std::size_t begin = 0; begin < x.n_samples; begin += kBlockSamples) {
    const std::size_t end = std::min(x.n_samples, begin + kBlockSamples);
    for (std::size_t t = 0; t < forest.n_trees(); ++t)
      add_tree<By>(Tree(forest, t), t, x.range(begin, end), adder, sums + begin * adder.n_sums());
  }
}

}  // namespace

void sum_trees(const Forest& forest, std::size_t n_scores, const core::SampleView& x, double* out) {
  const Adder adder(forest, n_scores);
  std::fill_n(out, x.n_samples * adder.n_sums(), 0.0);
  if (forest.level_words.empty() && !has_missing(x)) {
    add_samples<ByThreshold>(forest, x, adder, out);
  } else {
    add_samples<ByAnyValue>(forest, x, adder, out);
  }
}

void sums_to_mean(const Forest& forest, std::span<double> sums) {
  const double n_trees = static_cast<double>(forest.n_trees());
  for (double& sum : sums) sum /= n_trees;
}

void predict(const Forest& forest, const core::SampleView& x, double* out) {
  sum_trees(forest, 1, x, out);
  sums_to_mean(forest, {out, x.n_samples * forest.n_outputs});
}

}  // namespace rf::model
