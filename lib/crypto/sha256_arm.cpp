// SPDX-License-Identifier: MIT
// SHA-256 by the cryptographic extension of ARMv8 (Arm Architecture Reference Manual: SHA256H, SHA256H2,
// SHA256SU0, SHA256SU1). One SHA256H and one SHA256H2 do four rounds. Pinned by
// tests/unit/crypto/sha256_test.cpp.
#include <arm_neon.h>

#include "crypto/sha256_blocks.hpp"

namespace rf::crypto {
namespace {

constexpr uint32_t kRound[64] = RF_SHA256_ROUND_CONSTANTS;

}  // namespace

void compress_with_arm_sha2(uint32_t* state, const uint8_t* data, size_t n_blocks) {
  uint32x4_t abcd = vld1q_u32(state);
  uint32x4_t efgh = vld1q_u32(state + 4);
  for (; n_blocks > 0; --n_blocks, data += 64) {
    const uint32x4_t abcd_before = abcd;
    const uint32x4_t efgh_before = efgh;
    uint32x4_t w[4];
    for (int i = 0; i < 4; ++i) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
    for (int i = 0; i < 16; ++i) {
      const uint32x4_t sum = vaddq_u32(w[i % 4], vld1q_u32(kRound + 4 * i));
      const uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, abcd_now, sum);
      if (i >= 12) continue;
      const uint32x4_t partial = vsha256su0q_u32(w[i % 4], w[(i + 1) % 4]);
      w[i % 4] = vsha256su1q_u32(partial, w[(i + 2) % 4], w[(i + 3) % 4]);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

}  // namespace rf::crypto
