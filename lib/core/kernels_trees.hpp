// SPDX-License-Identifier: MIT
// Finds the leaf of a small tree that a sample reaches, without walking down the tree. Each node that sends
// the sample to the right rules out the leaves of its left subtree. The nodes may be tested in any order. The
// leftmost leaf that remains is the sample's (Lucchese et al., "QuickScorer", 2015). Part of the table of
// core/kernels.hpp. tests/unit/core/kernels_test.cpp compares it with a plain loop.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::core {

/// The most leaves of a tree whose leaves fit into the bits of one word.
inline constexpr size_t kMostLeavesOfWord = 32;
/// Number of samples in a group; their codes of one feature are contiguous.
inline constexpr size_t kGroupSamples = 16;

/// The test of one node: a sample with code c goes to the right if c + shift > bin + shift, in 16 bits.
struct LeafTest {
  uint32_t kept;        ///< bit l: leaf l, counted from the left, is not in the node's left subtree
  uint16_t first_code;  ///< offset of the node's feature in a group's codes
  uint16_t bin;
  uint16_t shift;  ///< 0, or 1 if code 65535 goes to the left
};

struct LeafTests {
  const LeafTest* tests;
  size_t n;
  bool shifted;  ///< if false, every shift is ignored
};

/// For each sample of n_groups groups: the leaves that no test rules out. A group has `group_codes` codes;
/// the kGroupSamples codes of one feature are contiguous.
using RuleOutLeaves = void (*)(const LeafTests& tests, const uint16_t* codes, size_t group_codes,
                               size_t n_groups, uint32_t* leaves);

}  // namespace rf::core
