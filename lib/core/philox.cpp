// SPDX-License-Identifier: MIT
// Philox4x32-10 as in section 3.3 of Salmon et al. (SC 2011): a round multiplies two words of the counter by
// constants, mixes the high halves with the other two words and the key, and the key advances by Weyl steps.
#include "core/philox.hpp"

#include <cassert>

namespace rf::core {
namespace {

constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1
constexpr int kRounds = 10;

constexpr std::uint32_t low(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
constexpr std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

/// The smallest 2^k - 1 that is at least `value`.
std::uint64_t mask_over(std::uint64_t value) {
  for (unsigned shift = 1; shift < 64; shift *= 2) value |= value >> shift;
  return value;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {high(product1) ^ counter[1] ^ key[0], low(product1), high(product0) ^ counter[3] ^ key[1],
               low(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t index, std::uint32_t sub_index)
    : counter_{0, sub_index, index, static_cast<std::uint32_t>(purpose)}, key_{low(seed), high(seed)} {}

std::uint32_t RandomStream::next_u32() {
  if (used_ == block_.size()) {
    block_ = philox4x32_10(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

std::uint64_t RandomStream::next_u64() {
  const std::uint64_t first = next_u32();
  const std::uint64_t second = next_u32();
  return first | second << 32;
}

double RandomStream::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1p-53;
}

// Up to 2^32 as Lemire, "Fast random integer generation in an interval" (2019): the result is the high half
// of draw * bound. In the rare case that the low half would favour some results, the number is drawn again.
// Larger bounds use a mask.
std::uint64_t RandomStream::below(std::uint64_t bound) {
  assert(bound >= 1);
  if (bound <= UINT32_MAX) {
    while (true) {
      const std::uint64_t product = next_u32() * bound;
      const std::uint64_t fraction = product & UINT32_MAX;
      // The second test decides; the first one saves most draws the division.
      if (fraction >= bound || fraction >= (std::uint64_t{1} << 32) % bound) return product >> 32;
    }
  }
  const std::uint64_t mask = mask_over(bound - 1);
  while (true) {
    const std::uint64_t draw = (mask <= UINT32_MAX ? next_u32() : next_u64()) & mask;
    if (draw < bound) return draw;
  }
}

}  // namespace rf::core
