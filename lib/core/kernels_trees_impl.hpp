// SPDX-License-Identifier: MIT
// The loop of core/kernels_trees.hpp, compiled with kernels_impl.hpp once for each instruction set: a few
// groups at a time, whose leaves stay in registers during the loop over the tests.
#pragma once

#include "core/kernels_trees.hpp"

namespace rf::core {
namespace {

#if defined(__AVX2__)

/// The codes of a group and the bin they are compared with.
template <bool shifted>
struct ShiftedCodes {
  explicit ShiftedCodes(const LeafTest& test)
      : bin(_mm256_set1_epi16((short)(test.bin + (shifted ? test.shift : 0)))),
        shift(_mm256_set1_epi16((short)test.shift)) {}

  __m256i load(const uint16_t* codes) const {
    const __m256i code = _mm256_loadu_si256((const __m256i*)codes);
    return shifted ? _mm256_add_epi16(code, shift) : code;
  }

  __m256i bin, shift;
};

#endif

#if defined(__AVX512BW__)

constexpr size_t kGroupsAtOnce = 8;

/// The leaves of one group.
struct GroupLeaves {
  __m512i leaves = _mm512_set1_epi32(-1);
};

template <bool shifted>
struct GroupTest {
  explicit GroupTest(const LeafTest& test) : codes(test), kept(_mm512_set1_epi32((int)test.kept)) {}

  void apply(const uint16_t* group_codes, GroupLeaves& group) const {
    const __mmask16 right = _mm256_cmpgt_epu16_mask(codes.load(group_codes), codes.bin);
    group.leaves = _mm512_mask_and_epi32(group.leaves, right, group.leaves, kept);
  }

  ShiftedCodes<shifted> codes;
  __m512i kept;
};

inline void store_leaves(const GroupLeaves& group, uint32_t* leaves) {
  _mm512_storeu_si512(leaves, group.leaves);
}

#elif defined(__AVX2__)

constexpr size_t kGroupsAtOnce = 4;

/// `low` holds samples 0 .. 3 and 8 .. 11, `high` the others: the order in which unpacking 16 bits to 32
/// leaves them.
struct GroupLeaves {
  __m256i low = _mm256_set1_epi32(-1);
  __m256i high = _mm256_set1_epi32(-1);
};

template <bool shifted>
struct GroupTest {
  explicit GroupTest(const LeafTest& test) : codes(test), kept(_mm256_set1_epi32((int)test.kept)) {}

  void apply(const uint16_t* group_codes, GroupLeaves& group) const {
    const __m256i left = _mm256_cmpeq_epi16(_mm256_max_epu16(codes.load(group_codes), codes.bin), codes.bin);
    group.low = _mm256_and_si256(group.low, _mm256_or_si256(_mm256_unpacklo_epi16(left, left), kept));
    group.high = _mm256_and_si256(group.high, _mm256_or_si256(_mm256_unpackhi_epi16(left, left), kept));
  }

  ShiftedCodes<shifted> codes;
  __m256i kept;
};

inline void store_leaves(const GroupLeaves& group, uint32_t* leaves) {
  _mm256_storeu_si256((__m256i*)leaves, _mm256_permute2x128_si256(group.low, group.high, 0x20));
  _mm256_storeu_si256((__m256i*)(leaves + 8), _mm256_permute2x128_si256(group.low, group.high, 0x31));
}

#else

constexpr size_t kGroupsAtOnce = 1;

struct GroupLeaves {
  uint32_t leaves[kGroupSamples];

  GroupLeaves() {
    for (uint32_t& one : leaves) one = UINT32_MAX;
  }
};

template <bool shifted>
struct GroupTest {
  explicit GroupTest(const LeafTest& one) : test(one) {}

  void apply(const uint16_t* codes, GroupLeaves& group) const {
    const uint16_t bin = (uint16_t)(test.bin + (shifted ? test.shift : 0));
    for (size_t i = 0; i < kGroupSamples; ++i) {
      const uint16_t code = (uint16_t)(codes[i] + (shifted ? test.shift : 0));
      group.leaves[i] &= code > bin ? test.kept : UINT32_MAX;
    }
  }

  LeafTest test;
};

inline void store_leaves(const GroupLeaves& group, uint32_t* leaves) {
  __builtin_memcpy(leaves, group.leaves, sizeof group.leaves);
}

#endif

template <bool shifted, size_t n_groups>
void rule_out_of_groups(const LeafTests& tests, const uint16_t* codes, size_t group_codes, uint32_t* leaves) {
  GroupLeaves groups[n_groups];
  for (size_t t = 0; t < tests.n; ++t) {
    const GroupTest<shifted> test(tests.tests[t]);
    const uint16_t* const first = codes + tests.tests[t].first_code;
    RF_EACH(g, n_groups) test.apply(first + g * group_codes, groups[g]);
  }
  RF_EACH(g, n_groups) store_leaves(groups[g], leaves + g * kGroupSamples);
}

template <bool shifted>
void rule_out(const LeafTests& tests, const uint16_t* codes, size_t group_codes, size_t n_groups,
              uint32_t* leaves) {
  size_t g = 0;
  for (; g + kGroupsAtOnce <= n_groups; g += kGroupsAtOnce)
    rule_out_of_groups<shifted, kGroupsAtOnce>(tests, codes + g * group_codes, group_codes,
                                               leaves + g * kGroupSamples);
  for (; g < n_groups; ++g)
    rule_out_of_groups<shifted, 1>(tests, codes + g * group_codes, group_codes, leaves + g * kGroupSamples);
}

void rule_out_leaves(const LeafTests& tests, const uint16_t* codes, size_t group_codes, size_t n_groups,
                     uint32_t* leaves) {
  (tests.shifted ? rule_out<true> : rule_out<false>)(tests, codes, group_codes, n_groups, leaves);
}

}  // namespace
}  // namespace rf::core
