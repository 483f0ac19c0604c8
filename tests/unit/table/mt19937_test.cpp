// SPDX-License-Identifier: MIT
#include "table/mt19937.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace rf::table {
namespace {

// C++ fixes the 10000th value of mt19937 with its default seed (ISO C++, rand.predef).
TEST(Mt19937, GivesTheTenThousandthValueOfTheStandard) {
  Mt19937 random(5489);
  std::uint32_t value = 0;
  for (int i = 0; i < 10000; ++i) value = random.next_u32();
  EXPECT_EQ(value, 4123659995U);
}

TEST(Mt19937, AgreesWithTheStandardLibrary) {
  for (const std::uint32_t seed : {0U, 1U, 42U, 0xFFFFFFFFU}) {
    Mt19937 random(seed);
    std::mt19937 reference(seed);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(random.next_u32(), reference()) << seed << " " << i;
  }
}

// numpy.random.RandomState(42).permutation(10)
TEST(Mt19937, PermutesAsNumpyDoes) {
  EXPECT_EQ(Mt19937(42).permutation(10), (std::vector<std::uint32_t>{8, 1, 5, 0, 7, 2, 9, 4, 3, 6}));
}

TEST(Mt19937, DrawsNothingForOneItem) {
  Mt19937 random(7);
  EXPECT_EQ(random.permutation(0), std::vector<std::uint32_t>{});
  EXPECT_EQ(random.permutation(1), std::vector<std::uint32_t>{0});
  EXPECT_EQ(random.next_u32(), Mt19937(7).next_u32());
}

TEST(Mt19937, BoundedDrawsStayInRangeAndReachTheBound) {
  Mt19937 random(3);
  bool reached = false;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t drawn = random.at_most(5);
    ASSERT_LE(drawn, 5U);
    reached = reached || drawn == 5;
  }
  EXPECT_TRUE(reached);
}

}  // namespace
}  // namespace rf::table
