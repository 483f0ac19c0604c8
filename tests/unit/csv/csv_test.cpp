// SPDX-License-Identifier: MIT
// What text becomes: one test per rule of docs/formats/csv.md.
#include "csv/csv.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "crypto/sha256.hpp"
#include "table/digest.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using namespace table::test;

using Doubles = std::vector<double>;
using Strings = std::vector<std::string>;

/// The texts of a category column, "<missing>" where missing.
Strings texts_of(const table::Column& column) {
  Strings texts;
  for (const std::int32_t code : column.category().codes) {
    texts.push_back(code < 0 ? "<missing>" : column.category().levels[static_cast<std::size_t>(code)]);
  }
  return texts;
}

std::string content(std::string_view text, const table::ReadingOptions& options = {}) {
  table::test::TestContext context;
  return crypto::hex(table::content_digest(table::test::must_read(text, options).table, context).value());
}

TEST(ReadCsv, TypesColumnsByAllTheirCells) {
  const table::Dataset dataset = table::test::must_read("n,b,c\n1,true,x\n-2.5,FALSE,y\n3e2,True,x\n");
  ASSERT_EQ(dataset.table.n_rows, 3u);
  EXPECT_EQ(dataset.table.names(), (Strings{"n", "b", "c"}));
  EXPECT_EQ(dataset.table.columns[0].numeric().values, (Doubles{1, -2.5, 300}));
  EXPECT_EQ(dataset.table.columns[1].boolean().values, (std::vector<std::int8_t>{1, 0, 1}));
  EXPECT_EQ(dataset.table.columns[2].category().codes, (std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_EQ(dataset.table.columns[2].category().levels, (Strings{"x", "y"}));
  EXPECT_TRUE(dataset.diagnostics.empty());
}

TEST(ReadCsv, OneTextInTheLastRowMakesAColumnACategoryOfExactTexts) {
  std::string text = "x\n";
  for (int i = 0; i < 5000; ++i) text += "+1.50\n";
  const table::Dataset dataset = table::test::must_read(text + "007\n");
  EXPECT_EQ(dataset.table.columns[0].category().levels, (Strings{"+1.50", "007"}));
}

TEST(ReadCsv, EveryDefaultTokenAndTheEmptyCellAreMissing) {
  const table::Dataset dataset = table::test::must_read(
      "x,y\n1,a\n,b\nNA,\nN/A,NA\nNaN,-\nnan,c\nnull,\nNULL,\nNone,\n?,\n-,\n\"\",\n\"NA\",\n");
  const table::Cells<double>& values = dataset.table.columns[0].numeric().values;
  ASSERT_EQ(values.size(), 13u);
  EXPECT_EQ(values[0], 1);
  for (std::size_t row = 1; row < values.size(); ++row) EXPECT_TRUE(std::isnan(values[row])) << row;
  EXPECT_EQ(texts_of(dataset.table.columns[1])[5], "c");
  EXPECT_EQ(texts_of(dataset.table.columns[1])[3], "<missing>");
}

TEST(ReadCsv, DeclaredTokensReplaceTheDefaults) {
  table::ReadingOptions options;
  options.missing_tokens = {"-999", "none"};
  const table::Dataset dataset = table::test::must_read("x,y\n-999,NA\n5,none\n", options);
  EXPECT_TRUE(std::isnan(dataset.table.columns[0].numeric().values[0]));
  EXPECT_EQ(texts_of(dataset.table.columns[1]), (Strings{"NA", "<missing>"}));
}

TEST(ReadCsv, QuotingDoesNotChangeWhatACellIs) {
  EXPECT_EQ(content("a,b,c\n1,true,NA\n2,false,x\n"),
            content("a,b,c\n\"1\",\"true\",\"NA\"\n\"2\",\"false\",\"x\"\n"));
}

TEST(ReadCsv, SpacesInsideQuotesAreText) {
  EXPECT_EQ(texts_of(table::test::must_read("x\n\" 1\"\n2\n").table.columns[0]), (Strings{" 1", "2"}));
}

TEST(ReadCsv, TrimIsOnUnlessDeclinedAndTakesSpacesOnly) {
  EXPECT_EQ(table::test::must_read(" x , y\n 1 , a\n2,b \n").table.names(), (Strings{"x", "y"}));
  EXPECT_EQ(table::test::must_read("x,y\n 1 , ?\n2,b \n").table.columns[0].numeric().values, (Doubles{1, 2}));
  EXPECT_TRUE(table::test::must_read("x,y\n 1 , ?\n2,b \n").table.columns[1].is_missing(table::TableRow{0}));
  table::ReadingOptions exact;
  exact.trim = false;
  const table::Dataset dataset = table::test::must_read(" x,y\n 1,a\n2,b \n", exact);
  EXPECT_EQ(dataset.table.names(), (Strings{" x", "y"}));
  EXPECT_EQ(texts_of(dataset.table.columns[0]), (Strings{" 1", "2"}));
  EXPECT_EQ(texts_of(dataset.table.columns[1]), (Strings{"a", "b "}));
  EXPECT_EQ(texts_of(table::test::must_read("x\n\ta\n").table.columns[0]), (Strings{"\ta"}));
}

TEST(ReadCsv, NumbersAreRoundedCorrectlyAndUnderflowToZero) {
  const table::Cells<double> values =
      table::test::must_read(
          "x\n0.1\n1e-400\n-1e-400\n4.9e-324\n1.7976931348623157e308\n0.30000000000000004\n")
          .table.columns[0]
          .numeric()
          .values;
  EXPECT_EQ(values, (Doubles{0.1, 0, 0, 4.9e-324, 1.7976931348623157e308, 0.30000000000000004}));
  EXPECT_FALSE(std::signbit(values[2])) << "-0 becomes 0";
}

TEST(ReadCsv, InfinityAmongTextsIsALevel) {
  EXPECT_EQ(texts_of(table::test::must_read("x\ninf\nsmall\n1e999\n").table.columns[0]),
            (Strings{"inf", "small", "1e999"}));
}

TEST(ReadCsv, ZeroAndOneAreNumbers) {
  EXPECT_EQ(table::test::must_read("x\n0\n1\n").table.columns[0].kind(), core::Kind::kNumeric);
}

TEST(ReadCsv, AnAllMissingColumnIsNumeric) {
  const table::Dataset dataset = table::test::must_read("x,y\n,1\nNA,2\n");
  EXPECT_EQ(dataset.table.columns[0].kind(), core::Kind::kNumeric);
  EXPECT_TRUE(dataset.table.columns[0].is_missing(table::TableRow{1}));
}

TEST(ReadCsv, AWideIntegerKeepsItsDigitsAndIsTold) {
  const table::Dataset dataset = table::test::must_read("id,x\n1,1\n9007199254740993,2\n");
  EXPECT_EQ(texts_of(dataset.table.columns[0]), (Strings{"1", "9007199254740993"}));
  ASSERT_EQ(dataset.diagnostics.size(), 1u);
  EXPECT_EQ(dataset.diagnostics[0].code, core::Code::kIntegerTooWide);
  EXPECT_EQ(table::test::detail_text(dataset.diagnostics[0].details, "column"), "id");
  EXPECT_EQ(table::test::detail_text(dataset.diagnostics[0].details, "got"), "9007199254740993");
}

TEST(ReadCsv, DeclaredKindsOverrideInference) {
  table::ReadingOptions options;
  options.kinds = {
      {"zip", core::Kind::kCategory}, {"flag", core::Kind::kBoolean}, {"id", core::Kind::kNumeric}};
  const table::Dataset dataset =
      table::test::must_read("zip,flag,id\n1,true,9007199254740993\nNA,,2\n", options);
  EXPECT_EQ(texts_of(dataset.table.columns[0]), (Strings{"1", "<missing>"}));
  EXPECT_EQ(dataset.table.columns[1].boolean().values, (std::vector<std::int8_t>{1, -1}));
  EXPECT_EQ(dataset.table.columns[2].numeric().values, (Doubles{9007199254740992, 2}));
  EXPECT_TRUE(dataset.diagnostics.empty());
}

TEST(ReadCsv, ADeclaredKindStandsForAnAllMissingColumnToo) {
  table::ReadingOptions options;
  options.kinds = {{"x", core::Kind::kCategory}};
  EXPECT_EQ(table::test::must_read("x,y\n,1\n", options).table.columns[0].kind(), core::Kind::kCategory);
}

// A prediction file may lack a feature whose kind is declared; who needs the column says so.
TEST(ReadCsv, AKindDeclaredForAnAbsentColumnIsLeftToWhoNeedsIt) {
  table::ReadingOptions options;
  options.kinds = {{"absent", core::Kind::kNumeric}};
  const table::Dataset dataset = table::test::must_read("x\n1\n", options);
  EXPECT_EQ(dataset.source->options.kinds, options.kinds);
}

TEST(ReadCsv, EmptyHeaderNamesBecomeColumnN) {
  EXPECT_EQ(table::test::must_read(",a,\"\", \n1,2,3,4\n").table.names(),
            (Strings{"column_1", "a", "column_3", "column_4"}));
}

TEST(ReadCsv, NamesDifferingInCaseAreDistinct) {
  EXPECT_EQ(table::test::must_read("a,A\n1,2\n").table.names(), (Strings{"a", "A"}));
}

TEST(ReadCsv, TheDelimiterIsFoundOrDeclared) {
  EXPECT_EQ(table::test::must_read("a;b\n1,5;2\n").source->delimiter, ';');
  EXPECT_EQ(table::test::must_read("a\tb\n1\t2\n").source->delimiter, '\t');
  table::ReadingOptions options;
  options.delimiter = ';';
  const table::Dataset dataset = table::test::must_read("a,b\n1,2\n", options);
  EXPECT_EQ(dataset.table.names(), Strings{"a,b"});
  EXPECT_EQ(dataset.source->options.delimiter, ';');
}

TEST(ReadCsv, LineEndsByteOrderMarkQuotesAndBlankLinesDoNotChangeTheContent) {
  const std::string expected = content("a,b\n1,x\n2,y\n");
  EXPECT_EQ(content("a,b\r\n1,x\r\n2,y\r\n"), expected);
  EXPECT_EQ(content("a,b\r1,x\r2,y"), expected);
  EXPECT_EQ(content("\xEF\xBB\xBF"
                    "a,b\n1,x\r\n2,y\r"),
            expected);
  EXPECT_EQ(content("\n\na,b\n\n1,x\n2,y\n\n\n"), expected);
  EXPECT_EQ(content("\"a\";\"b\"\n1;\"x\"\n2;y\n"), expected);
  EXPECT_EQ(content("a , b\n 1, x\n2 ,y\n"), expected);
  EXPECT_NE(content("a,b\n1,x\n2,z\n"), expected);
}

TEST(ReadCsv, SourceHoldsTheFactsAboutTheBytes) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a;b\r\n\r\n1;2\r\n\r\n";
  const table::Dataset dataset = table::test::must_read(text);
  ASSERT_TRUE(dataset.source.has_value());
  const table::Source& source = *dataset.source;
  EXPECT_EQ(source.size_bytes, text.size());
  EXPECT_EQ(source.delimiter, ';');
  EXPECT_EQ(source.newline, table::Newline::kCrLf);
  EXPECT_TRUE(source.bom);
  EXPECT_EQ(source.blank_lines, 2u);
  EXPECT_EQ(source.options.delimiter, ';');
  EXPECT_FALSE(table::test::must_read("a\n1\n").source->bom);
}

TEST(ReadCsv, AQuotedNewlineIsPartOfTheCell) {
  EXPECT_EQ(texts_of(table::test::must_read("x,y\n\"a\nb\",1\n").table.columns[0]), Strings{"a\nb"});
}

TEST(ReadCsv, InAOneColumnTableAnEmptyLineIsBlankAndAQuotedOneMissing) {
  const table::Dataset dataset = table::test::must_read("x\n1\n\n\"\"\n2\n");
  EXPECT_EQ(dataset.table.n_rows, 3u);
  EXPECT_TRUE(dataset.table.columns[0].is_missing(table::TableRow{1}));
  EXPECT_EQ(dataset.source->blank_lines, 1u);
}

TEST(ReadCsv, OneRowOneColumnIsATable) {
  EXPECT_EQ(table::test::must_read("x\n1").table.n_rows, 1u);
}

struct Report {
  std::string stage;
  std::uint64_t done;
  std::uint64_t total;
  bool operator==(const Report&) const = default;
};

std::vector<Report> reports_of(const std::string& text, std::uint32_t n_threads) {
  std::vector<Report> reports;
  core::MonitorHooks hooks;
  hooks.user = &reports;
  hooks.progress = [](void* user, const char* stage, std::uint64_t done,
                      std::uint64_t total) -> std::int32_t {
    static_cast<std::vector<Report>*>(user)->push_back({stage, done, total});
    return 0;
  };
  table::test::TestContext context(n_threads, hooks);
  EXPECT_TRUE(read_csv(text, {}, "data.csv", context).ok());
  return reports;
}

TEST(ReadCsv, ReportsProgressAtFixedBytes) {
  std::string text = "x,y\n";
  while (text.size() < 2'500'000) text += "123456789,some text\n";
  const std::vector<Report> reports = reports_of(text, 1);
  const std::uint64_t size = text.size();
  const std::uint64_t mib = 1 << 20;
  std::vector<Report> expected;
  for (std::uint64_t pass = 0; pass < 3; ++pass) {
    for (const std::uint64_t at : {mib, 2 * mib, size})
      expected.push_back({"load", pass * size + at, 3 * size});
  }
  ASSERT_EQ(reports.size(), expected.size());
  for (std::size_t i = 0; i < reports.size(); ++i) EXPECT_EQ(reports[i], expected[i]) << i;
  EXPECT_EQ(reports_of(text, 3), reports);
}

TEST(ReadCsv, StopsWhereTheCallbackSaysSo) {
  std::string text = "x\n";
  while (text.size() < 3'000'000) text += "123456789\n";
  for (int stop_at = 1; stop_at <= 9; ++stop_at) {
    int calls = 0;
    struct State {
      int* calls;
      int stop_at;
    } state{&calls, stop_at};
    core::MonitorHooks hooks;
    hooks.user = &state;
    hooks.progress = [](void* user, const char*, std::uint64_t, std::uint64_t) -> std::int32_t {
      auto* own = static_cast<State*>(user);
      return ++*own->calls == own->stop_at ? 1 : 0;
    };
    table::test::TestContext context(1, hooks);
    const auto result = read_csv(text, {}, "data.csv", context);
    ASSERT_FALSE(result.ok()) << stop_at;
    EXPECT_EQ(result.error().code, core::Code::kCancelled);
    EXPECT_EQ(calls, stop_at);
  }
}

TEST(ReadCsv, TheCancelFlagStopsReading) {
  const std::atomic<bool> cancel = true;
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  table::test::TestContext context(1, hooks);
  const auto result = read_csv("x\n1\n", {}, "data.csv", context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kCancelled);
}

TEST(ReadCsv, CharactersAcrossTheStepsOfTheTextCheckAreWhole) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string text = "x,y\n" + std::string(shift, 'a');
    while (text.size() < (1 << 20) + 8) text += "\xF0\x9F\x90\x88";
    EXPECT_TRUE(table::test::read(text + ",1\n").ok()) << shift;
    text[(1 << 20) + 4] = '\xFF';
    EXPECT_EQ(table::test::must_fail(text + ",1\n").code, core::Code::kInvalidUtf8) << shift;
  }
}

