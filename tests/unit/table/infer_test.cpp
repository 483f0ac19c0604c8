// SPDX-License-Identifier: MIT
#include "table/infer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "table/dataset.hpp"

namespace rf::table {
namespace {

const CellReader kReader{ReadingOptions{}};

CellClass classify_cell(std::string_view text) {
  return kReader.classify(text);
}

KindEvidence evidence(const std::vector<std::string>& cells) {
  KindEvidence result;
  std::uint64_t line = 2;
  for (const std::string& cell : cells) result.add(classify_cell(cell), cell, line++);
  return result;
}

TEST(MissingTokens, AnEmptyCellIsMissingWhateverTheTokens) {
  EXPECT_TRUE(MissingTokens({}).matches(""));
  EXPECT_FALSE(MissingTokens({}).matches("NA"));
}

TEST(MissingTokens, TheDefaultsAreThoseOfTheContract) {
  const MissingTokens tokens(ReadingOptions{}.missing_tokens);
  for (const char* token : {"NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", "#N/A"}) {
    EXPECT_TRUE(tokens.matches(token)) << token;
  }
  for (const char* text : {"na", "NAN", "Null", "none", "--", "-1", "??", "N/a", " ", "NA "}) {
    EXPECT_FALSE(tokens.matches(text)) << text;
  }
}

TEST(MissingTokens, LongTokensMatchWholly) {
  const std::string token(70, 'x');
  const std::vector<std::string> tokens = {token};
  EXPECT_TRUE(MissingTokens(tokens).matches(token));
  EXPECT_FALSE(MissingTokens(tokens).matches(token + "x"));
}

TEST(ClassifyCell, NumbersFollowTheGrammar) {
  for (const char* text : {"0", "-0", "+7", "12", "9007199254740992"}) {
    EXPECT_EQ(classify_cell(text), CellClass::kInteger) << text;
  }
  for (const char* text : {"0.5", "-1.25e-3", "1e5", "2E+10", "1e-400"}) {
    EXPECT_EQ(classify_cell(text), CellClass::kFraction) << text;
  }
  for (const char* text : {"007", "0x10", "1,5", "1e", "--1", "1 2", "1_000", "\xD9\xA1"}) {
    EXPECT_EQ(classify_cell(text), CellClass::kText) << text;
  }
}

TEST(CellReader, NumbersMayLackTheDigitsOnOneSideOfThePoint) {
  const std::pair<const char*, double> kNumbers[] = {
      {".5", 0.5}, {"5.", 5},  {"+.5e3", 500},   {"-.25", -0.25},     {"5.e-1", 0.5},
      {"0.", 0},   {"\t7", 7}, {"1.5\t\t", 1.5}, {"\xC2\xA0.5", 0.5}, {"\xE2\x80\xAF-2\t\xC2\xA0", -2}};
  ReadingOptions first;
  first.rules = ReadingRules::kFirst;
  for (const auto& [text, value] : kNumbers) {
    const auto number = kReader.number(text);
    ASSERT_TRUE(number) << text;
    EXPECT_EQ(number->value, value) << text;
    EXPECT_FALSE(CellReader(first).number(text)) << text << " was text in version 0.1.0";
    EXPECT_EQ(CellReader(first).classify(text), CellClass::kText) << text;
  }
  EXPECT_EQ(classify_cell("\t7"), CellClass::kInteger);
  EXPECT_EQ(classify_cell("5."), CellClass::kFraction) << "a point was written";
  EXPECT_EQ(classify_cell("9007199254740993\t"), CellClass::kWideInteger);
  for (const char* text :
       {".", "+.", "-", ".e5", "..5", "5..", "007.", "00.5", "1 .5", "1,.5", "5.x", "\t", ". 5", " 5."})
    EXPECT_FALSE(kReader.number(text)) << text;
}

TEST(CellReader, ATokenMeansAMissingNumberAmongNumbersAlone) {
  EXPECT_EQ(classify_cell("."), CellClass::kNumberToken);
  EXPECT_FALSE(kReader.is_missing("."));
  EXPECT_EQ(evidence({"1", ".", "2.5"}).kind(), Kind::kNumeric);
  EXPECT_EQ(evidence({"."}).kind(), Kind::kNumeric);
  EXPECT_EQ(evidence({".", "x"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"true", "."}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"9007199254740993", "."}).kind(), Kind::kCategory);
  ReadingOptions first;
  first.missing_number_tokens.clear();
  EXPECT_EQ(CellReader(first).classify("."), CellClass::kText);
}

TEST(ClassifyCell, InfinityWordsAndOverflowAreInfinite) {
  for (const char* text : {"inf", "-INF", "+Infinity", "infinity", "1e400", "-1e309"}) {
    EXPECT_EQ(classify_cell(text), CellClass::kInfinite) << text;
  }
  EXPECT_EQ(classify_cell(std::string(400, '9')), CellClass::kInfinite);
  EXPECT_EQ(classify_cell("infinit"), CellClass::kText);
}

TEST(ClassifyCell, IntegersADoubleCannotHoldAreWide) {
  EXPECT_EQ(classify_cell("9007199254740993"), CellClass::kWideInteger);
  EXPECT_EQ(classify_cell("9007199254740994"), CellClass::kInteger) << "even: held exactly";
  EXPECT_EQ(classify_cell("-12345678901234567891"), CellClass::kWideInteger);
}

TEST(ClassifyCell, BooleansIgnoreAsciiCase) {
  for (const char* text : {"true", "FALSE", "True", "fAlSe"}) {
    EXPECT_EQ(classify_cell(text), CellClass::kBoolean) << text;
  }
  for (const char* text : {"t", "yes", "truee", "tru"})
    EXPECT_EQ(classify_cell(text), CellClass::kText) << text;
  EXPECT_EQ(parse_boolean("TRUE"), true);
  EXPECT_EQ(parse_boolean("False"), false);
  EXPECT_EQ(parse_boolean("1"), std::nullopt);
}

TEST(KindEvidence, AnAllMissingColumnIsNumeric) {
  EXPECT_EQ(evidence({}).kind(), Kind::kNumeric);
}

TEST(KindEvidence, KindsNeedAllCellsToAgree) {
  EXPECT_EQ(evidence({"1", "2.5"}).kind(), Kind::kNumeric);
  EXPECT_EQ(evidence({"true", "False"}).kind(), Kind::kBoolean);
  EXPECT_EQ(evidence({"1", "2", "x"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"true", "x"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"true", "1"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"1", "true"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"0", "1"}).kind(), Kind::kNumeric) << "0 and 1 are numbers";
}

TEST(KindEvidence, InfinityAmongNumbersIsOutOfRange) {
  const KindEvidence mixed = evidence({"1", "inf", "2", "-inf"});
  ASSERT_NE(mixed.out_of_range(), nullptr);
  EXPECT_EQ(mixed.out_of_range()->line, 3u);
  EXPECT_EQ(mixed.out_of_range()->text, "inf");
  EXPECT_NE(evidence({"1e999"}).out_of_range(), nullptr);
}

TEST(KindEvidence, InfinityAmongTextsIsText) {
  EXPECT_EQ(evidence({"inf", "x"}).out_of_range(), nullptr);
  EXPECT_EQ(evidence({"x", "1e999"}).out_of_range(), nullptr);
  EXPECT_EQ(evidence({"inf", "true"}).out_of_range(), nullptr);
  EXPECT_EQ(evidence({"inf", "true"}).kind(), Kind::kCategory);
}

TEST(KindEvidence, AWideIntegerMakesAnIntegerColumnACategory) {
  const KindEvidence wide = evidence({"1", "9007199254740993"});
  EXPECT_EQ(wide.kind(), Kind::kCategory);
  ASSERT_NE(wide.too_wide(), nullptr);
  EXPECT_EQ(wide.too_wide()->line, 3u);
  EXPECT_EQ(wide.too_wide()->text, "9007199254740993");
}

TEST(KindEvidence, AWideIntegerAmongFractionsIsRounded) {
  EXPECT_EQ(evidence({"0.5", "9007199254740993"}).kind(), Kind::kNumeric);
  EXPECT_EQ(evidence({"0.5", "9007199254740993"}).too_wide(), nullptr);
}

TEST(KindEvidence, AWideIntegerAmongTextsIsNotTheReason) {
  EXPECT_EQ(evidence({"9007199254740993", "x"}).kind(), Kind::kCategory);
  EXPECT_EQ(evidence({"9007199254740993", "x"}).too_wide(), nullptr);
}

}  // namespace
}  // namespace rf::table
