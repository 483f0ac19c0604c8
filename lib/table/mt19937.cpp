// SPDX-License-Identifier: MIT
// The recurrence of Matsumoto and Nishimura 1998: x[k+624] = x[k+397] ^ (upper bit of x[k] | lower 31 bits of
// x[k+1]) A, tempered on output. Pinned by tests/unit/table/mt19937_test.cpp.
#include "table/mt19937.hpp"

#include <numeric>

namespace rf::table {

Mt19937::Mt19937(std::uint32_t seed) : state_{} {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < kSize; ++i) {
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
}

void Mt19937::refill() {
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::uint32_t joined = (state_[i] & 0x80000000U) | (state_[(i + 1) % kSize] & 0x7FFFFFFFU);
    state_[i] = state_[(i + 397) % kSize] ^ (joined >> 1) ^ ((joined & 1U) != 0 ? 0x9908B0DFU : 0U);
  }
  used_ = 0;
}

std::uint32_t Mt19937::next_u32() {
  if (used_ == kSize) refill();
  std::uint32_t y = state_[used_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680U;
  y ^= (y << 15) & 0xEFC60000U;
  return y ^ (y >> 18);
}

std::uint32_t Mt19937::at_most(std::uint32_t bound) {
  if (bound == 0) return 0;
  std::uint32_t mask = bound;
  for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
  std::uint32_t drawn = next_u32() & mask;
  while (drawn > bound) drawn = next_u32() & mask;
  return drawn;
}

std::vector<std::uint32_t> Mt19937::permutation(std::size_t n) {
  std::vector<std::uint32_t> items(n);
  std::iota(items.begin(), items.end(), std::uint32_t{0});
  shuffle(items);
  return items;
}

}  // namespace rf::table
