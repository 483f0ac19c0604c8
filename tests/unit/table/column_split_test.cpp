// SPDX-License-Identifier: MIT
#include "table/column_split.hpp"

#include <numeric>
#include <set>

#include "table/mt19937.hpp"
#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using test::boolean_column;
using test::category_column;
using test::numeric_column;

using core::KeptRow;

std::vector<TableRow> all_rows(std::size_t n) {
  return core::consecutive<TableRow>(n);
}

std::vector<KeptRow> kept(std::initializer_list<std::uint32_t> numbers) {
  return core::row_list<KeptRow>(numbers);
}

TEST(GroupSplit, FollowsTheRecipeByHand) {
  // Groups by bytes: a, b, c, d; the permutation of four names the first ceil(0.5 * 4).
  const Column column = category_column("g", {"d", "a", "c", "a", "b", "d"});
  const auto split = group_split(column, all_rows(6), 0.5, 9);
  ASSERT_TRUE(split.ok());
  Mt19937 random(9);
  const std::vector<std::uint32_t> order = random.permutation(4);
  const std::set<std::string> validating = {std::string(1, static_cast<char>('a' + order[0])),
                                            std::string(1, static_cast<char>('a' + order[1]))};
  const std::vector<std::string> group = {"d", "a", "c", "a", "b", "d"};
  std::vector<KeptRow> train, validation;
  for (std::uint32_t i = 0; i < 6; ++i)
    (validating.contains(group[i]) ? validation : train).push_back(KeptRow{i});
  EXPECT_EQ(split->train, train);
  EXPECT_EQ(split->validation, validation);
}

TEST(GroupSplit, NumbersAreOrderedByTheBytesOfTheirText) {
  // "10" < "9": the same groups as texts, so the same split.
  const auto rows = all_rows(8);
  const Column numbers = numeric_column("g", {9, 10, 9, 2, 10, 100, 33, 2});
  const Column texts = category_column("g", {"9", "10", "9", "2", "10", "100", "33", "2"});
  for (std::uint32_t seed = 0; seed < 20; ++seed)
    EXPECT_EQ(group_split(numbers, rows, 0.4, seed)->validation,
              group_split(texts, rows, 0.4, seed)->validation);
}

TEST(GroupSplit, NoGroupIsOnBothSidesAndOnlyKeptRowsCount) {
  std::vector<std::optional<std::string>> cells;
  for (int i = 0; i < 300; ++i) cells.push_back("g" + std::to_string(i * 7 % 40));
  const Column column = category_column("g", cells);
  std::vector<TableRow> rows;
  for (std::uint32_t i = 0; i < 300; ++i)
    if (i % 40 != 3) rows.push_back(TableRow{i});
  const auto split = group_split(column, rows, 0.25, 1);
  ASSERT_TRUE(split.ok());
  std::set<std::string> train, validation;
  const auto group_of = [&](KeptRow p) { return *cells[number_of(rows[number_of(p)])]; };
  for (const KeptRow p : split->train) train.insert(group_of(p));
  for (const KeptRow p : split->validation) validation.insert(group_of(p));
  EXPECT_EQ(validation.size(), 10u);
  for (const std::string& group : validation) EXPECT_FALSE(train.contains(group));
  EXPECT_EQ(split->train.size() + split->validation.size(), rows.size());
}

TEST(GroupSplit, FractionZeroValidatesNothing) {
  const auto split = group_split(boolean_column("g", {0, 1, 1}), all_rows(3), 0, 5);
  EXPECT_EQ(split->train, kept({0, 1, 2}));
  EXPECT_TRUE(split->validation.empty());
}

TEST(GroupSplit, RefusesARowWithoutGroupAndAWholeTableOfOneGroup) {
  const auto missing = group_split(category_column("g", {"a", std::nullopt}), all_rows(2), 0.5, 1);
  EXPECT_EQ(missing.error().code, core::Code::kMissingValue);
  EXPECT_EQ(missing.error().message,
            R"(row 1 (rows are numbered from 0), column "g": expected a group, found none)");
  const auto single = group_split(category_column("g", {"a", "a"}), all_rows(2), 0.2, 1);
  EXPECT_EQ(single.error().code, core::Code::kZeroRows);
  EXPECT_EQ(single.error().message,
            "the split leaves no training rows: the only group is used for validation");
}

