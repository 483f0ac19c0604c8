// SPDX-License-Identifier: MIT
// Prediction walks every tree for a block of samples before it turns to the next tree, so that a tree's nodes are
// read into the cache once for many samples. The sum over trees runs in tree order for each sample, whatever the
// block. tests/unit/model/forest_test.cpp pins it.
#include "model/forest.hpp"

#include <algorithm>

namespace rf::model {
namespace {

constexpr std::size_t kBlockSamples = 4096;
constexpr double kBitsPerWord = 32;

/// Whether the node's level set sends `level` left; a level that is not a number of the set goes where unknown
/// levels go.
bool level_goes_left(const Forest& forest, std::size_t node, double level) {
  if (!(level >= 0 && level < kBitsPerWord * forest.level_set_words[node])) return forest.default_left[node] != 0;
  const std::uint32_t number = static_cast<std::uint32_t>(level);
  const std::size_t word = static_cast<std::size_t>(forest.level_set[node]) + number / 32;
  return (forest.level_words[word] >> (number % 32) & 1) != 0;
}

/// Node number of the leaf that the sample reaches in the tree whose root is node `first`.
std::size_t find_leaf(const Forest& forest, std::size_t first, const double* sample) {
  std::size_t node = first;
  for (std::int32_t feature = forest.feature[node]; feature != kLeaf; feature = forest.feature[node]) {
    const bool left = forest.level_set[node] < 0 ? sample[feature] <= forest.threshold[node]
                                                 : level_goes_left(forest, node, sample[feature]);
    node = first + static_cast<std::size_t>(left ? forest.left[node] : forest.right[node]);
  }
  return node;
}

void predict_block(const Forest& forest, const core::SampleView& x, double* out) {
  std::fill(out, out + x.n_samples * forest.n_outputs, 0.0);
  for (std::size_t tree = 0; tree < forest.n_trees(); ++tree) {
    const std::size_t first = static_cast<std::size_t>(forest.tree_offsets[tree]);
    for (std::size_t i = 0; i < x.n_samples; ++i) {
      const std::size_t leaf = static_cast<std::size_t>(forest.leaf[find_leaf(forest, first, x.sample(i))]);
      const double* value = forest.leaf_values.data() + leaf * forest.n_outputs;
      for (std::size_t k = 0; k < forest.n_outputs; ++k) out[i * forest.n_outputs + k] += value[k];
    }
  }
  const double n_trees = static_cast<double>(forest.n_trees());
  for (std::size_t k = 0; k < x.n_samples * forest.n_outputs; ++k) out[k] /= n_trees;
}

}  // namespace

void predict(const Forest& forest, const core::SampleView& x, double* out) {
  for (std::size_t begin = 0; begin < x.n_samples; begin += kBlockSamples) {
    const std::size_t end = std::min(x.n_samples, begin + kBlockSamples);
    predict_block(forest, x.range(begin, end), out + begin * forest.n_outputs);
  }
}

}  // namespace rf::model
