// SPDX-License-Identifier: MIT
// SHA-256 of whole blocks a few rounds at a time, so that a loop can do other work between them. A block is
// one chain of dependent instructions. While the processor waits for most of them, it can execute the
// instructions in between.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::crypto {

/// The progress of hashing some blocks. The words are ordered as the SHA instructions need them: (f, e, b, a)
/// and (h, g, d, c).
struct alignas(16) Sha256Steps {
  uint32_t abef[4], cdgh[4];                ///< after the steps so far
  uint32_t abef_before[4], cdgh_before[4];  ///< before the block
  uint32_t w[4][4];                         ///< the next words of its schedule
  const uint8_t* block;
  const uint8_t* end;  ///< of the last block
  uint32_t step;       ///< next step, of the 16 of a block; even
};

/// A step is four rounds.
inline constexpr uint32_t kStepsOfBlock = 16;

inline size_t steps_left(const Sha256Steps& steps) {
  return static_cast<size_t>(steps.end - steps.block) / 4 - steps.step;
}

}  // namespace rf::crypto
