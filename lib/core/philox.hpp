// SPDX-License-Identifier: MIT
// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as
// easy as 1, 2, 3" (SC 2011). A stream is identified by (seed, purpose, index, sub_index), so a value never
// depends on the order in which streams are drawn from. tests/unit/core/philox_test.cpp holds Random123's
// known answers.
#pragma once

#include <array>
#include <cstdint>

namespace rf::core {

/// Ten rounds of the round function: turns counter and key into 128 random bits.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key);

/// What a stream is for; numbers are part of the numeric profile and never reused.
enum class Purpose : std::uint32_t {
  kForestBootstrap = 1,
  kForestFeatures = 2,
  kBoostingRows = 3,
  kBoostingColumns = 4,
  kBoostingHeldOut = 5,
  kLabelMatches = 6,
};

/// counter = {block, sub_index, index, purpose}, key = {low, high half of the seed}.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t index = 0, std::uint32_t sub_index = 0);

  std::uint32_t next_u32();
  /// Two u32: the first is the low half.
  std::uint64_t next_u64();
  /// In [0, 1): (next_u64() >> 11) * 2^-53.
  double uniform();
  /// In [0, bound), bound >= 1: up to 2^32 - 1 the high half of u32 * bound, where u32 is drawn again if it
  /// would favour some results. Larger bounds use masked rejection (of u64 draws if bound > 2^32).
  std::uint64_t below(std::uint64_t bound);

 private:
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  std::uint32_t used_ = 4;
};

}  // namespace rf::core
