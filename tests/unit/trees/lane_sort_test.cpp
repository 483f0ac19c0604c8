// SPDX-License-Identifier: MIT
#include "trees/lane_sort.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/philox.hpp"

namespace rf::trees {
namespace {

template <std::size_t N>
void expect_sorted() {
  core::RandomStream stream(N, core::Purpose::kForestBootstrap);
  for (int round = 0; round < 500; ++round) {
    Lanes<N> keys;
    for (auto& row : keys)
      for (std::int16_t& key : row) key = static_cast<std::int16_t>(stream.below(round % 2 == 0 ? 4 : 32768));
    const Lanes<N> before = keys;
    sort_lanes(keys);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      std::vector<std::int16_t> expected;
      std::vector<std::int16_t> found;
      for (std::size_t r = 0; r < N; ++r) {
        expected.push_back(before[r][lane]);
        found.push_back(keys[r][lane]);
      }
      std::sort(expected.begin(), expected.end());
      ASSERT_EQ(found, expected);
    }
  }
}

TEST(LaneSort, OrdersEveryLaneAsStdSortDoes) {
  expect_sorted<2>();
  expect_sorted<4>();
  expect_sorted<8>();
  expect_sorted<16>();
}

}  // namespace
}  // namespace rf::trees
