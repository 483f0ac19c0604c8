// SPDX-License-Identifier: MIT
// SHA-256 by the SHA extensions of x86 (Intel 64 and IA-32 Architectures Software Developer's Manual, volume
// 2: SHA256RNDS2, SHA256MSG1, SHA256MSG2). Two SHA256RNDS2 do four rounds; the words of the schedule rotate
// through four registers. A block is one chain of dependent instructions. The speed of the loop for one text
// is limited by that chain and by the arrival of the data, hence the prefetch. Pinned by
// tests/unit/crypto/sha256_test.cpp against libsodium.
#include <immintrin.h>

#include "crypto/sha256_blocks.hpp"
#include "crypto/sha256_steps_x86.hpp"

namespace rf::crypto {
namespace {

inline __m128i load(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}

/// The state's words as the instructions need them: (a, b, e, f) and (c, d, g, h), the first in the highest
/// lane.
struct Words {
  __m128i abef, cdgh;
};

inline Words load_words(const uint32_t* state) {
  const __m128i dcba = load(state);
  const __m128i hgfe = load(state + 4);
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xF0)};
}

inline void store_words(Words words, uint32_t* state) {
  const __m128i feba = _mm_shuffle_epi32(words.abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(words.cdgh, 0xB1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/// One block of each of `n` texts at a time.
template <size_t n>
inline void compress(uint32_t* const (&states)[n], const uint8_t* const (&texts)[n], size_t n_blocks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  Words now[n];
  for (size_t k = 0; k < n; ++k) now[k] = load_words(states[k]);
  for (size_t block = 0; block < n_blocks; ++block) {
    Words before[n];
    __m128i w[n][4];
    for (size_t k = 0; k < n; ++k) {
      const uint8_t* const data = texts[k] + 64 * block;
      _mm_prefetch(reinterpret_cast<const char*>(data + 2048), _MM_HINT_T0);
      before[k] = now[k];
      for (int i = 0; i < 4; ++i) w[k][i] = _mm_shuffle_epi8(load(data + 16 * i), big_endian);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
#pragma GCC unroll 2
      for (size_t k = 0; k < n; ++k) {
        __m128i sum = _mm_add_epi32(w[k][i % 4], load(kRoundOfSteps + 4 * i));
        now[k].cdgh = _mm_sha256rnds2_epu32(now[k].cdgh, now[k].abef, sum);
        sum = _mm_shuffle_epi32(sum, 0x0E);
        now[k].abef = _mm_sha256rnds2_epu32(now[k].abef, now[k].cdgh, sum);
        if (i >= 12) continue;
        // w[t] = s1(w[t-2]) + w[t-7] + s0(w[t-15]) + w[t-16] for four t at once.
        const __m128i last = w[k][(i + 3) % 4];
        __m128i next = _mm_sha256msg1_epu32(w[k][i % 4], w[k][(i + 1) % 4]);
        next = _mm_add_epi32(next, _mm_alignr_epi8(last, w[k][(i + 2) % 4], 4));
        w[k][i % 4] = _mm_sha256msg2_epu32(next, last);
      }
    }
    for (size_t k = 0; k < n; ++k) {
      now[k].abef = _mm_add_epi32(now[k].abef, before[k].abef);
      now[k].cdgh = _mm_add_epi32(now[k].cdgh, before[k].cdgh);
    }
  }
  for (size_t k = 0; k < n; ++k) store_words(now[k], states[k]);
}

}  // namespace

void compress_with_x86_sha(uint32_t* state, const uint8_t* data, size_t n_blocks) {
  compress<1>({state}, {data}, n_blocks);
}

void compress_two_with_x86_sha(uint32_t* state_a, const uint8_t* data_a, uint32_t* state_b,
                               const uint8_t* data_b, size_t n_blocks) {
  compress<2>({state_a, state_b}, {data_a, data_b}, n_blocks);
}

void begin_steps_with_x86_sha(const uint32_t* state, Sha256Steps* steps) {
  const Words words = load_words(state);
  StepsInRegisters(words.abef, words.cdgh, steps->block, steps->end).keep(steps);
}

void end_steps_with_x86_sha(Sha256Steps* steps, uint32_t* state) {
  StepsInRegisters rest(*steps);
  for (uint32_t step = steps->step; step % kStepsOfBlock != 0; step += 2) rest.two_steps();
  rest.keep(steps);
  store_words({load(steps->abef), load(steps->cdgh)}, state);
}

}  // namespace rf::crypto