TEST(TimeSplit, TheLatestRowsValidateTiesByRow) {
  const auto split = time_split(numeric_column("t", {5, 1, 9, 5, 5, -2}), all_rows(6), 0.5);
  EXPECT_EQ(split->validation, kept({2, 3, 4}));  // of the three fives the later two
  EXPECT_EQ(split->train, kept({0, 1, 5}));
}

TEST(TimeSplit, IsoTextsAreComparedByBytes) {
  const Column column = category_column("t", {"2024-03-01", "2023-12-31", "2024-01-15", "2024-03-01"});
  EXPECT_EQ(time_split(column, all_rows(4), 0.25)->validation, kept({3}));
  EXPECT_EQ(time_split(column, all_rows(4), 0.5)->validation, kept({0, 3}));
  for (const char* time : {"2024-01-31T10:00", "2024-01-31 10:00:59", "2024-01-31T10:00:59.125",
                           "2024-01-31T10:00:59Z", "2024-01-31T10:00-05:30"})
    EXPECT_TRUE(time_split(category_column("t", {time, time}), all_rows(2), 0.5).ok()) << time;
}

TEST(TimeSplit, RefusesWhatBytesWouldOrderWrongly) {
  for (const char* time : {"31.01.2024", "1/31/2024", "2024-1-31", "2024-01-31T10", "2024-01-31T10:00:59.",
                           "yesterday", "2024-01-31T10:00:59Zulu", "2024-01-31T10:00+5"}) {
    const auto split = time_split(category_column("t", {time, time}), all_rows(2), 0.5);
    ASSERT_FALSE(split.ok()) << time;
    EXPECT_EQ(split.error().code, core::Code::kSplitValueInvalid);
  }
  const auto zones =
      time_split(category_column("t", {"2024-01-31T10:00Z", "2024-01-31T09:00+02:00"}), all_rows(2), 0.5);
  EXPECT_EQ(zones.error().message,
            R"(row 1 (rows are numbered from 0), column "t": expected a time in the first row's zone "Z", )"
            R"(found "2024-01-31T09:00+02:00")");
  EXPECT_EQ(time_split(boolean_column("t", {0, 1}), all_rows(2), 0.5).error().message,
            R"(column "t": expected numbers or ISO 8601 texts, found a boolean column)");
  EXPECT_EQ(time_split(numeric_column("t", {1, test::kMissing}), all_rows(2), 0.5).error().code,
            core::Code::kMissingValue);
}

TEST(PredefinedSplit, TakesTheColumnAtItsWord) {
  const auto split =
      predefined_split(category_column("s", {"train", "validation", "train", "validation"}), all_rows(4));
  EXPECT_EQ(split->train, kept({0, 2}));
  EXPECT_EQ(split->validation, kept({1, 3}));
  const auto none = predefined_split(category_column("s", {"train", "train"}), all_rows(2));
  EXPECT_TRUE(none->validation.empty());
}

TEST(PredefinedSplit, RefusesOtherWordsAndAllValidation) {
  EXPECT_EQ(
      predefined_split(category_column("s", {"train", "test"}), all_rows(2)).error().message,
      R"(row 1 (rows are numbered from 0), column "s": expected "train" or "validation", found "test")");
  EXPECT_EQ(predefined_split(category_column("s", {"train", std::nullopt}), all_rows(2)).error().code,
            core::Code::kMissingValue);
  EXPECT_EQ(predefined_split(numeric_column("s", {0, 1}), all_rows(2)).error().code,
            core::Code::kSplitValueInvalid);
  EXPECT_EQ(predefined_split(category_column("s", {"validation"}), all_rows(1)).error().code,
            core::Code::kZeroRows);
}

TEST(ColumnSplits, OneRowTrainsOrIsRefused) {
  EXPECT_EQ(time_split(numeric_column("t", {1}), all_rows(1), 0)->train, kept({0}));
  EXPECT_EQ(time_split(numeric_column("t", {1}), all_rows(1), 0.2).error().code, core::Code::kZeroRows);
}

}  // namespace
}  // namespace rf::table
