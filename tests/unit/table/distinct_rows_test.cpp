// SPDX-License-Identifier: MIT
#include "table/distinct_rows.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

constexpr std::size_t kRows = 30'000;

/// Two columns of numbers in which all rows have one hash. `first` begins the numbers of the first column.
Table colliding_table(double first) {
  const auto step = [](std::uint64_t hash, std::uint64_t bits) {
    hash = (hash ^ bits) * 0x9E3779B97F4A7C15;
    return hash ^ (hash >> 32);
  };
  const std::uint64_t target = step(0, std::bit_cast<std::uint64_t>(0.25));
  std::vector<double> a, b;
  while (a.size() < kRows) {
    const double x = (first += 1.0);
    const double y = std::bit_cast<double>(step(0, std::bit_cast<std::uint64_t>(x)) ^ target);
    if (!std::isfinite(y)) continue;
    a.push_back(x);
    b.push_back(y);
  }
  return table_of({numeric_column("a", a), numeric_column("b", b)});
}

std::vector<TableRow> rows_between(std::size_t begin, std::size_t end) {
  return core::consecutive<TableRow>(end - begin, begin);
}

TEST(DistinctRows, FindEachRowOfEqualHashesInFewComparisons) {
  const Table table = colliding_table(1e6);
  const std::vector<std::size_t> columns = {0, 1};
  TestContext context;
  const auto known = DistinctRows::make(table, columns, rows_between(0, kRows / 2), context);
  ASSERT_TRUE(known.ok());
  constexpr std::uint64_t kMostForOne = 40;  // a red-black tree is no deeper than twice the logarithm
  EXPECT_LE(known->n_compared(), kMostForOne * kRows / 2);
  EXPECT_GE(known->n_compared(), kRows) << "do their hashes still collide?";
  std::uint64_t n_compared = 0;
  for (std::uint32_t row = 0; row < kRows; ++row)
    ASSERT_EQ(known->holds(TableRow{row}, n_compared), row < kRows / 2) << row;
  EXPECT_LE(n_compared, kMostForOne * kRows);
}

TEST(DistinctRows, CompareEqualRowsOnce) {
  const Table table = table_of({numeric_column("a", std::vector<double>(kRows, 7.0))});
  const std::vector<std::size_t> columns = {0};
  TestContext context;
  const auto known = DistinctRows::make(table, columns, rows_between(0, kRows), context);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->n_compared(), kRows - 1);
  std::uint64_t n_compared = 0;
  EXPECT_TRUE(known->holds(TableRow{5}, n_compared));
  EXPECT_EQ(n_compared, 1u);
}

TEST(DistinctRows, StopWhereTheCallerAsksFor) {
  const Table table = colliding_table(1e6);
  const std::vector<std::size_t> columns = {0, 1};
  const std::atomic<bool> cancel = true;
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  TestContext context(1, hooks);
  const auto known = DistinctRows::make(table, columns, rows_between(0, kRows), context);
  ASSERT_FALSE(known.ok());
  EXPECT_EQ(known.error().code, core::Code::kCancelled);
}

}  // namespace
}  // namespace rf::table
