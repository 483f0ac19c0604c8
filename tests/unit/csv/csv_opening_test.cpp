// SPDX-License-Identifier: MIT
#include "csv/csv_opening.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rf::csv {
namespace {

table::ReadingOptions first_rules() {
  table::ReadingOptions options;
  options.rules = table::ReadingRules::kFirst;
  return options;
}

Opening opening_of(std::string_view text, const table::ReadingOptions& options = {}) {
  const core::Monitor monitor;
  const auto opening = look_at_opening(text, true, options, monitor);
  EXPECT_TRUE(opening) << text;
  return opening.value_or(Opening{});
}

char delimiter_of(std::string_view text, const table::ReadingOptions& options = {}) {
  return opening_of(text, options).delimiter;
}

TEST(Opening, TakesTheDelimiterThatMakesRecordsEquallyLong) {
  EXPECT_EQ(delimiter_of("a,b,c\n1;2\n"), ',');
  EXPECT_EQ(delimiter_of("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(delimiter_of("a|b\n1|2\n"), '|');
  EXPECT_EQ(delimiter_of("a, first;b, second, c;y\n1,5;2,5;0\n3,5;4,5;1\n"), ';') << "commas in the header";
  EXPECT_EQ(delimiter_of("a;b\n1,2,3;4\n5;6\n"), ';') << "commas in a cell";
  EXPECT_EQ(delimiter_of("a,b;c\n1,2;3\n4,5;6\n"), ',') << "a tie";
  EXPECT_EQ(delimiter_of("a,b;c;d\n1,2;3;4\n"), ';') << "both are rectangular, one cuts more";
  EXPECT_EQ(delimiter_of("a;b;c;d,e\n1,2\n"), ',') << "rectangular wins over many fields";
}

TEST(Opening, WithoutEquallyLongRecordsTheFirstOneDecides) {
  EXPECT_EQ(delimiter_of("a;b;c,d\n"), ';');
  EXPECT_EQ(delimiter_of("a;b;c\n1,2\n1;2\n"), ';');
  EXPECT_EQ(delimiter_of("\n\na;b\n"), ';') << "blank lines come before the header";
  EXPECT_EQ(delimiter_of("\"a;b;c\",d\n"), ',');
  EXPECT_EQ(delimiter_of("\"a,b\";\"c,d,e\"\n"), ';');
  EXPECT_EQ(delimiter_of("label\n"), ',');
  EXPECT_EQ(delimiter_of(""), ',');
  EXPECT_EQ(delimiter_of("\"unclosed"), ',');
}

TEST(Opening, UnderTheFirstRulesOnlyTheHeaderCounts) {
  EXPECT_EQ(delimiter_of("a, first;b, second, c;y\n1,5;2,5;0\n", first_rules()), ',');
  EXPECT_EQ(delimiter_of("a|b|c\n1|2|3\n", first_rules()), ',');
  EXPECT_EQ(delimiter_of("a;b,c\n", first_rules()), ',');
  EXPECT_FALSE(opening_of("sep=;\na;b\n1;2\n", first_rules()).sep_line);
  EXPECT_FALSE(opening_of("a,b\n1,2,\n", first_rules()).trailing_delimiters);
}

TEST(Opening, ALineMayNameTheDelimiter) {
  const Opening opening = opening_of("sep=;\r\na;b\r\n1;2\r\n");
  EXPECT_TRUE(opening.sep_line);
  EXPECT_EQ(opening.delimiter, ';');
  EXPECT_EQ(opening.begin, 7u);
  EXPECT_EQ(opening.lines, 1u);
  EXPECT_EQ(delimiter_of("sep=^\na^b,c\n1^2,3\n"), '^');
  for (const char* text : {"sep=\na,b\n", "sep=;;\na;b\n", " sep=;\na;b\n", "sep=\"\na;b\n", "a\nsep=;\n"})
    EXPECT_FALSE(opening_of(text).sep_line) << text;
  table::ReadingOptions options;
  options.delimiter = ',';
  EXPECT_EQ(delimiter_of("sep=;\na,b;c\n", options), ',') << "what is declared wins";
  EXPECT_TRUE(opening_of("sep=;\na,b;c\n", options).sep_line) << "and the line is no header";
}

TEST(Opening, LinesBeforeTheTableAreSkipped) {
  table::ReadingOptions options;
  options.skip_rows = 2;
  const Opening opening = opening_of("Sales, 2024\r\rx;y\n1;2\n", options);
  EXPECT_EQ(opening.begin, 13u);
  EXPECT_EQ(opening.lines, 2u);
  EXPECT_EQ(opening.delimiter, ';');
  EXPECT_EQ(opening_of("a\nb", options).begin, 3u) << "there are no more";
  EXPECT_EQ(opening_of("sep=;\nTitle\n\nx;y\n", options).begin, 13u) << "a sep line is not counted";
}

TEST(Opening, TheFirstRecordMayEndWithADelimiterMore) {
  EXPECT_TRUE(opening_of("a,b\n1,2,\n3,4,\n").trailing_delimiters);
  EXPECT_EQ(delimiter_of("a;b\n1,5;2;\n3;4;\n"), ';');
  for (const char* text : {"a,b\n1,2\n3,4,\n", "a,b\n1,2,3\n", "a,b\n1,2,\"\"\n", "a,b,\n1,2,\n", "a,b\n"})
    EXPECT_FALSE(opening_of(text).trailing_delimiters) << text;
}

// What is found must not depend on how much is read at a time.
TEST(Opening, MoreTextIsWantedAsLongAsItCouldChangeTheResult) {
  const core::Monitor monitor;
  std::string text = "sep=;\r\na;b,c\r\n";
  while (text.size() < (std::size_t{64} << 10)) text += "1;2,3\r\n";
  text += "\"open;\r\n4;5\r\n";
  text += std::string(70'000, 'x');
  const auto whole = look_at_opening(text, true, {}, monitor);
  ASSERT_TRUE(whole);
  std::size_t n_known = 0;
  for (std::size_t size = 0; size < text.size(); size += size < 100 ? 1 : 997) {
    const auto some = look_at_opening(std::string_view(text).substr(0, size), false, {}, monitor);
    if (!some) continue;
    ++n_known;
    EXPECT_EQ(some->begin, whole->begin) << size;
    EXPECT_EQ(some->delimiter, whole->delimiter) << size;
    EXPECT_EQ(some->trailing_delimiters, whole->trailing_delimiters) << size;
    EXPECT_EQ(some->sep_line, whole->sep_line) << size;
  }
  EXPECT_GT(n_known, 0u);
}

TEST(Opening, RefusesWhatCannotSeparate) {
  table::ReadingOptions options;
  for (const char c : {'"', '\n', '\r', '\0', '\xE9', ' '}) {
    options.delimiter = c;
    EXPECT_FALSE(check_delimiter(options).ok()) << static_cast<int>(c);
  }
  options.trim = false;
  EXPECT_TRUE(check_delimiter(options).ok()) << "a space, where none is trimmed";
  options.trim = true;
  for (const char c : {',', '|', '^', ':', '\x01', 'x'}) {
    options.delimiter = c;
    EXPECT_TRUE(check_delimiter(options).ok()) << static_cast<int>(c);
  }
}

}  // namespace
}  // namespace rf::csv
