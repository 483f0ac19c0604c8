// SPDX-License-Identifier: MIT
// Statistics that an encoder takes from the training rows, by hand, at extremes, and for every thread count.
#include <cmath>

#include "unit/core/row_list.hpp"
#include "unit/encode/support.hpp"

namespace rf::encode {
namespace {

using namespace test;
using core::MissingPolicy;

double median_of(std::vector<double> values) {
  const table::Table table = table_of({numeric("a", std::move(values))});
  return numbers_of(fit(table, rows_of(table.n_rows)).encoder, 0).fill;
}

TEST(FitEncoder, HandComputedMeanAndDeviation) {
  const table::Table table = table_of({numeric("a", {1, 2, 3, 6})});
  const FittedEncoder fitted = fit(table, rows_of(4));
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 3);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).scale, std::sqrt(3.5));  // (4 + 1 + 0 + 9) / 4
  EXPECT_TRUE(fitted.diagnostics.empty());
}

TEST(FitEncoder, OnlyTrainingRowsCount) {
  const table::Table table =
      table_of({numeric("a", {1, 1000, 3}), category("c", {{"x"}, {"validation only"}, {"y"}})});
  const FittedEncoder fitted = fit(table, core::row_list<core::TableRow>({2, 0}));
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 2);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).scale, 1);
  EXPECT_EQ(levels_of(fitted.encoder, 1).levels, (std::vector<std::string>{"x", "y"}));
}

TEST(FitEncoder, MedianIsTheMeanOfTheTwoMiddlePresentValues) {
  EXPECT_EQ(median_of({5, kMissing, 1, 2}), 2);
  EXPECT_EQ(median_of({5, 1, kMissing, 2, 4}), 3);
  EXPECT_EQ(median_of({7, kMissing}), 7);
  EXPECT_EQ(median_of({kMissing, kMissing}), 0);
  const double largest = std::numeric_limits<double>::max();
  EXPECT_EQ(median_of({largest, largest / 2}), 0.75 * largest);
}

TEST(FitEncoder, BooleansAreZeroAndOne) {
  const table::Table table = table_of({boolean("b", {1, 0, -1, 1})});
  const FittedEncoder fitted = fit(table, rows_of(4));
  EXPECT_EQ(numbers_of(fitted.encoder, 0).fill, 1);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 0.75);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).scale, std::sqrt(0.1875));
  EXPECT_EQ(fitted.encoder.features[0].kind, core::Kind::kBoolean);
}

TEST(FitEncoder, MissingValuesCountWithTheMedian) {
  const table::Table table = table_of({numeric("a", {0, 0, kMissing, 3})});
  EXPECT_EQ(numbers_of(fit(table, rows_of(4)).encoder, 0).mean, 0.75);
}

TEST(FitEncoder, FilledCellsAreCountedByColumn) {
  const table::Table table = table_of(
      {numeric("a", {1, kMissing, kMissing}), boolean("b", {1, 0, 1}), category("c", {{"x"}, {}, {"y"}})});
  const FittedEncoder fitted = fit(table, rows_of(3));
  ASSERT_EQ(fitted.diagnostics.size(), 2u);
  EXPECT_EQ(fitted.diagnostics[0].code, core::Code::kMissingValuesFilled);
  EXPECT_EQ(fitted.diagnostics[0].details, (core::Details{{"a", std::int64_t{2}}, {"c", std::int64_t{1}}}));
  EXPECT_EQ(fitted.diagnostics[0].message, "3 missing values in 2 columns of the training rows were filled");
  EXPECT_EQ(fitted.diagnostics[1].code, core::Code::kConstantFeature);  // a is 1, 1, 1 once filled
}

