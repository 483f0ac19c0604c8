// SPDX-License-Identifier: MIT
// SHA-256 of whole blocks a few rounds at a time, so that a loop can do other work between them. A block is
// one chain of dependent instructions, for most of which the processor has nothing to do but what stands
// between them.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::crypto {

/// Where the hashing of some blocks stands. The words are those of the SHA instructions: (f, e, b, a) and (h,
/// g, d, c).
struct alignas(16) Sha256Steps {
  uint32_t abef[4], cdgh[4];                ///< after the steps so far
  uint32_t abef_before[4], cdgh_before[4];  ///< before the block
  uint32_t w[4][4];                         ///< the next words of its schedule
  const uint8_t* block;
  const uint8_t* end;  ///< of the last block
  uint32_t step;       ///< of 16 of the block; even
};

/// A step is four rounds.
inline constexpr uint32_t kStepsOfBlock = 16;

inline size_t steps_left(const Sha256Steps& steps) {
  return static_cast<size_t>(steps.end - steps.block) / 4 - steps.step;
}

}  // namespace rf::crypto
