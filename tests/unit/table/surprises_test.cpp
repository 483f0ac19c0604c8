// SPDX-License-Identifier: MIT
#include "table/surprises.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

core::Diagnostics surprises_of(const std::string& csv, const ReadingOptions& options = {}) {
  TestContext context(2);
  return surprises(must_read(csv, options).table, options, context);
}

/// "CODE got row cells/present" of a one-column file that has a header and these cells; "" without a
/// surprise.
std::string surprise(const std::vector<std::string>& cells) {
  std::string csv = "x\n";
  for (const std::string& cell : cells) csv += "\"" + cell + "\"\n";
  const core::Diagnostics told = surprises_of(csv);
  if (told.empty()) return "";
  EXPECT_EQ(told.size(), 1u);
  const core::Details& details = told[0].details;
  EXPECT_EQ(detail_text(details, "column"), "x");
  return std::string(core::code_name(told[0].code)) + " " + detail_text(details, "got") + " " +
         std::to_string(detail_number(details, "row")) + " " +
         std::to_string(detail_number(details, "cells")) + "/" +
         std::to_string(detail_number(details, "present"));
}

std::vector<std::string> with(std::vector<std::string> cells, std::size_t n_numbers) {
  for (std::size_t i = 0; i < n_numbers; ++i) cells.insert(cells.begin(), std::to_string(i % 7));
  return cells;
}

TEST(TextShape, DatesAreRecognised) {
  for (const char* text :
       {"2024-01-31", "2024-1-3", "2024/01/31", "2024.01.31", "31.1.2024", "1/31/2024", "31/1/2024",
        "1/31/24", "31-12-1999", "2024-01-31T12:30", "2024-01-31 12:30:59", "2024-01-31T12:30:59.123Z",
        "2024-01-31T12:30:59+01:00", "2024-01-31 12:30:59 +0100", "2024-01-31T23:59:60+01"}) {
    EXPECT_EQ(shape_of(text), TextShape::kDate) << text;
  }
  for (const char* text :
       {"2024-13-01", "2024-00-10", "2024-01-32", "2024-01", "13/32/2024", "31/31/2024", "1.2.24", "10.0.0.1",
        "2024-01/31", "2024-01-31T", "2024-01-31T1230", "2024-01-31T12:60", "2024-01-31T12:30:59.",
        "2024-01-31Z", "2024-01-31T12:30+1", "555-1234", "2024-01-31x"}) {
    EXPECT_NE(shape_of(text), TextShape::kDate) << text;
  }
}

TEST(TextShape, LeadingZerosAreRecognised) {
  for (const char* text : {"007", "00", "-01", "+0123", "01.5"})
    EXPECT_EQ(shape_of(text), TextShape::kLeadingZeros) << text;
  for (const char* text : {"0", "0.5", "0x1F", "7", "00a", "01 23"})
    EXPECT_NE(shape_of(text), TextShape::kLeadingZeros) << text;
}

TEST(TextShape, SeparatedThousandsAreRecognised) {
  for (const char* text : {"1,234,567", "-1,234.5", "1 234", "12 345 678", "1'234", "1.234.567",
                           "1\xC2\xA0"
                           "234",
                           "1\xE2\x80\xAF"
                           "234.50"}) {
    EXPECT_EQ(shape_of(text), TextShape::kThousands) << text;
  }
  for (const char* text : {"12,34,567", "1,2345,678", "1234,567,890", "1 2", "1'23", "1,234 567 890",
                           "1.23.456", "0,123,456", "1,,234"}) {
    EXPECT_EQ(shape_of(text), TextShape::kPlain) << text;
  }
}

TEST(TextShape, DecimalCommasAreRecognisedAndOneGroupIsEither) {
  for (const char* text : {"0,5", "-12,25", "1.234,50", "1 234,5", "1234,567", "0,123"})
    EXPECT_EQ(shape_of(text), TextShape::kDecimalComma) << text;
  EXPECT_EQ(shape_of("1,234"), TextShape::kGroupedComma);
  for (const char* text : {"", ",5", "5,", "a,5", "+", "1,2,3", "1,5%"})
    EXPECT_EQ(shape_of(text), TextShape::kPlain) << text;
}

