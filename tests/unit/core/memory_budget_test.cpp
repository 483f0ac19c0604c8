// SPDX-License-Identifier: MIT
#include "core/memory_budget.hpp"

#include <gtest/gtest.h>

namespace rf::core {
namespace {

TEST(MemoryBudget, WithoutCeilingEverythingFits) {
  MemoryBudget budget(0);
  EXPECT_TRUE(budget.take(std::uint64_t{1} << 60, "a lot").ok());
  EXPECT_TRUE(Reservation::of(nullptr, std::uint64_t{1} << 60, "a lot").ok());
}

TEST(MemoryBudget, RefusesWhatWouldPassTheCeilingAndSaysHowMuch) {
  MemoryBudget budget(1000);
  EXPECT_TRUE(budget.take(600, "the table").ok());
  const auto refused = budget.take(401, "the bins");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kLimitReached);
  EXPECT_EQ(refused.error().message, "max_bytes allows 1000 bytes; with the bins this needs at least 1001");
  EXPECT_TRUE(budget.take(400, "the bins").ok());
  budget.give_back(600);
  EXPECT_EQ(budget.held(), 400u);
  MemoryBudget one(1);
  EXPECT_EQ(one.take(2, "the bins").error().message,
            "max_bytes allows 1 byte; with the bins this needs at least 2");
}

TEST(MemoryBudget, AReservationEndsWithItsObject) {
  MemoryBudget budget(100);
  {
    auto first = Reservation::of(&budget, 60, "a");
    ASSERT_TRUE(first.ok());
    Reservation moved = std::move(first).value();
    EXPECT_EQ(budget.held(), 60u);
    EXPECT_FALSE(Reservation::of(&budget, 60, "b").ok());
    EXPECT_EQ(budget.held(), 60u);
    moved = Reservation();
    EXPECT_EQ(budget.held(), 0u);
    moved = Reservation::of(&budget, 100, "c").value();
  }
  EXPECT_EQ(budget.held(), 0u);
}

TEST(MemoryBudget, AReservationGrowsAndShrinks) {
  MemoryBudget budget(100);
  EXPECT_EQ(budget.left(), 100u);
  EXPECT_EQ(MemoryBudget(0).left(), UINT64_MAX);
  Reservation rows(&budget);
  EXPECT_TRUE(rows.resize(70, "the rows").ok());
  EXPECT_EQ(budget.left(), 30u);
  const auto refused = rows.resize(101, "the rows");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "max_bytes allows 100 bytes; with the rows this needs at least 101");
  EXPECT_EQ(budget.held(), 70u);
  EXPECT_TRUE(rows.resize(20, "the rows").ok());
  EXPECT_EQ(budget.held(), 20u);
  rows.release();
  EXPECT_EQ(budget.held(), 0u);
  EXPECT_TRUE(rows.resize(1000, "no longer counted").ok());
  EXPECT_TRUE(Reservation(nullptr).resize(1000, "not counted").ok());
}

}  // namespace
}  // namespace rf::core
