// SPDX-License-Identifier: MIT
// The steps of sha256_steps.hpp with the SHA extensions of x86; the state is in registers during the steps.
// For files compiled for those instructions, which exist only in the legacy encoding. While the upper half of
// any vector register is in use, some processors (Emerald Rapids) take 60 times as long for such an
// instruction. Therefore each pair of steps begins with vzeroupper. The pair is one piece of assembly for two
// reasons: a compiler may insert other instructions after the intrinsic (clang 14 inserted wide ones), and
// GCC before 12 assumes that registers are still whole after the intrinsic has cleared their upper halves
// (its bug 82735). Pinned by tests/unit/csv/csv_kernels_test.cpp and tests/numeric/upper_halves.py.
#pragma once

#include <immintrin.h>

#include "crypto/sha256_blocks.hpp"
#include "crypto/sha256_steps.hpp"

namespace rf::crypto {
namespace {

alignas(16) constexpr uint32_t kRoundOfSteps[64] = RF_SHA256_ROUND_CONSTANTS;

#if defined(__AVX__)
#define RF_CLEAR_UPPER_HALVES "vzeroupper\n\t"
#else
#define RF_CLEAR_UPPER_HALVES ""
#endif

/// w[t] = s1(w[t-2]) + w[t-7] + s0(w[t-15]) + w[t-16] for four t at once, in the place of the first word. The
/// words computed in the last sixteen rounds are not used.
#define RF_SHA256_STEP(round, w0, w1, w2, w3) \
  "movdqa " round                             \
  "(%[rounds]), %%xmm0\n\t"                   \
  "paddd %[" w0                               \
  "], %%xmm0\n\t"                             \
  "sha256rnds2 %%xmm0, %[abef], %[cdgh]\n\t"  \
  "pshufd $0x0E, %%xmm0, %%xmm0\n\t"          \
  "sha256rnds2 %%xmm0, %[cdgh], %[abef]\n\t"  \
  "sha256msg1 %[" w1 "], %[" w0               \
  "]\n\t"                                     \
  "movdqa %[" w3                              \
  "], %%xmm1\n\t"                             \
  "palignr $4, %[" w2                         \
  "], %%xmm1\n\t"                             \
  "paddd %%xmm1, %[" w0                       \
  "]\n\t"                                     \
  "sha256msg2 %[" w3 "], %[" w0 "]\n\t"

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

  /// At least two steps must be left.
  __attribute__((always_inline)) void two_steps() {
    // The assembly declares eight of the registers 0 to 15 as changed and the other eight as clobbered, so
    // that no compiler keeps a wide value there.
    __asm__(RF_CLEAR_UPPER_HALVES RF_SHA256_STEP("0", "w0", "w1", "w2", "w3")
                RF_SHA256_STEP("16", "w1", "w2", "w3", "w0")
            : [abef] "+x"(abef_), [cdgh] "+x"(cdgh_), "+x"(abef_before_),
              "+x"(cdgh_before_), [w0] "+x"(w0_), [w1] "+x"(w1_), [w2] "+x"(w2_), [w3] "+x"(w3_)
            : [rounds] "r"(round_), "m"(*reinterpret_cast<const uint32_t(*)[8]>(round_))
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
    const __m128i next[2] = {w0_, w1_};
    w0_ = w2_;
    w1_ = w3_;
    w2_ = next[0];
    w3_ = next[1];
    round_ += 8;
    if (round_ == kRoundOfSteps + 64) next_block();
  }

 private:
  static __m128i load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
  static void store(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }
  __m128i word_of_text(size_t i) const {
    return _mm_shuffle_epi8(load(block_ + 16 * i), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
  }

  __attribute__((always_inline)) void next_block() {
    abef_ = abef_before_ = _mm_add_epi32(abef_, abef_before_);
    cdgh_ = cdgh_before_ = _mm_add_epi32(cdgh_, cdgh_before_);
    block_ += 64;
    begin_block();
  }

  __attribute__((always_inline)) void begin_block() {
    round_ = kRoundOfSteps;
    if (block_ == end_) return;  // the bytes there may belong to another object
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

#undef RF_SHA256_STEP
#undef RF_CLEAR_UPPER_HALVES

}  // namespace
}  // namespace rf::crypto