TEST(Surprises, PlainTextNumbersAndBooleansAreNone) {
  EXPECT_EQ(surprise({"a", "b", "", "a"}), "");
  EXPECT_EQ(surprise({"1", "2.5", ""}), "");
  EXPECT_EQ(surprise({"true", "FALSE"}), "");
  EXPECT_EQ(surprise({"12-AB", "1,2,3", "v1.2.3"}), "");
}

TEST(Surprises, TheCellThatMadeAColumnOfNumbersTextIsNamed) {
  EXPECT_EQ(surprise(with({"n/a", "unknown"}, 18)), "TEXT_AMONG_NUMBERS n/a 18 2/20");
  EXPECT_EQ(surprise(with({"n/a", "unknown"}, 17)), "NUMBERS_IN_TEXT 2 0 17/19") << "fewer than nine tenths";
  EXPECT_EQ(
      surprises_of("x\n1\n2\n3\n4\n5\n6\n7\n8\n9\nn/a\n")[0].message,
      "column \"x\": 9 of 10 present cells are numbers, but for the rest the column is read as categories "
      "(declare such texts as missing_tokens, or ignore the column). The first that is no number is \"n/a\" "
      "in row 9 (rows are numbered from 0)");
}

TEST(Surprises, NumbersInATextColumnAreCounted) {
  EXPECT_EQ(surprise({"A 12", "17", "B 3", "17", ""}), "NUMBERS_IN_TEXT 17 1 2/4");
  EXPECT_EQ(surprise({"small", "inf"}), "NUMBERS_IN_TEXT inf 1 1/2");
}

TEST(Surprises, BooleansBesideOthersAreMixedKinds) {
  EXPECT_EQ(surprise({"true", "false", "yes", "1"}), "MIXED_KINDS yes 2 2/4");
  EXPECT_EQ(surprise({"0", "1", "true"}), "MIXED_KINDS true 2 1/3");
  EXPECT_EQ(detail_number(surprises_of("x\ntrue\n1\nyes\n2\n")[0].details, "numbers"), 2);
}

TEST(Surprises, DatesAreCategoriesWithAHint) {
  EXPECT_EQ(surprise({"2024-01-31", "2024-02-01", "2024-01-31"}), "DATES_AS_TEXT 2024-01-31 0 3/3");
  EXPECT_EQ(surprise({"soon", "2024-02-01", "2024-01-31"}), "DATES_AS_TEXT 2024-02-01 1 2/3")
      << "most of them";
  EXPECT_EQ(surprise({"soon", "2024-02-01", "later"}), "");
}

TEST(Surprises, LeadingZerosMakeCodes) {
  EXPECT_EQ(surprise({"10115", "01067", "01067"}), "LEADING_ZEROS 01067 1 2/3");
  EXPECT_EQ(surprise({"10115", "01067", "unknown"}), "NUMBERS_IN_TEXT 10115 0 1/3");
}

TEST(Surprises, NumbersAsPeopleWriteThemAreHintedAtNotGuessed) {
  EXPECT_EQ(surprise({"12", "1,234", "2,500"}), "THOUSANDS_SEPARATOR 1,234 1 2/3");
  EXPECT_EQ(surprise({"1,234", "1,234,567"}), "THOUSANDS_SEPARATOR 1,234,567 1 2/2");
  EXPECT_EQ(surprise({"12", "1,234", "0,5"}), "DECIMAL_COMMA 0,5 2 2/3");
  EXPECT_EQ(surprise({"1,234,567", "0,5"}), "") << "neither explains all";
}

TEST(Surprises, AWideIntegerHasItsOwnDiagnostic) {
  EXPECT_EQ(surprise({"9007199254740993", "1"}), "");
}

TEST(Surprises, AColumnWhoseKindWasDeclaredIsNone) {
  ReadingOptions options;
  options.kinds = {{"x", Kind::kCategory}};
  EXPECT_TRUE(surprises_of("x,y\n007,01\n008,1\n", options).size() == 1u);
  EXPECT_EQ(detail_text(surprises_of("x,y\n007,01\n008,1\n", options)[0].details, "column"), "y");
}

TEST(Surprises, ColumnsAreToldInOrder) {
  const core::Diagnostics told = surprises_of("a,b,c\n007,x,2024-01-01\n1,y,2024-01-02\n");
  EXPECT_EQ(codes_of(told), (std::vector<core::Code>{core::Code::kLeadingZeros, core::Code::kDatesAsText}));
}

}  // namespace
}  // namespace rf::table
