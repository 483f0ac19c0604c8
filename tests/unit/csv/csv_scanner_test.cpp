// SPDX-License-Identifier: MIT
// Records and fields as docs/formats/csv.md has them, beside what Python's csv module gives for the same
// text.
#include "csv/csv_scanner.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace rf::csv {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using Step = CsvScanner::Step;

struct Scan {
  Rows rows;
  std::vector<std::uint64_t> lines;
  Step last = Step::kEnd;
  ScanFault fault;
  std::uint64_t blank_lines = 0;
  table::Newline newline = table::Newline::kNone;
};

Scan scan(std::string_view text, bool trim = false, char delimiter = ',') {
  Scan result;
  CsvScanner scanner(text, delimiter, trim);
  Record record;
  std::string scratch;
  while ((result.last = scanner.next(record)) == Step::kRecord) {
    auto& row = result.rows.emplace_back();
    for (const Field& field : record.fields) row.emplace_back(field_text(field, scratch));
    result.lines.push_back(record.line);
  }
  result.fault = scanner.fault();
  result.blank_lines = scanner.blank_lines();
  result.newline = scanner.newline();
  EXPECT_TRUE(result.last == Step::kFault || scanner.offset() == text.size());
  return result;
}

TEST(CsvScanner, CutsAtDelimitersAndLineEnds) {
  EXPECT_EQ(scan("a,b\n1,2\n").rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(scan("a,b\n1,2").rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(scan("a;b,c\n", false, ';').rows, (Rows{{"a", "b,c"}}));
}

TEST(CsvScanner, EmptyFieldsAreFields) {
  EXPECT_EQ(scan(",\n,,").rows, (Rows{{"", ""}, {"", "", ""}}));
  EXPECT_EQ(scan("a,").rows, (Rows{{"a", ""}}));
}

TEST(CsvScanner, TextWithoutRecordsEndsAtOnce) {
  EXPECT_EQ(scan("").rows, Rows{});
  EXPECT_EQ(scan("\n\n").rows, Rows{});
}

TEST(CsvScanner, QuotesHoldDelimitersLineEndsAndDoubledQuotes) {
  EXPECT_EQ(scan("\"a,b\",\"c\nd\",\"e\"\"f\",\"\"\"\",\"\"\n").rows,
            (Rows{{"a,b", "c\nd", "e\"f", "\"", ""}}));
  EXPECT_EQ(scan("\"a\r\nb\"\r\n").rows, (Rows{{"a\r\nb"}}));
}

TEST(CsvScanner, AQuoteInsideAnUnquotedFieldIsText) {
  EXPECT_EQ(scan("5\" pipe,a\"\"b,c\"\n").rows, (Rows{{"5\" pipe", "a\"\"b", "c\""}}));
  // Without trim a space begins the field, so the quote after it is in its middle.
  EXPECT_EQ(scan(" \"a\"\n").rows, (Rows{{" \"a\""}}));
}

TEST(CsvScanner, EveryLineEndEndsARecord) {
  const Rows expected = {{"a"}, {"b"}, {"c"}};
  EXPECT_EQ(scan("a\nb\nc\n").rows, expected);
  EXPECT_EQ(scan("a\r\nb\r\nc\r\n").rows, expected);
  EXPECT_EQ(scan("a\rb\rc\r").rows, expected);
  EXPECT_EQ(scan("a\nb\r\nc\r").rows, expected);
}

TEST(CsvScanner, TellsWhichLineEndsItSaw) {
  EXPECT_EQ(scan("a").newline, table::Newline::kNone);
  EXPECT_EQ(scan("a\nb\n").newline, table::Newline::kLf);
  EXPECT_EQ(scan("a\r\nb").newline, table::Newline::kCrLf);
  EXPECT_EQ(scan("a\rb\r").newline, table::Newline::kCr);
  EXPECT_EQ(scan("a\nb\r\n").newline, table::Newline::kMixed);
  EXPECT_EQ(scan("a\nb\r\nc\n").newline, table::Newline::kMixed);
  EXPECT_EQ(scan("\"a\r\nb\"\n").newline, table::Newline::kLf) << "line ends inside quotes are text";
}

TEST(CsvScanner, BlankLinesAreSkippedAndCounted) {
  const Scan found = scan("\na\n\n\r\nb\n\n");
  EXPECT_EQ(found.rows, (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(found.blank_lines, 4u);
  EXPECT_EQ(found.lines, (std::vector<std::uint64_t>{2, 5}));
}

TEST(CsvScanner, AQuotedEmptyFieldIsNoBlankLine) {
  const Scan found = scan("\"\"\n\na\n");
  EXPECT_EQ(found.rows, (Rows{{""}, {"a"}}));
  EXPECT_EQ(found.blank_lines, 1u);
}

TEST(CsvScanner, ALineOfSpacesIsBlankUnderTrimOnly) {
  EXPECT_EQ(scan("a\n  \nb\n", true).blank_lines, 1u);
  EXPECT_EQ(scan("a\n  \nb\n", false).rows, (Rows{{"a"}, {"  "}, {"b"}}));
}

TEST(CsvScanner, TrimTakesSpacesOutsideQuotesOnly) {
  EXPECT_EQ(scan(" a , \" b \" ,c  d, \t\n", true).rows, (Rows{{"a", " b ", "c  d", "\t"}}));
  EXPECT_EQ(scan(" a , b\n", false).rows, (Rows{{" a ", " b"}}));
  EXPECT_EQ(scan("a\t \tb\n", true, '\t').rows, (Rows{{"a", "", "b"}}));
}

TEST(CsvScanner, LinesArePhysicalLines) {
  const Scan found = scan("\"a\nb\r\nc\rd\"\n\ne\n");
  EXPECT_EQ(found.lines, (std::vector<std::uint64_t>{1, 6}));
}

TEST(CsvScanner, AnUnclosedQuoteIsAFaultAtTheLineWhereItBegan) {
  const Scan found = scan("a,b\n1,\"x\ny\n\nz");
  EXPECT_EQ(found.last, Step::kFault);
  EXPECT_EQ(found.fault.kind, ScanFault::Kind::kUnclosedQuote);
  EXPECT_EQ(found.fault.line, 2u);
  EXPECT_EQ(found.fault.field, 1u);
  EXPECT_EQ(scan("\"").last, Step::kFault);
  EXPECT_EQ(scan("\"a\"\"").last, Step::kFault) << "the doubled quote closes nothing";
}

TEST(CsvScanner, TextAfterAClosingQuoteIsAFault) {
  const Scan found = scan("\"a\"b,c\n");
  EXPECT_EQ(found.last, Step::kFault);
  EXPECT_EQ(found.fault.kind, ScanFault::Kind::kTextAfterQuote);
  EXPECT_EQ(found.fault.excerpt, "b");
  EXPECT_EQ(scan("\"a\" ,b\n", false).last, Step::kFault);
  EXPECT_EQ(scan("\"a\" ,b\n", true).rows, (Rows{{"a", "b"}}));
}

TEST(CsvScanner, KeepsSomeFieldsAndCountsAll) {
  CsvScanner scanner("a,b,c\nd\n", ',', true, 2);
  Record record;
  ASSERT_EQ(scanner.next(record), Step::kRecord);
  EXPECT_EQ(record.fields.size(), 2u);
  EXPECT_EQ(record.n_fields, 3u);
  ASSERT_EQ(scanner.next(record), Step::kRecord);
  EXPECT_EQ(record.n_fields, 1u);
}

TEST(CsvScanner, CountsLineEnds) {
  EXPECT_EQ(count_line_ends(""), 0u);
  EXPECT_EQ(count_line_ends("a\nb\r\nc\rd"), 3u);
  EXPECT_EQ(count_line_ends("\r\r\n\n"), 3u);
}

TEST(CsvScanner, PassesOverComments) {
  CsvScanner scanner("# a \"b\n1,2\n#,\"x\r\n\"#q\n#\",3\n#", ',', true, SIZE_MAX, {}, nullptr, "#");
  Record record;
  ASSERT_EQ(scanner.next(record), Step::kRecord);
  EXPECT_EQ(record.line, 2u);
  EXPECT_EQ(record.fields[0].raw, "1");
  ASSERT_EQ(scanner.next(record), Step::kRecord);
  EXPECT_EQ(record.line, 4u);
  EXPECT_EQ(record.fields[0].raw, "#q\n#") << "a line within quotes is no comment";
  EXPECT_EQ(scanner.next(record), Step::kEnd);
}

// A record may be as long as the file: the caller is heard within it.
TEST(CsvScanner, ARecordIsLeftOnceTheCallerAsksToStop) {
  constexpr std::size_t kLong = std::size_t{1} << 23;
  const std::string quoted = "\"" + std::string(kLong, '"') + "\",a\n";
  std::string fields;
  while (fields.size() < kLong) fields += "ab,";
  for (const std::string& text : {quoted, fields}) {
    core::MonitorHooks hooks;
    std::atomic<bool> stop = true;
    hooks.cancel = &stop;
    const core::Monitor monitor(hooks);
    Record record;
    CsvScanner scanner(text, ',', false, 1, {}, &monitor);
    EXPECT_EQ(scanner.next(record), Step::kEnd);
    EXPECT_LT(scanner.offset(), text.size() / 2);
    stop = false;
    CsvScanner another(text, ',', false, 1, {}, &monitor);
    EXPECT_EQ(another.next(record), text == quoted ? Step::kRecord : Step::kFault);
  }
}

}  // namespace
}  // namespace rf::csv
