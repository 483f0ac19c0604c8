// SPDX-License-Identifier: MIT
// Checks that in each tree every child has a larger number than its parent and every node except the root has
// exactly one parent. Then no cycle exists, every node is reached once, and a walk from the root ends in a
// leaf. Pinned by tests/unit/artifact/forest_check_test.cpp.
#include "artifact/forest_check.hpp"

#include <cmath>
#include <string>

#include "artifact/safetensors.hpp"
#include "core/text.hpp"

namespace rf::artifact {
namespace {

constexpr std::int32_t kLevelsPerWord = 32;

class ForestChecker {
 public:
  ForestChecker(const model::Forest& forest, const encode::Encoder& encoder)
      : forest_(forest), encoder_(encoder) {}

  core::Result<> check() {
    RF_TRY(check_sizes());
    for (std::size_t tree = 0; tree < forest_.n_trees(); ++tree) RF_TRY(check_tree(tree));
    for (const double value : forest_.leaf_values) {
      if (!std::isfinite(value)) return invalid_model("a leaf value is not finite");
      if (forest_.n_outputs > 1 && !(value >= 0 && value <= 1)) {
        return invalid_model("a leaf's share of a class is not in [0, 1]");
      }
    }
    return {};
  }

 private:
  core::Result<> check_sizes() {
    const std::size_t n_nodes = forest_.feature.size();
    const std::size_t sizes[] = {forest_.threshold.size(), forest_.left.size(),
                                 forest_.right.size(),     forest_.default_left.size(),
                                 forest_.level_set.size(), forest_.level_set_words.size(),
                                 forest_.leaf.size(),      forest_.split_gain.size()};
    for (const std::size_t size : sizes) {
      if (size != n_nodes) return invalid_model("the arrays of the nodes differ in length");
    }
    if (forest_.n_trees() == 0) return invalid_model("the forest has no tree");
    if (forest_.tree_offsets.front() != 0) return invalid_model("the first tree does not start at node 0");
    for (std::size_t tree = 0; tree < forest_.n_trees(); ++tree) {
      const std::int64_t begin = forest_.tree_offsets[tree];
      const std::int64_t end = forest_.tree_offsets[tree + 1];
      if (end <= begin || end - begin > INT32_MAX) {
        return invalid_model("the trees' offsets do not ascend");
      }
    }
    if (forest_.tree_offsets.back() != static_cast<std::int64_t>(n_nodes)) {
      return invalid_model("the trees' offsets do not end at the last node");
    }
    n_leaves_ = forest_.leaf_values.size() / forest_.n_outputs;
    return {};
  }

  core::Result<> check_tree(std::size_t tree) {
    const auto begin = static_cast<std::size_t>(forest_.tree_offsets[tree]);
    const auto size = static_cast<std::size_t>(forest_.tree_offsets[tree + 1]) - begin;
    has_parent_.assign(size, false);
    has_parent_[0] = true;
    for (std::size_t node = 0; node < size; ++node) {
      const char* fault = forest_.feature[begin + node] == model::kLeaf ? leaf_fault(begin + node)
                                                                        : split_fault(begin, node, size);
      if (fault != nullptr) return fault_at(tree, node, fault);
    }
    for (std::size_t node = 0; node < size; ++node) {
      if (!has_parent_[node]) return fault_at(tree, node, "no split leads to it");
    }
    return {};
  }

  const char* leaf_fault(std::size_t at) const {
    const std::int32_t leaf = forest_.leaf[at];
    return leaf < 0 || static_cast<std::size_t>(leaf) >= n_leaves_ ? "its leaf number is out of range"
                                                                   : nullptr;
  }

  const char* split_fault(std::size_t begin, std::size_t node, std::size_t size) {
    const std::size_t at = begin + node;
    const std::int32_t feature = forest_.feature[at];
    if (feature < 0 || static_cast<std::size_t>(feature) >= forest_.n_features) {
      return "its feature is out of range";
    }
    if (!take_child(forest_.left[at], node, size) || !take_child(forest_.right[at], node, size)) {
      return "a child does not come after it in the same tree or has another parent";
    }
    if (!std::isfinite(forest_.threshold[at]) || !std::isfinite(forest_.split_gain[at])) {
      return "its threshold or gain is not finite";
    }
    if (forest_.default_left[at] > 1) return "its default_left is neither 0 nor 1";
    return set_fault(at, encoder_.features[static_cast<std::size_t>(feature)]);
  }

  /// Records that `node` is the parent of `child`. Returns false if it may not be.
  bool take_child(std::int32_t child, std::size_t node, std::size_t size) {
    if (child < 0 || static_cast<std::size_t>(child) <= node || static_cast<std::size_t>(child) >= size)
      return false;
    if (has_parent_[static_cast<std::size_t>(child)]) return false;
    has_parent_[static_cast<std::size_t>(child)] = true;
    return true;
  }

  const char* set_fault(std::size_t at, const encode::Feature& feature) const {
    const std::int64_t first = forest_.level_set[at];
    const std::int64_t n_words = forest_.level_set_words[at];
    const auto* category = std::get_if<encode::CategoryEncoding>(&feature.encoding);
    if (category == nullptr) {
      return first == -1 && n_words == 0 ? nullptr : "it has a level set, its feature has no levels";
    }
    if (first < 0 || n_words < 0 || first + n_words > static_cast<std::int64_t>(forest_.level_words.size())) {
      return "its level set is out of range";
    }
    if (forest_.level_words.empty()) return "it asks for levels, but no level set has a word";
    const auto n_levels = static_cast<std::int64_t>(category->n_design_levels());
    if (n_words > (n_levels + kLevelsPerWord - 1) / kLevelsPerWord) return "its level set has too many words";
    const std::int64_t n_last = n_levels - (n_words - 1) * kLevelsPerWord;
    if (n_words > 0 && n_last < kLevelsPerWord &&
        forest_.level_words[static_cast<std::size_t>(first + n_words - 1)] >> n_last != 0) {
      return "its level set names a level that does not exist";
    }
    return nullptr;
  }

  static core::Error fault_at(std::size_t tree, std::size_t node, const char* fault) {
    return invalid_model("tree " + core::decimal(static_cast<std::int64_t>(tree)) + ", node " +
                         core::decimal(static_cast<std::int64_t>(node)) + ": " + fault);
  }

  const model::Forest& forest_;
  const encode::Encoder& encoder_;
  std::size_t n_leaves_ = 0;
  std::vector<bool> has_parent_;  ///< per node of the current tree; the root counts as having a parent
};

}  // namespace

core::Result<> check_forest(const model::Forest& forest, const encode::Encoder& encoder) {
  return ForestChecker(forest, encoder).check();
}

}  // namespace rf::artifact
