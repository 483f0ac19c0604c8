// SPDX-License-Identifier: MIT
// Scaling by powers of two: exact, so it moves huge or tiny numbers into range without changing their digits.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace rf::core {

/// `down` brings numbers of magnitude `largest` near 1, `up` = 1 / down undoes it.
struct PowerOfTwo {
  double down = 1;
  double up = 1;
};

/// For finite `largest` >= 0. Exponents are kept within +-1000 so that both factors are normal: scaled
/// numbers are below 2^24, and below 2 unless largest exceeds 2^1000. 0 gives {1, 1}.
inline PowerOfTwo scale_to_unit(double largest) {
  if (largest == 0) return {};
  const auto biased = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(largest) >> 52);
  const std::int64_t exponent = std::clamp<std::int64_t>(biased - 1023, -1000, 1000);
  const auto power = [](std::int64_t e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  return {power(-exponent), power(exponent)};
}

}  // namespace rf::core