TEST(FitEncoder, ConstantColumnsGetScaleOneAndAreNamed) {
  const table::Table table =
      table_of({numeric("a", {0.1, 0.1, 0.1}), boolean("b", {1, 1, 1}), category("c", {{"x"}, {"x"}, {"x"}}),
                numeric("d", {kMissing, kMissing, kMissing})});
  const FittedEncoder fitted = fit(table, rows_of(3));
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 0.1);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).scale, 1);
  std::vector<std::string> named;
  for (const core::Diagnostic& diagnostic : fitted.diagnostics)
    if (diagnostic.code == core::Code::kConstantFeature)
      named.push_back(std::get<std::string>(diagnostic.details[0].value));
  EXPECT_EQ(named, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST(FitEncoder, LevelsAscendByBytes) {
  const table::Table table = table_of({category("c", {{"b"}, {"\xc3\xa9"}, {"B"}, {"a"}, {""}, {"z"}})});
  EXPECT_EQ(levels_of(fit(table, rows_of(6)).encoder, 0).levels,
            (std::vector<std::string>{"", "B", "a", "b", "z", "\xc3\xa9"}));
}

TEST(FitEncoder, AMissingLevelExistsOnlyIfATrainingRowMissesTheValue) {
  const table::Table table = table_of({category("c", {{"x"}, {}, {"y"}})});
  EXPECT_TRUE(levels_of(fit(table, core::row_list<core::TableRow>({0, 1})).encoder, 0).has_missing_level);
  EXPECT_FALSE(levels_of(fit(table, core::row_list<core::TableRow>({0, 2})).encoder, 0).has_missing_level);
  EXPECT_FALSE(
      levels_of(fit(table, core::row_list<core::TableRow>({0, 2}), MissingPolicy::kDropRows).encoder, 0)
          .has_missing_level);
}

TEST(FitEncoder, HighCardinalityNeedsMoreThanFiftyLevelsAndFewRowsEach) {
  const auto warns = [](std::size_t n_levels, std::size_t n_rows) {
    std::vector<std::optional<std::string>> cells;
    for (std::size_t i = 0; i < n_rows; ++i) cells.push_back("level " + std::to_string(i % n_levels));
    const table::Table table = table_of({category("c", cells)});
    const FittedEncoder fitted = fit(table, rows_of(n_rows));
    return !fitted.diagnostics.empty() && fitted.diagnostics[0].code == core::Code::kHighCardinalityCategory;
  };
  EXPECT_FALSE(warns(50, 60));
  EXPECT_TRUE(warns(51, 60));
  EXPECT_TRUE(warns(60, 599));
  EXPECT_FALSE(warns(60, 600));
}

TEST(FitEncoder, TreesKeepNumbersAsTheyAre) {
  const table::Table table = table_of({numeric("a", {1, kMissing, 6})});
  const FittedEncoder fitted = fit(table, rows_of(3), MissingPolicy::kFill, Layout::kTree);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 0);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).scale, 1);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).fill, 3.5);
}

TEST(FitEncoder, AMissingValueIsAValueUnderNative) {
  const table::Table table =
      table_of({numeric("one", {1, 1, kMissing}), numeric("none", {kMissing, kMissing, kMissing}),
                category("c", {{"x"}, {"x"}, {}})});
  const FittedEncoder fitted = fit(table, rows_of(3), MissingPolicy::kNative, Layout::kTree);
  ASSERT_EQ(fitted.diagnostics.size(), 1u);
  EXPECT_EQ(fitted.diagnostics[0].code, core::Code::kConstantFeature);
  EXPECT_EQ(std::get<std::string>(fitted.diagnostics[0].details[0].value), "none");
}

TEST(FitEncoder, EachFeatureIsFittedUnderItsPolicy) {
  const table::Table table = table_of({numeric("a", {1, kMissing, 6}), numeric("b", {1, kMissing, 6}),
                                       category("c", {{"x"}, {}, {"y"}}), category("d", {{"x"}, {"y"}, {}}),
                                       numeric("e", {1, 2, 6})});
  const core::MissingPolicies policies{MissingPolicy::kFill,
                                       {{"b", MissingPolicy::kNative},
                                        {"d", MissingPolicy::kNative},
                                        {"e", MissingPolicy::kDropRows},
                                        {"a", MissingPolicy::kFill}}};
  const FittedEncoder fitted = fit_with(table, rows_of(3), policies, Layout::kTree);
  const std::vector<Feature>& features = fitted.encoder.features;
  EXPECT_EQ(fitted.encoder.missing, MissingPolicy::kFill);
  EXPECT_EQ(features[0].missing, std::nullopt);  // said twice is said once
  EXPECT_EQ(features[1].missing, MissingPolicy::kNative);
  EXPECT_EQ(features[2].missing, std::nullopt);
  EXPECT_EQ(features[3].missing, MissingPolicy::kNative);
  EXPECT_EQ(features[4].missing, MissingPolicy::kDropRows);
  EXPECT_EQ(numbers_of(fitted.encoder, 0).fill, 3.5);
  EXPECT_EQ(numbers_of(fitted.encoder, 1).fill, 0);
  EXPECT_TRUE(levels_of(fitted.encoder, 2).has_missing_level);
  EXPECT_TRUE(levels_of(fitted.encoder, 3).has_missing_level);
  ASSERT_EQ(fitted.diagnostics.size(), 1u);
  EXPECT_EQ(fitted.diagnostics[0].code, core::Code::kMissingValuesFilled);
  ASSERT_EQ(fitted.diagnostics[0].details.size(), 2u);
  EXPECT_EQ(fitted.diagnostics[0].details[0].key, "a");
  EXPECT_EQ(fitted.diagnostics[0].details[1].key, "c");
}

