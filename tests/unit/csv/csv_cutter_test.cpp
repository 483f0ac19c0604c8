// SPDX-License-Identifier: MIT
#include "csv/csv_cutter.hpp"

#include <gtest/gtest.h>

#include <string>

#include "csv/csv_scanner.hpp"
#include "unit/csv/random_csv.hpp"

namespace rf::csv {
namespace {

std::size_t cut(std::string_view text, bool trim = true, bool nothing_follows = false) {
  return CsvCutter(',', trim).whole_records(text, nothing_follows);
}

TEST(CsvCutter, CutsBehindTheLastWholeRecord) {
  EXPECT_EQ(cut("a,b\nc"), 4u);
  EXPECT_EQ(cut("a,b\nc\n"), 6u);
  EXPECT_EQ(cut("a,b"), 0u);
  EXPECT_EQ(cut("a,b", true, true), 3u);
  EXPECT_EQ(cut("\n\n"), 2u);
}

TEST(CsvCutter, ACarriageReturnAtTheEndMayBeHalfOfAPair) {
  EXPECT_EQ(cut("a\r"), 0u);
  EXPECT_EQ(cut("a\rb"), 2u);
  EXPECT_EQ(cut("a\r\n"), 3u);
  EXPECT_EQ(cut("a\r\r"), 2u);
}

TEST(CsvCutter, LineEndsInsideQuotesCutNothing) {
  EXPECT_EQ(cut("\"a\nb\nc"), 0u);
  EXPECT_EQ(cut("x\n\"a\nb\nc"), 2u);
  EXPECT_EQ(cut("\"a\nb\"\nc"), 6u);
  EXPECT_EQ(cut("\"a\"\"\nb\"\nc"), 8u);
  EXPECT_EQ(cut("a \"b\nc"), 5u) << "a quote inside a field is text";
  EXPECT_EQ(cut("a, \"b\nc"), 0u);
  EXPECT_EQ(cut("a, \"b\nc", false), 6u) << "without trim the space begins the field";
}

TEST(CsvCutter, ItMayBeAskedAgainAsTextComesIn) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::string text = test::make_random_csv(seed).text;
    for (const bool trim : {false, true}) {
      CsvCutter whole(',', trim);
      const std::size_t expected = whole.whole_records(text, false);
      for (const std::size_t step : {1, 2, 5}) {
        CsvCutter cutter(',', trim);
        std::size_t found = 0;
        for (std::size_t size = 0; size < text.size();) {
          size = std::min(text.size(), size + step);
          found = cutter.whole_records(std::string_view(text).substr(0, size), false);
        }
        ASSERT_EQ(found, expected) << "seed " << seed << " step " << step << "\n" << text;
      }
    }
  }
}

}  // namespace
}  // namespace rf::csv
