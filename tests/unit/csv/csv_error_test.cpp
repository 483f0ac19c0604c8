// SPDX-License-Identifier: MIT
// Bad input: each code with its whole message, as a person reads it.
#include <gtest/gtest.h>

#include <string>

#include "unit/csv/raw_records.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using namespace table::test;
using core::Code;

void expect_error(const core::Error& error, Code code, std::string_view message) {
  EXPECT_EQ(core::code_name(error.code), core::code_name(code));
  EXPECT_EQ(error.message, message);
}

TEST(ReadCsvError, EmptyFile) {
  expect_error(table::test::must_fail(""), Code::kEmptyFile,
               "data.csv: expected a header and records, found 0 bytes");
  expect_error(table::test::must_fail("\xEF\xBB\xBF"), Code::kEmptyFile,
               "data.csv: expected a header and records, found a byte order mark alone");
  expect_error(table::test::must_fail("\n\r\n  \n"), Code::kEmptyFile,
               "data.csv: expected a header and records, found blank lines alone");
}

TEST(ReadCsvError, HeaderOnly) {
  for (const char* text : {"a,b", "a,b\n", "a,b\n\n \n",
                           "\xEF\xBB\xBF"
                           "a,b\r\n"}) {
    expect_error(table::test::must_fail(text), Code::kZeroRows,
                 "data.csv: expected records after the header, found none");
  }
}

TEST(ReadCsvError, RaggedRow) {
  const core::Error error = table::test::must_fail("a,b,c\n1,2,3\n\n\"x\ny\",2\n");
  expect_error(
      error, Code::kRaggedRow,
      "data.csv:4: expected 3 fields as in the header (\"a\", \"b\", \"c\") where \",\" separates, found 2");
  EXPECT_EQ(table::test::detail_text(error.details, "file"), "data.csv");
  EXPECT_EQ(table::test::detail_number(error.details, "line"), 4);
  EXPECT_EQ(table::test::detail_number(error.details, "expected"), 3);
  EXPECT_EQ(table::test::detail_number(error.details, "got"), 2);
  expect_error(
      table::test::must_fail("a\n1\n1,\n"), Code::kRaggedRow,
      "data.csv:3: expected 1 field as in the header (\"a\") where \",\" separates, found 2; if the lines "
      "before the "
      "table are none of its records, give their number as skip_rows; if another character separates, give "
      "it as delimiter");
}

TEST(ReadCsvError, DuplicateColumn) {
  const core::Error error = table::test::must_fail("\na,b,\"a\"\n1,2,3\n");
  expect_error(error, Code::kDuplicateColumn,
               "data.csv:2: expected distinct column names, found \"a\" in column 1 and in column 3");
  EXPECT_EQ(table::test::detail_text(error.details, "column"), "a");
  EXPECT_EQ(table::test::must_fail("column_2,\n1,2\n").code, Code::kDuplicateColumn)
      << "the name given to an empty one";
  EXPECT_EQ(table::test::must_fail("a, a\n1,2\n").code, Code::kDuplicateColumn) << "equal after trim";
}

TEST(ReadCsvError, UnclosedQuote) {
  expect_error(table::test::must_fail("a,b\n1,2\n3,\"x\n4,5\n6,7\n"), Code::kMalformedQuote,
               "data.csv:3: field 2: expected a closing quote for the one that begins here, found the end of "
               "the file");
  expect_error(table::test::must_fail("\"a,b\n1,2\n"), Code::kMalformedQuote,
               "data.csv:1: field 1: expected a closing quote for the one that begins here, found the end of "
               "the file");
}

TEST(ReadCsvError, TextAfterAClosingQuote) {
  const core::Error error = table::test::must_fail("a,b\n1,\"x\"yz\n");
  expect_error(
      error, Code::kMalformedQuote,
      "data.csv:2: field 2: expected a delimiter or a line end after the closing quote, found \"yz\"");
  EXPECT_EQ(table::test::detail_number(error.details, "field"), 2);
}