TEST(FitEncoder, HugeTinyAndMixedMagnitudesStayFinite) {
  const double largest = std::numeric_limits<double>::max();
  const double smallest = std::numeric_limits<double>::denorm_min();
  for (const std::vector<double>& values : {std::vector<double>{largest, -largest},
                                            {largest, largest / 2, -largest},
                                            {1e300, 2e300, 3e300},
                                            {0, smallest},
                                            {smallest, 2 * smallest, 5 * smallest},
                                            {1e-320, 1e300},
                                            {0, 0, 1e-310}}) {
    const table::Table table = table_of({numeric("a", values)});
    const auto rows = rows_of(values.size());
    const FittedEncoder fitted = fit(table, rows);
    EXPECT_TRUE(std::isfinite(numbers_of(fitted.encoder, 0).mean));
    EXPECT_TRUE(std::isfinite(numbers_of(fitted.encoder, 0).scale));
    EXPECT_GT(numbers_of(fitted.encoder, 0).scale, 0);
    const Encoded encoded = encode_rows(fitted.encoder, table, rows);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(std::isfinite(sample(encoded, i)[0])) << values[i];
      EXPECT_LE(std::abs(sample(encoded, i)[0]), 2);
    }
  }
}

TEST(FitEncoder, ScalingByAPowerOfTwoIsExact) {
  std::vector<double> values = {0.1, 0.7, -0.3, 0.25, 0.9};
  const table::Table table = table_of({numeric("a", values)});
  for (double& value : values) value = std::ldexp(value, 900);
  const table::Table scaled = table_of({numeric("a", values)});
  const FittedEncoder plain = fit(table, rows_of(5));
  const FittedEncoder huge = fit(scaled, rows_of(5));
  EXPECT_EQ(numbers_of(huge.encoder, 0).mean, std::ldexp(numbers_of(plain.encoder, 0).mean, 900));
  EXPECT_EQ(numbers_of(huge.encoder, 0).scale, std::ldexp(numbers_of(plain.encoder, 0).scale, 900));
}

TEST(FitEncoder, FarFromZeroTheDeviationKeepsItsDigits) {
  std::vector<double> values;
  for (int i = 0; i < 10000; ++i) values.push_back(1e9 + i % 2);
  const table::Table table = table_of({numeric("a", values)});
  EXPECT_EQ(numbers_of(fit(table, rows_of(10000)).encoder, 0).mean, 1e9 + 0.5);
  EXPECT_EQ(numbers_of(fit(table, rows_of(10000)).encoder, 0).scale, 0.5);
}

TEST(FitEncoder, ThreadsLeaveNoTrace) {
  std::vector<table::Column> columns;
  for (int c = 0; c < 5; ++c) {
    std::vector<double> values;
    for (int i = 0; i < 10000; ++i) values.push_back(std::sqrt(static_cast<double>((i * 7919 + c) % 1009)));
    columns.push_back(numeric("c" + std::to_string(c), values));
  }
  const table::Table table = table_of(columns);
  const FittedEncoder expected = fit(table, rows_of(10000));
  for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
    const FittedEncoder fitted = fit(table, rows_of(10000), MissingPolicy::kFill, Layout::kLinear, n_threads);
    for (std::size_t f = 0; f < 5; ++f) {
      EXPECT_EQ(numbers_of(fitted.encoder, f).mean, numbers_of(expected.encoder, f).mean);
      EXPECT_EQ(numbers_of(fitted.encoder, f).scale, numbers_of(expected.encoder, f).scale);
    }
  }
}

TEST(FitEncoder, OneRowIsConstant) {
  const table::Table table = table_of({numeric("a", {5}), category("c", {{"x"}})});
  const FittedEncoder fitted = fit(table, core::row_list<core::TableRow>({0}));
  EXPECT_EQ(numbers_of(fitted.encoder, 0).mean, 5);
  EXPECT_EQ(fitted.diagnostics.size(), 2u);
}

}  // namespace
}  // namespace rf::encode
