// SPDX-License-Identifier: MIT
#include "table/label_match.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

/// "column match" of each diagnostic, with the number of values where they determine; the label is the last
/// column.
std::vector<std::string> matches_of(const Table& table, std::uint32_t n_threads = 1) {
  std::vector<std::size_t> features(table.columns.size() - 1);
  std::iota(features.begin(), features.end(), std::size_t{0});
  const auto rows = core::consecutive<TableRow>(table.n_rows);
  TestContext context(n_threads);
  std::vector<std::string> told;
  const auto found = find_label_matches(table, table.columns.size() - 1, features, rows, context);
  EXPECT_TRUE(found.ok());
  for (const core::Diagnostic& diagnostic : *found) {
    EXPECT_EQ(diagnostic.code, core::Code::kFeatureMatchesLabel);
    EXPECT_EQ(detail_text(diagnostic.details, "label"), table.columns.back().name);
    const std::string match = detail_text(diagnostic.details, "match");
    const bool determines = match == "determines";
    EXPECT_EQ(detail_text(diagnostic.details, "correlation") == "<absent>", determines);
    told.push_back(detail_text(diagnostic.details, "column") + " " + match +
                   (determines ? " " + std::to_string(detail_number(diagnostic.details, "values")) : ""));
  }
  return told;
}

using Told = std::vector<std::string>;

/// n values by a rule of the row number.
template <class Rule>
std::vector<double> numbers(std::size_t n, Rule rule) {
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(rule(i));
  return values;
}

TEST(LabelMatch, ALabelInOtherWordsDeterminesIt) {
  std::vector<std::optional<std::string>> words, labels, noise;
  std::vector<std::int8_t> flags;
  for (std::size_t i = 0; i < 40; ++i) {
    labels.push_back(i % 3 == 0 ? "sick" : "well");
    words.push_back(i % 3 == 0 ? "treated" : i % 2 == 0 ? "sent home" : "never came");
    noise.push_back(i % 2 == 0 ? "even" : "odd");
    flags.push_back(i % 3 == 0);
  }
  EXPECT_EQ(matches_of(table_of({category_column("words", words), category_column("noise", noise),
                                 boolean_column("flag", flags), category_column("label", labels)}),
                       3),
            (Told{"words determines 3", "flag determines 2"}));
}

TEST(LabelMatch, OneRowThatDisagreesIsEnoughNotToDetermine) {
  std::vector<double> code = numbers(40, [](std::size_t i) { return static_cast<double>(i % 4); });
  std::vector<std::int8_t> label;
  for (std::size_t i = 0; i < 40; ++i) label.push_back(i % 4 < 1);
  EXPECT_EQ(matches_of(table_of({numeric_column("x", code), boolean_column("label", label)})),
            Told{"x determines 4"});
  label[39] = 1;
  EXPECT_EQ(matches_of(table_of({numeric_column("x", code), boolean_column("label", label)})), Told{});
}

TEST(LabelMatch, ValuesThatHardlyRepeatDetermineNothing) {
  std::vector<std::int8_t> label;
  for (std::size_t i = 0; i < 40; ++i) label.push_back(i * 7 % 11 < 5);
  const auto distinct = numbers(40, [](std::size_t i) { return static_cast<double>(i * 17 % 40); });
  EXPECT_EQ(matches_of(table_of({numeric_column("x", distinct), boolean_column("label", label)})), Told{});
  EXPECT_EQ(matches_of(table_of({numeric_column("x", numbers(40, [](std::size_t) { return 1.0; })),
                                 boolean_column("label", label)})),
            Told{})
      << "a constant";
}