TEST(ReadCsv, FilesAsPeopleWriteThem) {
  const auto numbers = [](const char* text, const table::ReadingOptions& options = {}) {
    const table::Dataset dataset = table::test::must_read(text, options);
    const auto& values = dataset.table.columns[0].numeric().values;
    return std::pair(Strings(dataset.table.names()), std::vector<double>(values.begin(), values.end()));
  };
  const std::pair wanted(Strings{"a", "b"}, std::vector<double>{0.5, 5});
  EXPECT_EQ(numbers("a,b\n.5,x\n5.,y\n"), wanted);
  EXPECT_EQ(numbers("a|b\n.5|x\n5.|y\n"), wanted);
  EXPECT_EQ(numbers("sep=;\r\na;b\r\n.5;x\r\n5.;y\r\n"), wanted);
  EXPECT_EQ(numbers("\xEF\xBB\xBF\xEF\xBB\xBF"
                    "a,b\n.5,x\n5.,y\n"),
            wanted);
  EXPECT_EQ(numbers("a,b\n.5,x,\n5.,y,\n"), wanted);
  table::ReadingOptions options;
  options.comment = "#";
  options.skip_rows = 2;
  EXPECT_EQ(numbers("Title; \"x\n\n# \"a\na,b\n.5,x\n#,\"\n5.,y\n", options), wanted);
  options = {};
  options.header = false;
  EXPECT_EQ(numbers(".5,x\n5.,y\n", options),
            std::pair(Strings{"column_1", "column_2"}, std::vector<double>{0.5, 5}));
}

