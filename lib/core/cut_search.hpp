// SPDX-License-Identifier: MIT
// Finds the interval of a column's cuts that contains a number. The binary search has no branches and handles
// several numbers at once, so that their loads overlap. Binning for training and for prediction share it.
// tests/unit/core/radix_sort_test.cpp compares it with std::lower_bound.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace rf::core {

/// Ascending cuts, padded with infinity to 2^k - 1 of them, so that every search takes k steps.
class CutSearch {
 public:
  static constexpr std::size_t kAbreast = 16;

  CutSearch() : CutSearch(std::span<const double>()) {}
  explicit CutSearch(std::span<const double> cuts)
      : cuts_((std::size_t{1} << std::bit_width(cuts.size())) - 1, std::numeric_limits<double>::infinity()) {
    std::copy(cuts.begin(), cuts.end(), cuts_.begin());
  }

  /// The number of cuts below each value; 0 for NaN.
  std::array<std::uint32_t, kAbreast> count_below(const std::array<double, kAbreast>& values) const {
    std::array<std::uint32_t, kAbreast> below{};
    const double* const cuts = cuts_.data();
    for (std::uint32_t step = static_cast<std::uint32_t>(cuts_.size() + 1) / 2; step > 0; step /= 2)
      for (std::size_t i = 0; i < kAbreast; ++i) below[i] += cuts[below[i] + step - 1] < values[i] ? step : 0;
    return below;
  }

 private:
  std::vector<double> cuts_;
};

}  // namespace rf::core
