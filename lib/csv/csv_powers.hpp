// SPDX-License-Identifier: MIT
// Powers of ten as 64 leading bits, computed in integers at compile time: 10^q = (bits + rest) *
// 2^(exponent), with 2^63 <= bits < 2^64 and 0 <= rest < 1. Exact long division and multiplication by five.
// Pinned by tests/unit/csv/csv_kernels_test.cpp through the numbers read with it.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace rf::csv {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr int kLeastPower = -40;
constexpr int kMostPower = 40;

struct PowersOfTen {
  uint64_t bits[kMostPower - kLeastPower + 1];
  int exponent[kMostPower - kLeastPower + 1];
};

/// Shifts `value` so that bit 127 is its highest; returns the number of places.
constexpr int normalise(Wide& value) {
  int places = 0;
  while ((value >> 127) == 0) {
    value <<= 1;
    ++places;
  }
  return places;
}

constexpr PowersOfTen powers_of_ten() {
  PowersOfTen powers{};
  for (int q = kLeastPower; q <= kMostPower; ++q) {
    Wide five = 1;  // 5^40 < 2^93
    for (int i = 0; i < (q < 0 ? -q : q); ++i) five *= 5;
    Wide leading = 0;
    int exponent = 0;  // of the power of five: leading * 2^exponent, cut off
    if (q >= 0) {
      leading = five;
      exponent = -normalise(leading);
    } else {
      // 2^k / five bit by bit, until the quotient has 128 bits.
      Wide remainder = 1;
      while (remainder < five) {
        remainder <<= 1;
        --exponent;
      }
      for (int i = 0; i < 128; ++i) {
        leading <<= 1;
        if (remainder >= five) {
          remainder -= five;
          leading |= 1;
        }
        remainder <<= 1;
      }
      exponent -= 127;
    }
    powers.bits[q - kLeastPower] = static_cast<uint64_t>(leading >> 64);
    powers.exponent[q - kLeastPower] = exponent + 64 + q;
  }
  return powers;
}

constexpr PowersOfTen kPowers = powers_of_ten();

}  // namespace
}  // namespace rf::csv
