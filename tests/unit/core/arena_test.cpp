// SPDX-License-Identifier: MIT
#include "core/arena.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace rf::core {
namespace {

template <class T>
using Array = std::vector<T, ArenaAllocator<T>>;

TEST(Arena, GivesOutAlignedPartsUntilNoneIsLeft) {
  const auto arena = Arena::make(1);  // a huge page
  ASSERT_NE(arena, nullptr);
  const std::size_t half = std::size_t{1} << 20;
  auto* const first = static_cast<char*>(arena->take(half - 63));
  auto* const second = static_cast<char*>(arena->take(half));
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % 64, 0u);
  EXPECT_EQ(second - first, static_cast<std::ptrdiff_t>(half));
  EXPECT_EQ(arena->take(1), nullptr);
  EXPECT_TRUE(arena->holds(first));
  EXPECT_TRUE(arena->holds(second + half - 1));
  EXPECT_FALSE(arena->holds(second + half));
  EXPECT_FALSE(arena->holds(first - 1));
}

TEST(Arena, AnArrayLeavesItWhenItGrowsBeyond) {
  auto arena = Arena::make(1);
  Array<double> array{ArenaAllocator<double>(arena)};
  array.reserve(100'000);
  EXPECT_TRUE(arena->holds(array.data()));
  for (int i = 0; i < 300'000; ++i) array.push_back(i);
  EXPECT_FALSE(arena->holds(array.data()));
  for (int i = 0; i < 300'000; ++i) ASSERT_EQ(array[static_cast<std::size_t>(i)], i);
}

TEST(Arena, LivesAsLongAsItsArraysAndNotInTheirCopies) {
  auto arena = Arena::make(1);
  Array<std::int8_t> array{ArenaAllocator<std::int8_t>(arena)};
  array.assign(1000, 7);
  const Array<std::int8_t> copy = array;
  EXPECT_FALSE(arena->holds(copy.data()));
  const Array<std::int8_t> moved = std::move(array);
  EXPECT_TRUE(arena->holds(moved.data()));
  const std::weak_ptr<Arena> watched = arena;
  arena.reset();
  array = {};
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(moved, copy);
}

TEST(Arena, WhatIsGivenBackIsNotHeldInMemory) {
  auto arena = Arena::make(std::size_t{64} << 20);
  auto* const part = static_cast<char*>(arena->take(std::size_t{64} << 20));
  part[5000] = 1;
  arena->give_back(part, std::size_t{64} << 20);
  EXPECT_EQ(part[5000], 0);
}

}  // namespace
}  // namespace rf::core
