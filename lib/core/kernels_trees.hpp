// SPDX-License-Identifier: MIT
// Which leaf of a small tree a sample comes to, without going down: each node that sends a sample to the
// right rules out the leaves on its left, in whatever order the nodes are asked, and of those left the
// leftmost is the sample's (Lucchese et al., "QuickScorer", 2015). Part of the table of core/kernels.hpp.
// tests/unit/core/kernels_test.cpp pins it beside a plain loop.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::core {

/// Leaves of a tree whose leaves can be ruled out by bits of a word.
inline constexpr size_t kMostLeavesOfWord = 32;
/// Samples whose codes of one feature lie beside each other.
inline constexpr size_t kGroupSamples = 16;

/// Of one node: a sample of code c goes to the right if c + shift > bin + shift, in 16 bits.
struct LeafTest {
  uint32_t kept;        ///< bit l: leaf l, counted from the left, does not lie in the node's left subtree
  uint16_t first_code;  ///< of the node's feature, in a group of samples
  uint16_t bin;
  uint16_t shift;  ///< 0, or 1 where 65535 is to go to the left
};

struct LeafTests {
  const LeafTest* tests;
  size_t n;
  bool shifted;  ///< else no shift is looked at
};

/// For each sample of some groups the leaves that none of the tests rules out. A group is `group_codes`
/// codes, those of a feature kGroupSamples beside each other.
using RuleOutLeaves = void (*)(const LeafTests& tests, const uint16_t* codes, size_t group_codes,
                               size_t n_groups, uint32_t* leaves);

}  // namespace rf::core
