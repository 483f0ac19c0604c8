// SPDX-License-Identifier: MIT
#include "table/profile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

ColumnProfile profile_of(Column column, std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return profile_columns(table_of({std::move(column)}), context).value()[0];
}

NumericSummary summary_of(std::vector<double> values) {
  return *profile_of(numeric_column("x", std::move(values))).numeric;
}

TEST(ProfileColumns, DescribesNumbers) {
  const ColumnProfile profile = profile_of(numeric_column("x", {2, 4, kMissing, 4, 4, 5, 5, 7, 9}));
  EXPECT_EQ(profile.name, "x");
  EXPECT_EQ(profile.kind, Kind::kNumeric);
  EXPECT_EQ(profile.missing, 1u);
  EXPECT_EQ(profile.distinct, 5u);
  ASSERT_TRUE(profile.numeric.has_value());
  EXPECT_EQ(profile.numeric->min, 2);
  EXPECT_EQ(profile.numeric->max, 9);
  EXPECT_EQ(profile.numeric->mean, 5);
  EXPECT_EQ(profile.numeric->std, 2) << "population";
  EXPECT_TRUE(profile.levels.empty());
}

TEST(ProfileColumns, AnAllMissingColumnHasNoSummary) {
  const ColumnProfile profile = profile_of(numeric_column("x", {kMissing, kMissing}));
  EXPECT_EQ(profile.missing, 2u);
  EXPECT_EQ(profile.distinct, 0u);
  EXPECT_FALSE(profile.numeric.has_value());
}

TEST(ProfileColumns, AConstantColumnHasNoSpread) {
  const NumericSummary summary = summary_of(std::vector<double>(1000, 0.1));
  EXPECT_EQ(summary.mean, 0.1);
  EXPECT_EQ(summary.std, 0);
  EXPECT_EQ(summary_of({7}).std, 0);
}

// numpy: mean and std of breast_cancer's first column, printed with repr.
TEST(ProfileColumns, AgreesWithNumpyOnRealNumbers) {
  TestContext context;
  const Dataset data = must_read(file_bytes(std::string(RUNFORGE_TEST_DATA_DIR) + "/breast_cancer.csv"));
  const NumericSummary summary = *profile_columns(data.table, context).value()[0].numeric;
  // Sums of 569 positive numbers in another order: a few units in the last place.
  EXPECT_NEAR(summary.mean, 14.127291739894552, 1e-14 * 14);
  EXPECT_NEAR(summary.std, 3.520950760711062, 1e-14 * 14);
}

TEST(ProfileColumns, HugeAndTinyNumbersHaveFiniteMoments) {
  const double huge = std::numeric_limits<double>::max();
  const NumericSummary wide = summary_of({huge, -huge, huge, -huge});
  EXPECT_EQ(wide.mean, 0);
  EXPECT_EQ(wide.std, huge);
  const NumericSummary large = summary_of({huge, huge, huge / 2, huge / 2});
  EXPECT_EQ(large.mean, huge * 0.75);
  EXPECT_EQ(large.std, huge * 0.25);
  const NumericSummary small = summary_of({1e-200, 3e-200});
  EXPECT_NEAR(small.std, 1e-200, 1e-214) << "the squares alone would vanish";
  const double least = std::numeric_limits<double>::denorm_min();
  const NumericSummary least_of_all = summary_of({0, 2 * least});
  EXPECT_EQ(least_of_all.mean, least);
  EXPECT_EQ(least_of_all.std, least);
}

TEST(ProfileColumns, ScalingByAPowerOfTwoChangesNoBits) {
  std::vector<double> values;
  for (int i = 0; i < 10000; ++i) values.push_back(std::fmod(i * 0.7310585786300049, 13.0) - 4);
  // The same sums without scaling: 16-lane blocks, pairwise.
  TestContext context;
  const auto sum = [&](const std::vector<double>& x) {
    return *core::reduce_blocks(
        context.context, x.size(), 0.0,
        [&](core::RowRange range, std::uint32_t, double& out) {
          out = context.context.kernels.sum(x.data() + range.begin, range.size());
        },
        [](double& into, double from) { into += from; });
  };
  const double mean = sum(values) / 10000;
  std::vector<double> squares;
  for (const double x : values) squares.push_back((x - mean) * (x - mean));
  const NumericSummary summary = summary_of(values);
  EXPECT_EQ(summary.mean, mean);
  EXPECT_EQ(summary.std, std::sqrt(sum(squares) / 10000));
}

TEST(ProfileColumns, CountsLevelsMostFrequentFirstThenByBytes) {
  const ColumnProfile profile =
      profile_of(category_column("x", {"b", "a", "c", "c", std::nullopt, "a", "b", "c", "d"}));
  EXPECT_EQ(profile.missing, 1u);
  EXPECT_EQ(profile.distinct, 4u);
  ASSERT_EQ(profile.levels.size(), 4u);
  const std::vector<std::pair<std::string, std::uint64_t>> expected = {
      {"c", 3}, {"a", 2}, {"b", 2}, {"d", 1}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(profile.levels[i].level, expected[i].first);
    EXPECT_EQ(profile.levels[i].count, expected[i].second);
  }
  EXPECT_EQ(profile.other_levels, 0u);
}

