// SPDX-License-Identifier: MIT
#include "table/column.hpp"

#include <gtest/gtest.h>

#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

TEST(Column, KindFollowsItsValues) {
  EXPECT_EQ(numeric_column("x", {}).kind(), Kind::kNumeric);
  EXPECT_EQ(boolean_column("x", {}).kind(), Kind::kBoolean);
  EXPECT_EQ(category_column("x", {}).kind(), Kind::kCategory);
}

TEST(Column, KnowsMissingValuesOfEachKind) {
  const Column columns[] = {numeric_column("x", {0, kMissing}), boolean_column("x", {0, -1}),
                            category_column("x", {"", std::nullopt})};
  for (const Column& column : columns) {
    EXPECT_FALSE(column.is_missing(TableRow{0})) << core::kind_name(column.kind());
    EXPECT_TRUE(column.is_missing(TableRow{1})) << core::kind_name(column.kind());
  }
}

TEST(ColumnNumbers, AreThoseThatTheTableFinds) {
  const Table table = table_of({numeric_column("b", {1}), numeric_column("a", {1}), numeric_column("", {1})});
  const ColumnNumbers numbers(table);
  for (const char* const name : {"a", "b", "", "c"}) EXPECT_EQ(numbers.find(name), table.find(name)) << name;
}

TEST(Table, FindsColumnsByExactName) {
  const Table table = table_of({numeric_column("a", {1}), numeric_column("A", {1})});
  EXPECT_EQ(table.find("A"), 1u);
  EXPECT_EQ(table.find("b"), 2u);
  EXPECT_EQ(table.names(), (std::vector<std::string>{"a", "A"}));
}

}  // namespace
}  // namespace rf::table