TEST(LabelMatch, ANumberThatMovesWithTheLabelCorrelates) {
  const std::size_t n = 10'000;
  const auto label = numbers(n, [](std::size_t i) { return static_cast<double>(i * 7919 % 10'007) / 8; });
  const auto same =
      numbers(n, [&](std::size_t i) { return -3e200 * (label[i] + (i % 2 == 0 ? 0.5 : -0.5)); });
  const auto near = numbers(n, [&](std::size_t i) { return label[i] + (i % 2 == 0 ? 40.0 : -40.0); });
  const auto tiny = numbers(n, [&](std::size_t i) { return 1e-300 * label[i]; });
  const Table table = table_of({numeric_column("same", same), numeric_column("near", near),
                                numeric_column("tiny", tiny), numeric_column("label", label)});
  EXPECT_EQ(matches_of(table), (Told{"same correlates", "tiny correlates"}));
  EXPECT_EQ(matches_of(table, 4), matches_of(table));
}

TEST(LabelMatch, MissingFeaturesAreLeftOut) {
  std::vector<double> x = numbers(60, [](std::size_t i) { return static_cast<double>(i * i % 61); });
  const std::vector<double> label = numbers(60, [&](std::size_t i) { return x[i] * 2 + 1; });
  for (std::size_t i = 0; i < 60; i += 3) x[i] = kMissing;
  EXPECT_EQ(matches_of(table_of({numeric_column("x", x), numeric_column("label", label)})),
            Told{"x correlates"});
  EXPECT_EQ(matches_of(table_of(
                {numeric_column("x", std::vector<double>(60, kMissing)), numeric_column("label", label)})),
            Told{});
}

// Of many rows some are drawn and looked at first.
TEST(LabelMatch, OfManyRowsTheSameIsFound) {
  constexpr std::size_t kRows = 50000;
  const auto label = [](std::size_t i) { return static_cast<double>((i * 7919) % 101 < 30); };
  std::vector<std::optional<std::string>> words, few;
  for (std::size_t i = 0; i < kRows; ++i) {
    words.push_back((label(i) != 0 ? "sick " : "well ") + std::to_string(i % 5000));
    few.push_back(std::to_string(i % 5000));
  }
  const Table table = table_of(
      {numeric_column("copy", numbers(kRows, [&](std::size_t i) { return 3 - 2 * label(i); })),
       category_column("words", words), category_column("few", few),
       numeric_column("all distinct", numbers(kRows, [](std::size_t i) { return std::sqrt(i); })),
       numeric_column("nearly",
                      numbers(kRows, [&](std::size_t i) { return label(i) + (i % 1000 == 1 ? 0.5 : 0); })),
       numeric_column(
           "noisy",
           numbers(kRows, [&](std::size_t i) { return 0.5 * label(i) + 0.1 * static_cast<double>(i % 10); })),
       numeric_column("label", numbers(kRows, label))});
  const Told told = {"copy determines 2", "words determines 10000", "nearly determines 4"};
  EXPECT_EQ(matches_of(table), told);
  EXPECT_EQ(matches_of(table, 3), told);
}

// Four visits of each patient stand one after the other.
TEST(LabelMatch, GroupsOfASortedFileThatDetermineTheLabelAreFound) {
  constexpr std::size_t kRows = 200000;
  const Table table = table_of(
      {numeric_column("patient", numbers(kRows, [](std::size_t i) { return static_cast<double>(i / 4); })),
       numeric_column("visit", numbers(kRows, [](std::size_t i) { return static_cast<double>(i); })),
       numeric_column("label",
                      numbers(kRows, [](std::size_t i) { return static_cast<double>(i / 4 % 7 < 3); }))});
  EXPECT_EQ(matches_of(table), Told{"patient determines 50000"});
}

TEST(LabelMatch, TwoOrThreeRowsForEachOfManyValuesAreFound) {
  for (const std::size_t n_rows : {10000u, 60000u}) {
    for (const std::size_t rows_of_a_value : {2u, 3u}) {
      // In another order: neighbours have different values.
      const auto value = [&](std::size_t i) { return i * 7919 % n_rows / rows_of_a_value; };
      const Table table = table_of(
          {numeric_column("value",
                          numbers(n_rows, [&](std::size_t i) { return static_cast<double>(value(i)); })),
           numeric_column("label", numbers(n_rows, [&](std::size_t i) {
                            return static_cast<double>(value(i) % 5 < 2);
                          }))});
      EXPECT_EQ(matches_of(table).size(), 1u) << n_rows << " rows, " << rows_of_a_value << " each";
    }
  }
}

TEST(LabelMatch, ARareLabelIsNotDeterminedByValuesThatOccurOnce) {
  constexpr std::size_t kRows = 20000;
  const auto matches = [](std::size_t n_rare, const auto& feature) {
    const auto label = [&](std::size_t i) { return i < n_rare ? 1.0 : 0.0; };
    return matches_of(table_of({numeric_column("feature", numbers(kRows, feature)),
                                numeric_column("label", numbers(kRows, label))}));
  };
  for (const std::size_t n : {1u, 2u, 10u}) {
    const auto once = [n](std::size_t i) {
      return static_cast<double>(i < n ? 100000 + i % 7 * 31 + i : i % 3935);
    };
    EXPECT_EQ(matches(n, once), Told{}) << n;
  }
  // A copy repeats the rare value.
  EXPECT_EQ(matches(3, [](std::size_t i) { return i < 3 ? 5.0 : 6.0; }), Told{"feature determines 2"});
  EXPECT_EQ(matches(2, [](std::size_t i) { return i < 2 ? 5.0 : 6.0; }), Told{"feature correlates"});
}

TEST(LabelMatch, ARareLabelThatNoDrawnRowHasIsLookedForInAllRows) {
  constexpr std::size_t kRows = 100000;
  const auto label = [](std::size_t i) { return i % 50000 == 7 ? 1.0 : 0.0; };
  EXPECT_EQ(matches_of(table_of({numeric_column("score", numbers(kRows,
                                                                 [&](std::size_t i) {
                                                                   return label(i) +
                                                                          1e-9 * static_cast<double>(i % 977);
                                                                 })),
                                 numeric_column("label", numbers(kRows, label))})),
            Told{"score correlates"});
}

TEST(LabelMatch, ALabelOfOneValueIsRepeatedByNothing) {
  EXPECT_EQ(matches_of(table_of(
                {numeric_column("a", numbers(40, [](std::size_t i) { return static_cast<double>(i % 4); })),
                 numeric_column("label", numbers(40, [](std::size_t) { return 1.0; }))})),
            Told{});
}

}  // namespace
}  // namespace rf::table