TEST(ProfileColumns, ListsFiftyLevelsAndCountsTheRest) {
  std::vector<std::optional<std::string>> cells;
  for (int i = 0; i < 60; ++i) cells.push_back("level " + std::to_string(i));
  cells.push_back("level 59");
  const ColumnProfile profile = profile_of(category_column("x", cells));
  EXPECT_EQ(profile.distinct, 60u);
  EXPECT_EQ(profile.levels.size(), kProfileLevels);
  EXPECT_EQ(profile.levels[0].level, "level 59");
  EXPECT_EQ(profile.levels[1].level, "level 0");
  EXPECT_EQ(profile.other_levels, 10u);
}

TEST(ProfileColumns, DescribesBooleans) {
  const ColumnProfile profile = profile_of(boolean_column("x", {1, -1, 0, 1}));
  EXPECT_EQ(profile.missing, 1u);
  EXPECT_EQ(profile.distinct, 2u);
  ASSERT_EQ(profile.levels.size(), 2u);
  EXPECT_EQ(profile.levels[0].level, "true");
  EXPECT_EQ(profile.levels[0].count, 2u);
  EXPECT_EQ(profile_of(boolean_column("x", {0, 0})).distinct, 1u);
  EXPECT_EQ(profile_of(boolean_column("x", {-1})).distinct, 0u);
}

TEST(ProfileColumns, ProfilesAreTheSameForAnyNumberOfThreads) {
  std::vector<Column> columns;
  for (int j = 0; j < 9; ++j) {
    std::vector<double> values;
    for (int i = 0; i < 9000; ++i) values.push_back((i * 37 + j) % 101 / 7.0);
    columns.push_back(numeric_column("x" + std::to_string(j), std::move(values)));
  }
  const Table table = table_of(std::move(columns));
  TestContext one(1);
  const auto expected = profile_columns(table, one).value();
  for (const std::uint32_t n_threads : {2u, 7u}) {
    TestContext context(n_threads);
    const auto found = profile_columns(table, context).value();
    for (std::size_t j = 0; j < expected.size(); ++j) {
      EXPECT_EQ(found[j].name, expected[j].name);
      EXPECT_EQ(std::memcmp(&*found[j].numeric, &*expected[j].numeric, sizeof(NumericSummary)), 0) << j;
    }
  }
}

std::uint64_t n_duplicates(const Table& table, std::span<const std::size_t> columns,
                           std::span<const TableRow> train, std::span<const TableRow> validation,
                           std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return count_duplicates_across(table, columns, train, validation, context).value();
}

TEST(CountDuplicatesAcross, CountsValidationRowsThatEqualATrainingRow) {
  const Table table = table_of({numeric_column("a", {1, 1, 2, kMissing, kMissing, 1}),
                                category_column("b", {"x", "x", "x", std::nullopt, std::nullopt, "y"}),
                                boolean_column("c", {1, 1, 1, 0, 0, 1})});
  const std::vector<std::size_t> all = {0, 1, 2};
  const auto train = core::row_list<TableRow>({0, 3, 2});
  const auto validation = core::row_list<TableRow>({1, 4, 5, 1});
  EXPECT_EQ(n_duplicates(table, all, train, validation), 3u)
      << "row 1 twice, and row 4 by its missing values";
  const std::vector<std::size_t> first = {0};
  EXPECT_EQ(n_duplicates(table, first, train, validation), 4u);
  EXPECT_EQ(n_duplicates(table, all, train, {}), 0u);
  EXPECT_EQ(n_duplicates(table, all, {}, validation), 0u);
}

TEST(CountDuplicatesAcross, AgreesWithComparingAllPairs) {
  std::vector<double> a;
  std::vector<std::optional<std::string>> b;
  for (unsigned i = 0; i < 5000; ++i) {
    a.push_back(i * 31 % 499);
    b.push_back(i * 13 % 5 == 0 ? std::nullopt : std::optional<std::string>(std::to_string(i * 7 % 11)));
  }
  const Table table = table_of({numeric_column("a", a), category_column("b", b)});
  std::vector<TableRow> train;
  std::vector<TableRow> validation;
  for (std::uint32_t i = 0; i < 5000; ++i) (i % 7 == 0 ? validation : train).push_back(TableRow{i});
  std::uint64_t expected = 0;
  for (const TableRow row : validation) {
    const std::uint32_t v = number_of(row);
    expected += std::any_of(train.begin(), train.end(), [&](TableRow other) {
      return a[number_of(other)] == a[v] && b[number_of(other)] == b[v];
    });
  }
  EXPECT_GT(expected, 0u);
  EXPECT_LT(expected, validation.size());
  const std::vector<std::size_t> columns = {0, 1};
  for (const std::uint32_t n_threads : {1u, 3u})
    EXPECT_EQ(n_duplicates(table, columns, train, validation, n_threads), expected);
}

}  // namespace
}  // namespace rf::table
