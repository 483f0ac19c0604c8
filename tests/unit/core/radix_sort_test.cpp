// SPDX-License-Identifier: MIT
#include "core/radix_sort.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "core/cut_search.hpp"
#include "core/philox.hpp"

namespace rf::core {
namespace {

/// Finite numbers of any sign and size, some of them equal; without the zeros, which std::sort leaves in any
/// order.
std::vector<double> numbers(std::size_t n, bool wide) {
  RandomStream stream(n, Purpose::kForestBootstrap);
  std::vector<double> values;
  while (values.size() < n) {
    const double value =
        wide ? std::bit_cast<double>(stream.next_u64()) : std::floor(stream.uniform() * 100) - 40;
    if (std::isfinite(value) && value != 0) values.push_back(value);
  }
  return values;
}

TEST(RadixSort, OrdersAsStdSortDoes) {
  std::vector<std::uint64_t> scratch;
  for (const std::size_t n : {0, 1, 2, 1023, 1024, 5000}) {
    for (const bool wide : {false, true}) {
      std::vector<double> values = numbers(n, wide);
      std::vector<double> expected = values;
      std::sort(expected.begin(), expected.end());
      sort_numbers(values, scratch);
      EXPECT_EQ(values, expected) << n << " numbers";
    }
  }
}

TEST(RadixSort, PutsNegativeZeroBeforeZero) {
  std::vector<std::uint64_t> scratch;
  for (const std::size_t n : {2, 2000}) {
    std::vector<double> values(n, 0.0);
    values[n - 1] = -0.0;
    sort_numbers(values, scratch);
    EXPECT_TRUE(std::signbit(values[0]));
    EXPECT_FALSE(std::signbit(values[1]));
  }
}

TEST(CutSearch, CountsAsLowerBoundDoes) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<std::uint64_t> scratch;
  for (const std::size_t n : {0, 1, 2, 3, 4, 127, 254, 255, 256, 3000}) {
    std::vector<double> cuts = numbers(n, true);
    sort_numbers(cuts, scratch);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    const CutSearch search(cuts);
    std::vector<double> asked = numbers(100, true);
    asked.insert(asked.end(), {0.0, -kInfinity, kInfinity});
    asked.insert(asked.end(), cuts.begin(), cuts.end());
    for (std::size_t begin = 0; begin + CutSearch::kAbreast <= asked.size(); begin += CutSearch::kAbreast) {
      std::array<double, CutSearch::kAbreast> values;
      std::copy_n(asked.begin() + static_cast<std::ptrdiff_t>(begin), values.size(), values.begin());
      const auto below = search.count_below(values);
      for (std::size_t i = 0; i < values.size(); ++i)
        ASSERT_EQ(below[i], std::lower_bound(cuts.begin(), cuts.end(), values[i]) - cuts.begin())
            << values[i];
    }
    std::array<double, CutSearch::kAbreast> missing;
    missing.fill(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(search.count_below(missing), (std::array<std::uint32_t, CutSearch::kAbreast>{}));
  }
}

}  // namespace
}  // namespace rf::core
