// SPDX-License-Identifier: MIT
// The fast reader beside the plain one of csv_twin.cpp: the same table, facts, diagnostics and errors to the
// last letter, for any number of threads, size of chunks and set of kernels, on made-up files, the corpora
// and the datasets.
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <string>
#include <vector>

#include "unit/core/sanitized.hpp"
#include "unit/csv/csv_twin.hpp"
#include "unit/csv/random_csv.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using namespace test;
using namespace table::test;
namespace fs = std::filesystem;

std::vector<std::uint64_t> bits_of(const table::Cells<double>& values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

void expect_equal(const table::Column& found, const table::Column& wanted) {
  EXPECT_EQ(found.name, wanted.name);
  ASSERT_EQ(found.kind(), wanted.kind()) << wanted.name;
  if (wanted.kind() == core::Kind::kNumeric) {
    EXPECT_EQ(bits_of(found.numeric().values), bits_of(wanted.numeric().values)) << wanted.name;
  } else if (wanted.kind() == core::Kind::kBoolean) {
    EXPECT_EQ(found.boolean().values, wanted.boolean().values) << wanted.name;
  } else {
    EXPECT_EQ(found.category().codes, wanted.category().codes) << wanted.name;
    EXPECT_EQ(found.category().levels, wanted.category().levels) << wanted.name;
  }
}

void expect_equal(const table::Source& found, const table::Source& wanted) {
  EXPECT_EQ(found.size_bytes, wanted.size_bytes);
  EXPECT_EQ(found.delimiter, wanted.delimiter);
  EXPECT_EQ(found.newline, wanted.newline);
  EXPECT_EQ(found.bom, wanted.bom);
  EXPECT_EQ(found.blank_lines, wanted.blank_lines);
  EXPECT_EQ(found.options.delimiter, wanted.options.delimiter);
}

void expect_equal(const core::Result<table::Dataset>& found, const core::Result<table::Dataset>& wanted) {
  if (!wanted.ok()) {
    ASSERT_FALSE(found.ok()) << "expected: " << wanted.error().message;
    EXPECT_EQ(found.error().message, wanted.error().message);
    EXPECT_EQ(found.error().code, wanted.error().code);
    EXPECT_EQ(found.error().details, wanted.error().details);
    return;
  }
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->table.n_rows, wanted->table.n_rows);
  ASSERT_EQ(found->table.columns.size(), wanted->table.columns.size());
  for (std::size_t j = 0; j < wanted->table.columns.size(); ++j)
    expect_equal(found->table.columns[j], wanted->table.columns[j]);
  expect_equal(*found->source, *wanted->source);
  ASSERT_EQ(found->diagnostics.size(), wanted->diagnostics.size());
  for (std::size_t i = 0; i < wanted->diagnostics.size(); ++i) {
    EXPECT_EQ(found->diagnostics[i].message, wanted->diagnostics[i].message);
    EXPECT_EQ(found->diagnostics[i].details, wanted->diagnostics[i].details);
  }
}

struct Way {
  std::uint32_t n_threads;
  std::size_t chunk_bytes;
};

void compare(std::string_view text, const table::ReadingOptions& options, const std::vector<Way>& ways) {
  const auto wanted = read_csv_slowly(text, options, "data.csv");
  const std::string sha256 = crypto::sha256_hex(text);
  for (const Way& way : ways) {
    for (const CsvKernels* kernels : table::test::all_kernels()) {
      SCOPED_TRACE("threads " + std::to_string(way.n_threads) + ", chunks of " +
                   std::to_string(way.chunk_bytes) + ", kernels " + kernels->name);
      table::test::TestContext context(way.n_threads);
      ByteSource source(text);
      source.hash_bytes();
      const auto found = read_csv(source, options, "data.csv", context, {way.chunk_bytes, kernels});
      expect_equal(found, wanted);
      if (found.ok()) {
        EXPECT_EQ(found->source->fingerprint_sha256, sha256);
      }
      if (testing::Test::HasFailure()) return;
    }
  }
}

const std::vector<Way> kSomeWays = {{1, 0}, {1, 1}, {2, 7}, {5, 64}, {2, 3000}};
const std::vector<Way> kManyWays = {{1, 0},     {1, 1},       {1, 2},      {1, 3},  {5, 1},     {2, 5},
                                    {5, 16},    {1, 63},      {1, 64},     {2, 65}, {5, 200},   {2, 1000},
                                    {1, 4096},  {5, 4096},    {2, 0},      {5, 0},  {1, 65536}, {2, 65536},
                                    {5, 65536}, {1, 1 << 20}, {5, 1 << 20}};

