// SPDX-License-Identifier: MIT
// The key of a number is its bits, with all bits inverted if the number is negative and only the sign bit
// inverted otherwise. The keys then sort in the same order as the numbers. Digits of 11 bits: a pass's 2,048
// counters stay in the first-level cache. tests/unit/core/radix_sort_test.cpp pins it.
#include "core/radix_sort.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

namespace rf::core {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
constexpr std::size_t kPasses = (64 + kDigitBits - 1) / kDigitBits;
/// For fewer numbers than this, a comparison sort is faster than counting.
constexpr std::size_t kFewNumbers = 1024;
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double value_of(std::uint64_t key) {
  return std::bit_cast<double>((key & kSign) != 0 ? key ^ kSign : ~key);
}

std::size_t digit(std::uint64_t key, std::size_t pass) {
  return static_cast<std::size_t>(key >> (pass * kDigitBits)) & (kDigits - 1);
}

/// Sorts `keys`, using `other` of the same size; returns whichever of the two holds the result.
std::span<std::uint64_t> sort_keys(std::span<std::uint64_t> keys, std::span<std::uint64_t> other) {
  std::array<std::array<std::uint32_t, kDigits>, kPasses> counts{};
  for (const std::uint64_t key : keys)
    for (std::size_t pass = 0; pass < kPasses; ++pass) ++counts[pass][digit(key, pass)];
  for (std::size_t pass = 0; pass < kPasses; ++pass) {
    std::array<std::uint32_t, kDigits>& place = counts[pass];
    if (place[digit(keys[0], pass)] == keys.size()) continue;  // one digit for all
    std::uint32_t begin = 0;
    for (std::uint32_t& count : place) begin += std::exchange(count, begin);
    for (const std::uint64_t key : keys) other[place[digit(key, pass)]++] = key;
    std::swap(keys, other);
  }
  return keys;
}

}  // namespace

void sort_numbers(std::span<double> values, std::vector<std::uint64_t>& scratch) {
  const std::size_t n = values.size();
  if (scratch.size() < 2 * n) scratch.resize(2 * n);
  std::span<std::uint64_t> keys = std::span(scratch).first(n);
  std::transform(values.begin(), values.end(), keys.begin(), key_of);
  if (n < kFewNumbers || n > UINT32_MAX) {
    // total order: whole keys; equal ones are the same
    std::sort(keys.begin(), keys.end());
  } else {
    keys = sort_keys(keys, std::span(scratch).subspan(n, n));
  }
  std::transform(keys.begin(), keys.end(), values.begin(), value_of);
}

}  // namespace rf::core