TEST(ReadCsv, AMissingNumberIsTextWhereTheOthersAreText) {
  const table::Dataset dataset = table::test::must_read("a,b,c\n.,.,.\n1,x,true\n");
  EXPECT_TRUE(dataset.table.columns[0].is_missing(core::TableRow{0}));
  EXPECT_EQ(texts_of(dataset.table.columns[1]), (Strings{".", "x"}));
  EXPECT_EQ(texts_of(dataset.table.columns[2]), (Strings{".", "true"}));
}

TEST(ReadCsv, UnderTheFirstRulesAFileIsReadAsVersion010ReadIt) {
  table::ReadingOptions first;
  first.rules = table::ReadingRules::kFirst;
  first.missing_number_tokens.clear();
  EXPECT_EQ(texts_of(table::test::must_read("a\n.5\n", first).table.columns[0]), (Strings{".5"}));
  EXPECT_EQ(texts_of(table::test::must_read("a\n.\n1\n", first).table.columns[0]), (Strings{".", "1"}));
  EXPECT_EQ(table::test::must_read("a|b\n1|2\n", first).table.names(), (Strings{"a|b"}));
  EXPECT_EQ(table::test::must_read("\xEF\xBB\xBF\xEF\xBB\xBF"
                                   "a\n1\n",
                                   first)
                .table.names(),
            (Strings{"\xEF\xBB\xBF"
                     "a"}));
  EXPECT_EQ(table::test::must_fail("a,b\n1,2,\n", first).code, core::Code::kRaggedRow);
}

}  // namespace
}  // namespace rf::csv