TEST(ReadCsvError, NulByte) {
  const core::Error error = table::test::must_fail(std::string("a,b\n1,2\n3,\0\n", 12));
  expect_error(error, Code::kNulByte, "data.csv:3: byte 10 of the file: expected text, found a NUL byte");
  EXPECT_EQ(table::test::detail_number(error.details, "offset"), 10);
}

TEST(ReadCsvError, InvalidUtf8) {
  expect_error(table::test::must_fail("\xEF\xBB\xBF"
                                      "a,b\r\n1,caf\xE9\r\n"),
               Code::kInvalidUtf8,
               "data.csv:2: byte 13 of the file: expected UTF-8, found the byte 0xe9 where it cannot stand");
  expect_error(table::test::must_fail(std::string("\xFF\xFE"
                                                  "a\0",
                                                  4)),
               Code::kInvalidUtf8,
               "data.csv:1: byte 0 of the file: expected UTF-8, found UTF-16; save the file as UTF-8");
}

TEST(ReadCsvError, NumberOutOfRange) {
  const core::Error error = table::test::must_fail("a,b\n1,1\n-Inf,2\n3,3\n");
  expect_error(error, Code::kNumberOutOfRange,
               "data.csv:3: column \"a\": expected a finite number, found \"-Inf\"");
  EXPECT_EQ(table::test::detail_text(error.details, "column"), "a");
  EXPECT_EQ(table::test::detail_text(error.details, "got"), "-Inf");
  EXPECT_EQ(table::test::must_fail("a\n1e309\n").code, Code::kNumberOutOfRange);
  EXPECT_EQ(table::test::must_fail("a\n1\n" + std::string(310, '9') + "\n").code, Code::kNumberOutOfRange);
}

TEST(ReadCsvError, CellOfAnotherKindThanDeclared) {
  table::ReadingOptions options;
  options.kinds = {{"age", core::Kind::kNumeric}};
  const core::Error error = table::test::must_fail("name,age\nx,7\n\ny,n/a\n", options);
  expect_error(error, Code::kCellKindMismatch,
               "data.csv:4: column \"age\": expected a number, found \"n/a\"");
  EXPECT_EQ(table::test::detail_number(error.details, "line"), 4);
  EXPECT_EQ(table::test::detail_text(error.details, "column"), "age");
  EXPECT_EQ(table::test::detail_text(error.details, "expected"), "a number");
  EXPECT_EQ(table::test::detail_text(error.details, "got"), "n/a");
  expect_error(table::test::must_fail("age\ninf\nx\n", options), Code::kNumberOutOfRange,
               "data.csv:2: column \"age\": expected a finite number, found \"inf\"");
  options.kinds = {{"age", core::Kind::kBoolean}};
  expect_error(table::test::must_fail("age\ntrue\n1\n", options), Code::kCellKindMismatch,
               "data.csv:3: column \"age\": expected true or false, found \"1\"");
}

TEST(ReadCsvError, ADelimiterThatIsNone) {
  table::ReadingOptions options;
  options.delimiter = '"';
  expect_error(table::test::must_fail("a|b\n1|2\n", options), Code::kInvalidValue,
               "delimiter: expected an ASCII character that is no quote and no line end, found \"\\\"\"");
  options.delimiter = ' ';
  expect_error(table::test::must_fail("a b\n1 2\n", options), Code::kInvalidValue,
               "delimiter: a space separates only where trim is false");
}

TEST(ReadCsvError, Limits) {
  table::ReadingOptions options;
  options.limits.max_bytes = 7;
  expect_error(table::test::must_fail("a,b\n1,2\n", options), Code::kLimitReached,
               "data.csv: expected at most 7 bytes, found 8");
  options = {};
  options.limits.max_columns = 1;
  expect_error(table::test::must_fail("a,b\n1,2\n", options), Code::kLimitReached,
               "data.csv: expected at most 1 column, found 2");
  options = {};
  options.limits.max_rows = 2;
  EXPECT_TRUE(table::test::read("a\n1\n2\n", options).ok());
  expect_error(table::test::must_fail("a\n1\n2\n3\n", options), Code::kLimitReached,
               "data.csv: expected at most 2 rows, found more");
  options = {};
  options.limits.max_cell_bytes = 3;
  EXPECT_TRUE(table::test::read("abc\n123\n", options).ok());
  expect_error(table::test::must_fail("a,b\n1,1234\n", options), Code::kLimitReached,
               "data.csv:2: column \"b\": expected at most 3 bytes, found 4");
  EXPECT_EQ(table::test::must_fail("abcd\n1\n", options).code, Code::kLimitReached);
  options.limits.max_cell_bytes = 1;
  expect_error(table::test::must_fail("a,b\n1,12\n", options), Code::kLimitReached,
               "data.csv:2: column \"b\": expected at most 1 byte, found 2");
}

