// SPDX-License-Identifier: MIT
#include "table/column_builder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

namespace rf::table {
namespace {

TEST(LevelTable, NumbersTextsInFirstSeenOrder) {
  LevelTable table;
  EXPECT_EQ(table.code_of("b"), 0);
  EXPECT_EQ(table.code_of("a"), 1);
  EXPECT_EQ(table.code_of("b"), 0);
  EXPECT_EQ(table.code_of(""), 2);
  EXPECT_EQ(table.take(), (std::vector<std::string>{"b", "a", ""}));
}

TEST(LevelTable, AgreesWithAMapOverManyTexts) {
  LevelTable table;
  std::map<std::string, std::int32_t> expected;
  for (int i = 0; i < 20000; ++i) {
    // Lengths around the eight bytes that are hashed at a time, and texts that differ in one byte.
    const std::string text =
        std::string(static_cast<std::size_t>(i % 19), 'x') + std::to_string(i * i % 7919);
    const auto code = expected.try_emplace(text, static_cast<std::int32_t>(expected.size())).first->second;
    ASSERT_EQ(table.code_of(text), code) << text;
  }
  EXPECT_EQ(table.size(), expected.size());
}

TEST(LevelTable, WhatIsExpectedChangesNoCode) {
  constexpr int kLevels = 200'000;
  for (const std::size_t expected :
       {std::size_t{0}, std::size_t{1}, std::size_t{150'000}, std::size_t{300'000},
        std::size_t{1} << 62}) {  // the last is refused, and does no harm
    LevelTable table;
    table.expect(expected);
    for (int i = 0; i < kLevels; ++i) ASSERT_EQ(table.code_of(std::to_string(i * 7)), i);
    for (int i = 0; i < kLevels; i += 101) ASSERT_EQ(table.code_of(std::to_string(i * 7)), i);
    EXPECT_GT(table.memory_bytes(), kLevels * sizeof(std::string));
    const std::vector<std::string> levels = table.take();
    EXPECT_EQ(levels.size(), std::size_t{kLevels});
    EXPECT_EQ(levels.back(), std::to_string((kLevels - 1) * 7));
    if (expected == 300'000) {
      EXPECT_EQ(levels.capacity(), expected);
    }  // set aside once, at once
  }
}

TEST(ColumnBuilder, FillsNumbers) {
  ColumnBuilder builder("x", Kind::kNumeric, 3);
  builder.add("1.5");
  builder.add_missing();
  builder.add("-0");
  const Column column = builder.finish();
  EXPECT_EQ(column.name, "x");
  EXPECT_EQ(column.numeric().values[0], 1.5);
  EXPECT_TRUE(std::isnan(column.numeric().values[1]));
  EXPECT_FALSE(std::signbit(column.numeric().values[2]));
}

TEST(ColumnBuilder, FillsBooleansAndCategories) {
  ColumnBuilder flags("flag", Kind::kBoolean, 3);
  flags.add("TRUE");
  flags.add_missing();
  flags.add("false");
  EXPECT_EQ(flags.finish().boolean().values, (Cells<std::int8_t>{1, -1, 0}));
  ColumnBuilder texts("text", Kind::kCategory, 3);
  texts.add("b");
  texts.add_missing();
  texts.add("b");
  const Column column = texts.finish();
  EXPECT_EQ(column.category().codes, (Cells<std::int32_t>{0, -1, 0}));
  EXPECT_EQ(column.category().levels, std::vector<std::string>{"b"});
}

}  // namespace
}  // namespace rf::table
