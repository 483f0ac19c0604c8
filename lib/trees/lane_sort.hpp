// SPDX-License-Identifier: MIT
// Sorts eight short lists at once, without a branch, by Batcher's odd-even merge sort ("Sorting networks and
// their applications", 1968). One minimum and one maximum of a vector of 16-bit integers make a comparison
// for all lists. tests/unit/trees/lane_sort_test.cpp pins it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rf::trees {

inline constexpr std::size_t kLanes = 8;
/// Element r of list number lane is keys[r][lane].
template <std::size_t N>
using Lanes = std::array<std::array<std::int16_t, kLanes>, N>;

struct Comparison {
  std::size_t low;
  std::size_t high;
};

/// Calls compare(low, high) for the comparisons of the network, in order. N is a power of two.
template <std::size_t N, class Compare>
constexpr void for_each_comparison(Compare compare) {
  for (std::size_t p = 1; p < N; p *= 2)
    for (std::size_t s = p; s > 0; s /= 2)
      for (std::size_t j = s % p; j + s < N; j += 2 * s)
        for (std::size_t i = j; i < std::min(j + s, N - s); ++i)
          if (i / (2 * p) == (i + s) / (2 * p)) compare(i, i + s);
}

template <std::size_t N>
constexpr std::size_t count_comparisons() {
  std::size_t n = 0;
  for_each_comparison<N>([&](std::size_t, std::size_t) { ++n; });
  return n;
}

template <std::size_t N>
constexpr auto comparisons() {
  std::array<Comparison, count_comparisons<N>()> list{};
  std::size_t n = 0;
  for_each_comparison<N>([&](std::size_t low, std::size_t high) { list[n++] = {low, high}; });
  return list;
}

template <std::size_t N>
void compare_lanes(Lanes<N>& keys, std::size_t low, std::size_t high) {
  const std::array<std::int16_t, kLanes> a = keys[low];
  const std::array<std::int16_t, kLanes> b = keys[high];
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    keys[low][lane] = std::min(a[lane], b[lane]);
    keys[high][lane] = std::max(a[lane], b[lane]);
  }
}

template <std::size_t N, std::size_t... I>
void sort_lanes(Lanes<N>& keys, std::index_sequence<I...>) {
  static constexpr auto kList = comparisons<N>();
  (compare_lanes<N>(keys, kList[I].low, kList[I].high), ...);
}

/// Sorts each list ascending.
template <std::size_t N>
void sort_lanes(Lanes<N>& keys) {
  sort_lanes(keys, std::make_index_sequence<count_comparisons<N>()>());
}

}  // namespace rf::trees
