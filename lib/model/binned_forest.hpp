// SPDX-License-Identifier: MIT
// A forest prepared for many samples. Numbers become ranks among the thresholds that the forest uses. A step
// down a tree then compares two 16-bit integers, and a node takes 8 bytes. Trees of few leaves are not walked
// at all (core/kernels_trees.hpp). Same leaves, same order of addition and so the same bits as sum_trees on
// the forest itself. tests/unit/model/predictor_test.cpp pins it.
//
// How the leaves of a small tree are ruled out (make_tests(), add_trees_of_few_leaves()). The nodes are
// numbered depth first, the leaves from left to right. `kept` of a node has a bit for every leaf outside its
// left subtree. For readability the nodes show thresholds instead of ranks; bit 0 is on the left.
//
//                   n0: x0 <= 5
//             yes /             \ no
//        n1: x1 <= 2            n4: x1 <= 7
//     yes /      \ no       yes /      \ no
//    n2: x2<=1  n3: x2<=4   n5: x2<=3  n6: x2<=8
//      /  \       /  \        /  \       /  \       left: the test is true
//     0    1     2    3      4    5     6    7      leaves
//
//    node  kept             the sample x0 = 9, x1 = 3, x2 = 6
//    n0    0 0 0 0 1 1 1 1  9 > 5   right: rules out leaves 0 to 3
//    n1    0 0 1 1 1 1 1 1  3 > 2   right: rules out 0 and 1, although the sample never comes to n1
//    n2    0 1 1 1 1 1 1 1  6 > 1   right: rules out 0
//    n3    1 1 0 1 1 1 1 1  6 > 4   right: rules out 2
//    n4    1 1 1 1 0 0 1 1  3 <= 7  left:  rules out nothing
//    n5    1 1 1 1 0 1 1 1  6 > 3   right: rules out 4
//    n6    1 1 1 1 1 1 0 1  6 <= 8  left:  rules out nothing
//          ---------------
//    and   0 0 0 0 0 1 1 1  of n0, n1, n2, n3 and n5: the leftmost leaf that is left is 5
//
// The order of the tests does not matter. The sample's own way is n0 right, n4 left, n5 right: also leaf 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/context.hpp"
#include "core/cut_search.hpp"
#include "core/kernel_choice.hpp"
#include "core/kernels_trees.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"
#include "model/forest.hpp"

namespace rf::model {

class BinnedForest {
 public:
  /// Fewer samples at a time are as fast without preparation.
  static constexpr std::size_t kFewestSamples = 256;
  /// Returns whether preparing takes less time than it saves for so many samples.
  static bool pays(const Forest& forest, std::uint64_t n_samples);
  /// Borrows the forest, which must outlive it. Empty for a forest that 16 bits cannot hold: more than 4,095
  /// features, or more than 65,534 thresholds or levels of one feature. CANCELLED.
  static core::Result<std::optional<BinnedForest>> prepare(const Forest& forest, core::Context& context);

  /// Memory that one thread needs to add leaf values. It is reused from call to call.
  struct Scratch {
    std::vector<std::uint16_t> codes;
    std::vector<std::uint32_t> leaves;
  };
  /// The best number of samples to hand over at once: few if the forest fits the cache, many if each tree is
  /// read from memory again for each block.
  std::size_t block_samples() const;
  /// As model::sum_trees.
  void sum_trees(std::size_t n_scores, const core::SampleView& x, const core::Kernels& kernels, double* out,
                 Scratch& scratch) const;

 private:
  /// A sample goes to `left`, or to the node after it if its code is larger than `bin`. A leaf's `left` is
  /// its own number, and no code is larger than its bin.
  struct Node {
    std::uint16_t first_code;  ///< of the feature, in a group of samples
    std::uint16_t bin;
    std::uint32_t left;
  };
  struct Tree {
    const Node* nodes;
    const std::uint32_t* leaf;  ///< per node: first of its values
    const double* values;
    const std::uint8_t* flags;
    const std::int32_t* level_set;
    std::uint32_t depth;
  };
  /// How one feature's values become codes.
  struct Coding {
    core::CutSearch cuts;
    std::uint32_t n_cuts = 0;
    std::uint32_t n_levels = 0;      ///< category: levels that a set can name; others have the code kUnknown
    std::vector<double> thresholds;  ///< while preparing: thresholds of its nodes, in their order
    std::vector<std::uint16_t> ranks;  ///< while preparing: their ranks among the cuts
  };

  /// Samples of one block on their way through the trees.
  struct Block {
    std::size_t n_samples;
    const std::uint16_t* codes;
    std::size_t n_sums;  ///< for each sample
    double* sums;
    Scratch& scratch;
  };

  explicit BinnedForest(const Forest& forest);
  core::Result<bool> find_codings(core::Context& context);
  void rank_thresholds(std::size_t feature, std::vector<std::uint64_t>& scratch);
  void place_nodes(std::size_t tree);
  bool has_few_leaves() const;
  void make_tests();
  Tree tree(std::size_t number) const;
  std::size_t n_nodes(std::size_t tree) const;
  std::size_t group_codes() const;
  bool encode(const core::SampleView& x, std::uint16_t* codes) const;
  bool encode_numbers(const core::SampleView& x, std::size_t feature, std::uint16_t* codes) const;
  bool encode_levels(const core::SampleView& x, std::size_t feature, std::uint16_t* codes) const;
  template <class Step>
  std::uint32_t next(const Tree& tree, std::uint32_t at, const std::uint16_t* codes) const;
  template <class Step>
  void walk_together(const Tree& tree, const std::uint16_t* codes, std::size_t n_groups,
                     std::uint32_t n_steps, std::uint32_t* at) const;
  template <class Step>
  void walk_stragglers(const Tree& tree, const std::uint16_t* codes, std::size_t n_groups,
                       std::uint32_t* at) const;
  template <class Step>
  void add_trees(const Block& block) const;
  void add_trees_of_few_leaves(const Block& block, bool any_unknown, const core::Kernels& kernels) const;

  const Forest* forest_;
  std::vector<Coding> codings_;        ///< per feature
  std::vector<Node> nodes_;            ///< of all trees, each tree's children in pairs, depth first
  std::vector<std::uint32_t> leaves_;  ///< per leaf: where its values, or equal values, begin
  std::vector<std::uint32_t> depths_;  ///< per tree
  std::vector<std::uint16_t> ranks_;   ///< while preparing: per node of the forest
  bool has_categories_;
  std::vector<std::uint8_t> flags_;      ///< per node
  std::vector<std::int32_t> level_set_;  ///< with categories: per node, the forest's node whose set it uses
  // Filled if all trees have few leaves and no node tests a category; tree by tree, from left to right:
  std::vector<core::LeafTest> tests_;  ///< one for each node that is not a leaf
  std::vector<double> values_;         ///< n_outputs for each leaf
};

}  // namespace rf::model
