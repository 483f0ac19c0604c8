// SPDX-License-Identifier: MIT
// Integers of 128 bits as doubles, by arithmetic of our own: compilers bring their own conversions.
#pragma once

#include <cstdint>

namespace rf::trees {

using Int128 = __int128;
using UInt128 = unsigned __int128;

/// Two roundings at most, none when the 128 bits hold no more than 53 significant ones.
inline double to_double(Int128 value) {
  const std::int64_t high = static_cast<std::int64_t>(value >> 64);
  const std::uint64_t low = static_cast<std::uint64_t>(value);
  return static_cast<double>(high) * 0x1p64 + static_cast<double>(low);
}

/// The magnitude of `value`, so that values of opposite sign have one magnitude also where they are rounded.
inline double magnitude(Int128 value) {
  return to_double(value < 0 ? -value : value);
}

}  // namespace rf::trees