TEST(ReadCsvError, ARecordOfTooManyFieldsIsCountedNotKept) {
  expect_error(
      table::test::must_fail("a,b\n1,2" + std::string(100000, ',') + "\n"), Code::kRaggedRow,
      "data.csv:2: expected 2 fields as in the header (\"a\", \"b\") where \",\" separates, found 100002");
  table::ReadingOptions options;
  options.limits.max_columns = 2;
  expect_error(table::test::must_fail("a,b" + std::string(100000, ',') +
                                          "\n"
                                          "1,2\n",
                                      options),
               Code::kLimitReached, "data.csv:1: expected at most 2 fields, found more than twice as many");
  expect_error(table::test::must_fail("a,b\n1,2,3,4,5\n", options), Code::kLimitReached,
               "data.csv:2: expected at most 2 fields, found more than twice as many");
  expect_error(
      table::test::must_fail("a,b\n1,2,3,4\n", options), Code::kRaggedRow,
      "data.csv:2: expected 2 fields as in the header (\"a\", \"b\") where \",\" separates, found 4");
}

TEST(ReadCsvError, ARecordWithoutEndIsRefusedBeforeItIsInMemory) {
  table::ReadingOptions options;
  options.limits.max_cell_bytes = 1000;
  options.limits.max_columns = 1000;
  ReaderSettings settings;
  settings.chunk_bytes = 4096;
  const std::string without_end[] = {std::string(8 << 20, 'a'), "\"" + std::string(8 << 20, 'a'),
                                     std::string(8 << 20, ','), std::string(8 << 20, ' '),
                                     "\"a\"" + std::string(8 << 20, 'b')};
  for (const std::string begin : {"", "a,b\n", "a,b\n1,2\n"}) {
    for (const std::string& record : without_end) {
      core::MemoryBudget budget(std::uint64_t{1} << 20);
      table::test::TestContext context;
      context.context.budget = &budget;
      const auto result = read_csv(begin + record, options, "data.csv", context, settings);
      ASSERT_FALSE(result.ok());
      const auto& error = result.error();
      const bool is_quote = record[1] == 'a' && record[2] == '"';
      EXPECT_EQ(error.code, is_quote ? Code::kMalformedQuote : Code::kLimitReached);
      EXPECT_EQ(error.message.find("max_bytes allows"), std::string::npos) << error.message;
    }
  }
}

TEST(ReadCsvError, TheFirstFaultOfTheFileIsTold) {
  EXPECT_EQ(table::test::detail_number(table::test::must_fail("a,b\n1\n1,2,3\n\"x\n").details, "line"), 2);
}

TEST(ReadCsvError, LongAndStrangeCellsAreCutAndEscapedInMessages) {
  table::ReadingOptions options;
  options.kinds = {{"a", core::Kind::kNumeric}};
  const core::Error error = table::test::must_fail("a\n\"x\n" + std::string(1000, 'y') + "\"\n", options);
  EXPECT_LT(error.message.size(), 150u);
  EXPECT_EQ(table::test::detail_text(error.details, "got").size(), 200u);
  EXPECT_EQ(error.message.find('\n'), std::string::npos);
}

TEST(ReadRawRecords, NamesTheLineOfAMalformedQuote) {
  const auto result = test::read_raw_records("a\n\"b", ',');
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kMalformedQuote);
  EXPECT_EQ(
      result.error().message,
      "line 2: field 1: expected a closing quote for the one that begins here, found the end of the file");
}

}  // namespace
}  // namespace rf::csv