#if RF_TEST_SANITIZED
constexpr bool kIsSlow = true;  // up to fifty times as slow
#else
constexpr bool kIsSlow = false;
#endif
constexpr std::uint64_t kFiles = kIsSlow ? 800 : 4000;

TEST(CsvTwin, AgreesOnMadeUpFiles) {
  for (std::uint64_t seed = 0; seed < kFiles; ++seed) {
    const RandomCsv file = make_random_csv(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + file.text);
    compare(file.text, file.options, seed % 10 == 0 ? kManyWays : kSomeWays);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(CsvTwin, AgreesOnTheRepositorysFiles) {
  for (const auto& entry : fs::directory_iterator(RUNFORGE_TEST_DATA_DIR)) {
    if (entry.path().extension() != ".csv") continue;
    SCOPED_TRACE(entry.path());
    std::vector<Way> ways = kManyWays;
    const std::string text = table::test::file_bytes(entry.path());
    compare(text, {}, ways);
    table::ReadingOptions exact;
    exact.trim = false;
    exact.limits.max_cell_bytes = 30;
    compare(text, exact, {{1, 0}, {5, 100}});
  }
}

TEST(CsvTwin, AgreesOnTheCorpora) {
  const std::string folder = RUNFORGE_SHARED_DIR "/csv-corpus";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "SKIPPED: no folder " << folder << " beside the repository";
  std::size_t n_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = table::test::file_bytes(entry.path());
    SCOPED_TRACE(entry.path());
    compare(text, {}, text.size() < 100'000 ? kManyWays : std::vector<Way>{{1, 0}, {5, 1000}, {2, 65536}});
    ASSERT_FALSE(testing::Test::HasFailure());
    ++n_files;
  }
  EXPECT_GT(n_files, 100u);
}

TEST(CsvTwin, AgreesOnTheRealDatasets) {
  const std::string folder = RUNFORGE_SHARED_DIR "/data";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "SKIPPED: no folder " << folder << " beside the repository";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    SCOPED_TRACE(entry.path());
    compare(table::test::file_bytes(entry.path()), {}, {{1, 0}, {5, 0}, {2, 5000}, {5, 1 << 20}});
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(CsvTwin, AgreesOnFieldsAndRecordsThatMayBeRefusedBeforeTheyEnd) {
  table::ReadingOptions options;
  options.limits.max_cell_bytes = 6;
  options.limits.max_columns = 3;
  const std::string a(40, 'a'), q(40, '"'), s(40, ' '), commas(40, ',');
  const std::string umlauts = "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4";
  const std::string long_records[] = {a,
                                      "1," + a,
                                      "1,2," + a + ",4,5,6,7,8,9",
                                      commas,
                                      a + commas,
                                      commas + a,
                                      q,
                                      q + "\"",
                                      "\"" + a,
                                      "\"" + a + "\"",
                                      "\"" + a + "\"x" + a + a,
                                      "\"b\"x" + a + a,
                                      "\"b\"" + s,
                                      s + "1" + s + ",2",
                                      s,
                                      "\"\n\n" + a,
                                      "\"\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
                                      umlauts,
                                      "\"" + umlauts + umlauts};
  const std::string ends[] = {"",
                              "\n",
                              "\n1,2\n",
                              "\n1,2,3,4\n",
                              "\r\n1\r\n\xff\r\n",
                              "\n1,2\n\xc3",
                              std::string("\n1,2\n\0\n", 7),
                              "\xff" + a,
                              "\n\"" + a};
  const std::string begins[] = {"", "\xEF\xBB\xBF", "a,b\n", "a,b\n1,2\n", "a;b\r\n1;2\r\n\r\n", "a\n\n\n"};
  for (const bool trim : {true, false}) {
    options.trim = trim;
    for (const std::string& begin : begins) {
      for (const std::string& record : long_records) {
        for (const std::string& end : ends) {
          const std::string text = begin + record + end;
          SCOPED_TRACE(text);
          compare(text, options, kManyWays);
          ASSERT_FALSE(testing::Test::HasFailure());
        }
      }
    }
  }
}

/// A column that changes its mind after `n` rows, beside one that does not.
std::string late_text(const std::string& early, std::size_t n, const std::string& late) {
  std::string text = "a,b\n";
  for (std::size_t i = 0; i < n; ++i) text += early + "," + std::to_string(i) + "\n";
  return text + late + ",1\n" + early + ",2.5\n";
}

TEST(CsvTwin, AgreesWhereAColumnTurnsOutOtherThanItBegan) {
  const char* cells[] = {"1",   "1.50",  "",    "true", "x", "12345678901234567890",
                         "inf", "\"2\"", "1e5", "NA",   "-0"};
  for (const char* early : cells) {
    for (const char* late : cells) {
      SCOPED_TRACE(std::string(early) + " then " + late);
      compare(late_text(early, 300, late), {}, {{1, 0}, {1, 100}, {5, 100}, {2, 1000}});
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  compare(late_text("17", 200'000, "x"), {}, {{1, 0}, {5, 0}});
}

TEST(CsvTwin, AgreesWhereTokensCouldBeNumbers) {
  table::ReadingOptions options;
  options.missing_tokens = {"-999", "1", "long token of more than sixteen bytes", "true"};
  compare("a,b,c\n-999,1,x\n2,1.0,long token of more than sixteen bytes\n3,1,true\n-999.0,,false\n", options,
          kManyWays);
}

TEST(CsvTwin, AgreesOnUtf16WithAFaultyHeader) {
  // Found by the fuzzer: the fault of the header comes to light before its bytes are checked.
  compare(std::string("\xFE\xFF\n\"a\"b,c\n1,2\n") + std::string(200, 'x') + "\n", {}, kManyWays);
}

TEST(CsvTwin, AgreesOnLongCellsAndManyLevels) {
  std::string text = "a,b,c\n";
  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i * 7919 % 10'007);
    text += "level " + number + "," + std::string(20, 'x') + number + ",\"q\"\"" + number + "\"\n";
  }
  compare(text, {}, {{1, 0}, {2, 0}, {5, 5000}, {5, 65536}});
  compare("a,b\n" + std::string(300'000, 'y') + ",1\n\"" + std::string(200'000, '\n') + "\",2\n", {},
          {{1, 0}, {1, 1000}, {5, 4096}});
}

/// Cells so large that their text goes while it becomes a level: nothing may look at it afterwards.
TEST(CsvTwin, AgreesOnCellsOfManyMegabytes) {
  const std::size_t size = std::size_t{9} << 20;
  const std::string letters(size, 'x');
  std::string lines;
  while (lines.size() < size) lines += "a line\r\n";
  std::string quotes;
  while (quotes.size() < size) quotes += "\"\"..";
  const std::string fraction = "1." + std::string(size, '5');
  const std::string rows = "1,1.5,y\n2,\"z\",12345678901234567891\n";
  const std::string rows_behind = "5,2.5,\n6,x,\" \"\"\"\n";
  const std::vector<std::string> files = {
      rows + "3,4," + letters + "\n" + rows_behind,
      rows + letters + "," + "\"" + lines + "\",1\n" + rows_behind,
      rows + "\"" + quotes + "\",\"" + lines + "\"," + letters,
      rows + "3,4,\"" + lines + "\" stray\n" + rows_behind,
      rows + "3,4,\"" + lines + "\"\n" + rows_behind + "7,8\n",
      "1,2,12345678901234567891\n3,4," + fraction + "\n5,6,7\n",  // numbers after all
      "1,2," + letters + "\n" + "1,2," + letters + "\n" + rows_behind,
      rows + "3,4,\"" + lines + "\"\n" + rows_behind + "9,9,\xFF\n",
      "\"" + lines + "\",4,5\n6,no number,7\n",
  };
  table::ReadingOptions b_is_numeric;
  b_is_numeric.kinds = {{"b", core::Kind::kNumeric}, {"c", core::Kind::kCategory}};
  for (std::size_t i = 0; i < files.size() && !HasFailure(); ++i) {
    SCOPED_TRACE("file " + std::to_string(i));
    std::vector<Way> ways = {{2, std::size_t{20} << 20}};
    if (!kIsSlow) ways.push_back({1, 0});
    if (!kIsSlow || i + 1 < files.size()) compare("a,b,c\n" + files[i], {}, ways);
    if (!kIsSlow || i + 1 == files.size()) compare("a,b,c\n" + files[i], b_is_numeric, ways);
  }
}

}  // namespace
}  // namespace rf::csv
