// SPDX-License-Identifier: MIT
// Converts 128-bit integers to doubles with its own arithmetic, because each compiler brings its own
// conversion.
#pragma once

#include <cstdint>

namespace rf::trees {

using Int128 = __int128;
using UInt128 = unsigned __int128;

/// Converts `value` with at most two roundings, and exactly if at most 53 of its bits are significant.
inline double to_double(Int128 value) {
  const std::int64_t high = static_cast<std::int64_t>(value >> 64);
  const std::uint64_t low = static_cast<std::uint64_t>(value);
  return static_cast<double>(high) * 0x1p64 + static_cast<double>(low);
}

/// Returns the magnitude of `value`. Values of opposite sign have the same magnitude, also if it is rounded.
inline double magnitude(Int128 value) {
  return to_double(value < 0 ? -value : value);
}

}  // namespace rf::trees
