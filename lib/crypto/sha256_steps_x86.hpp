// SPDX-License-Identifier: MIT
// The steps of sha256_steps.hpp by the SHA extensions of x86, in registers while they are taken. For files compiled for
// those instructions. Pinned by tests/unit/data/csv_kernels_test.cpp.
#pragma once

#include <immintrin.h>

#include "crypto/sha256_blocks.hpp"
#include "crypto/sha256_steps.hpp"

namespace rf::crypto {
namespace {

alignas(16) constexpr uint32_t kRoundOfSteps[64] = RF_SHA256_ROUND_CONSTANTS;

class StepsInRegisters {
 public:
  explicit StepsInRegisters(const Sha256Steps& steps)
      : abef_(load(steps.abef)),
        cdgh_(load(steps.cdgh)),
        abef_before_(load(steps.abef_before)),
        cdgh_before_(load(steps.cdgh_before)),
        w0_(load(steps.w[0])),
        w1_(load(steps.w[1])),
        w2_(load(steps.w[2])),
        w3_(load(steps.w[3])),
        block_(steps.block),
        end_(steps.end),
        round_(kRoundOfSteps + size_t{4} * steps.step) {}
  /// At the beginning of a block.
  StepsInRegisters(__m128i abef, __m128i cdgh, const uint8_t* block, const uint8_t* end)
      : abef_(abef), cdgh_(cdgh), abef_before_(abef), cdgh_before_(cdgh), block_(block), end_(end) {
    begin_block();
  }

  void keep(Sha256Steps* steps) const {
    store(steps->abef, abef_);
    store(steps->cdgh, cdgh_);
    store(steps->abef_before, abef_before_);
    store(steps->cdgh_before, cdgh_before_);
    store(steps->w[0], w0_);
    store(steps->w[1], w1_);
    store(steps->w[2], w2_);
    store(steps->w[3], w3_);
    steps->block = block_;
    steps->step = static_cast<uint32_t>(round_ - kRoundOfSteps) / 4;
  }

  /// Two are left at least.
  __attribute__((always_inline)) void two_steps() {
    step();
    step();
    if (round_ == kRoundOfSteps + 64) next_block();
  }

 private:
  static __m128i load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
  static void store(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
  __m128i word_of_text(size_t i) const {
    return _mm_shuffle_epi8(load(block_ + 16 * i), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
  }

  __attribute__((always_inline)) void step() {
    __m128i sum = _mm_add_epi32(w0_, load(round_));
    round_ += 4;
    cdgh_ = _mm_sha256rnds2_epu32(cdgh_, abef_, sum);
    sum = _mm_shuffle_epi32(sum, 0x0E);
    abef_ = _mm_sha256rnds2_epu32(abef_, cdgh_, sum);
    // w[t] = s1(w[t-2]) + w[t-7] + s0(w[t-15]) + w[t-16] for four t at once; of the last sixteen rounds nobody asks.
    __m128i next = _mm_sha256msg1_epu32(w0_, w1_);
    next = _mm_add_epi32(next, _mm_alignr_epi8(w3_, w2_, 4));
    next = _mm_sha256msg2_epu32(next, w3_);
    w0_ = w1_;
    w1_ = w2_;
    w2_ = w3_;
    w3_ = next;
  }

  __attribute__((always_inline)) void next_block() {
    abef_ = abef_before_ = _mm_add_epi32(abef_, abef_before_);
    cdgh_ = cdgh_before_ = _mm_add_epi32(cdgh_, cdgh_before_);
    block_ += 64;
    begin_block();
  }

  __attribute__((always_inline)) void begin_block() {
    round_ = kRoundOfSteps;
    if (block_ == end_) return;  // what lies there may be another's
    w0_ = word_of_text(0);
    w1_ = word_of_text(1);
    w2_ = word_of_text(2);
    w3_ = word_of_text(3);
  }

  __m128i abef_, cdgh_, abef_before_, cdgh_before_, w0_, w1_, w2_, w3_;
  const uint8_t* block_;
  const uint8_t* end_;
  const uint32_t* round_;
};

}  // namespace
}  // namespace rf::crypto
