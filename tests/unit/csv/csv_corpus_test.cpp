// SPDX-License-Identifier: MIT
// Files of others: csv-spectrum with its expected records, DuckDB's edge cases and fuzzer inputs, and the
// real datasets with their published counts. They lie outside the repository; without them these tests are
// skipped and say so.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "table/digest.hpp"
#include "unit/csv/raw_records.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using namespace table::test;
namespace fs = std::filesystem;

const std::string kShared = RUNFORGE_SHARED_DIR;

#define SKIP_WITHOUT(folder) \
  if (!fs::is_directory(folder)) GTEST_SKIP() << "SKIPPED: no folder " << (folder) << " beside the repository"

std::vector<fs::path> files_in(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Records as csv-spectrum writes them: an object per record, or one object alone.
json::Value as_objects(const std::vector<std::vector<std::string>>& records) {
  json::Value::Array objects;
  for (std::size_t i = 1; i < records.size(); ++i) {
    json::Value object = json::Value::object();
    for (std::size_t j = 0; j < records[i].size(); ++j) object.set(records[0].at(j), records[i][j]);
    objects.push_back(std::move(object));
  }
  return objects;
}

TEST(CsvSpectrum, RecordsEqualTheExpectedOnes) {
  const std::string folder = kShared + "/csv-corpus/csv-spectrum";
  SKIP_WITHOUT(folder);
  std::size_t n_files = 0;
  for (const fs::path& path : files_in(folder + "/csvs")) {
    SCOPED_TRACE(path.filename());
    const auto records = test::read_raw_records(table::test::file_bytes(path), ',');
    ASSERT_TRUE(records.ok()) << records.error().message;
    auto expected = json::parse(table::test::file_bytes(folder + "/json/" + path.stem().string() + ".json"));
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    json::Value wanted = expected->is_array() ? *expected : json::Value::Array{*expected};
    if (path.stem() == "location_coordinates") {
      // The corpus has another telephone number in the expected record than in the file.
      wanted.as_array()[0].set("Contact Phone Number", "2095257564");
    }
    EXPECT_TRUE(as_objects(*records) == wanted);
    ++n_files;
  }
  EXPECT_EQ(n_files, 12u);
}

/// Code or content, whichever reading gives.
std::string verdict(const std::string& bytes, std::uint32_t n_threads) {
  table::test::TestContext context(n_threads);
  const auto result = read_csv(bytes, {}, "x.csv", context);
  if (!result.ok()) {
    EXPECT_FALSE(result.error().message.empty());
    EXPECT_TRUE(result.error().status() == core::Status::kData) << result.error().message;
    EXPECT_EQ(result.error().message.substr(0, 5), "x.csv");
    return std::string(core::code_name(result.error().code)) + " " + result.error().message;
  }
  return crypto::hex(table::content_digest(result->table, context).value());
}

std::map<std::string, std::string> verdicts_of(const std::string& folder) {
  std::map<std::string, std::string> verdicts;
  for (const fs::path& path : files_in(folder)) {
    SCOPED_TRACE(path.filename());
    const std::string bytes = table::test::file_bytes(path);
    const std::string found = verdict(bytes, 1);
    EXPECT_EQ(verdict(bytes, 2), found);
    EXPECT_EQ(verdict(bytes, 5), found);
    verdicts[path.filename()] = found;
  }
  return verdicts;
}

TEST(DuckDbCorpus, EveryFuzzerInputGivesATableOrAClearError) {
  const std::string folder = kShared + "/csv-corpus/duckdb-fuzz";
  SKIP_WITHOUT(folder);
  EXPECT_EQ(verdicts_of(folder).size(), files_in(folder).size());
}

TEST(DuckDbCorpus, EdgeCasesGiveTheVerdictOfTheRules) {
  const std::string folder = kShared + "/csv-corpus/duckdb-edge";
  SKIP_WITHOUT(folder);
  const auto verdicts = verdicts_of(folder);
  const std::map<std::string, std::string> errors = {
      {"empty.csv", "EMPTY_FILE"},
      {"header_only.csv", "ZERO_ROWS"},
      {"nullbyte.csv", "NUL_BYTE"},
      {"invalid_utf8.csv", "INVALID_UTF8"},
      {"inconsistent_cells.csv", "RAGGED_ROW"},
      {"csv_quoted_newline_odd.csv", "RAGGED_ROW"},
  };
  for (const auto& [name, code] : errors) {
    ASSERT_TRUE(verdicts.contains(name)) << name;
    EXPECT_EQ(verdicts.at(name).substr(0, code.size()), code) << name << ": " << verdicts.at(name);
  }
  for (const char* name : {"all_quotes.csv", "blank_line.csv", "leading_zeros.csv", "mixed_new_line.csv",
                           "one_r_n_two.csv", "quoted_newline.csv", "soccer_kaggle.csv"}) {
    ASSERT_TRUE(verdicts.contains(name)) << name;
    EXPECT_EQ(verdicts.at(name).size(), 64u) << name << ": " << verdicts.at(name);
  }
}

struct Expected {
  std::size_t n_rows;
  std::size_t n_columns;
  std::map<std::string, std::uint64_t> missing;  ///< of the columns that miss values; all others miss none
};

// Rows, columns and missing counts as the datasets' README gives them; adult's missing counts are those of
// "?" in it.
const std::map<std::string, Expected> kDatasets = {
    {"iris", {150, 5, {}}},
    {"wine", {178, 14, {}}},
    {"breast_cancer", {569, 31, {}}},
    {"digits", {1797, 65, {}}},
    {"diabetes", {442, 11, {}}},
    {"titanic", {891, 12, {{"Age", 177}, {"Cabin", 687}, {"Embarked", 2}}}},
    {"adult", {32561, 15, {{"workclass", 1836}, {"occupation", 1843}, {"native_country", 583}}}},
    {"winequality_red", {1599, 12, {}}},
    {"california_housing", {20640, 10, {{"total_bedrooms", 207}}}},
    {"mushroom", {8124, 24, {{"stalk_root", 2480}}}},
    {"covtype_20k", {20000, 55, {}}},
    {"give_me_some_credit", {150000, 12, {{"MonthlyIncome", 29731}, {"NumberOfDependents", 3924}}}},
};

TEST(RealDatasets, LoadWithTheirPublishedCounts) {
  const std::string folder = kShared + "/data";
  SKIP_WITHOUT(folder);
  for (const auto& [name, expected] : kDatasets) {
    SCOPED_TRACE(name);
    const std::string bytes = table::test::file_bytes(folder + "/" + name + ".csv");
    const table::Dataset dataset = table::test::must_read(bytes);
    EXPECT_EQ(dataset.table.n_rows, expected.n_rows);
    ASSERT_EQ(dataset.table.columns.size(), expected.n_columns);
    for (const table::Column& column : dataset.table.columns) {
      std::uint64_t missing = 0;
      for (std::size_t row = 0; row < dataset.table.n_rows; ++row)
        missing += column.is_missing(static_cast<core::TableRow>(row));
      const auto wanted = expected.missing.find(column.name);
      EXPECT_EQ(missing, wanted == expected.missing.end() ? 0 : wanted->second) << column.name;
    }
  }
}

TEST(RealDatasets, QuirksAreRead) {
  const std::string folder = kShared + "/data";
  SKIP_WITHOUT(folder);
  const table::Dataset wine =
      table::test::must_read(table::test::file_bytes(folder + "/winequality_red.csv"));
  EXPECT_TRUE(wine.source->bom);
  EXPECT_EQ(wine.source->newline, table::Newline::kCrLf);
  EXPECT_EQ(wine.table.columns[0].name, "fixed acidity");
  const table::Dataset credit =
      table::test::must_read(table::test::file_bytes(folder + "/give_me_some_credit.csv"));
  EXPECT_EQ(credit.table.columns[0].name, "column_1");
  EXPECT_EQ(credit.table.columns[0].kind(), core::Kind::kNumeric);
  const table::Dataset adult = table::test::must_read(table::test::file_bytes(folder + "/adult.csv"));
  EXPECT_EQ(adult.source->blank_lines, 1u);
  EXPECT_EQ(adult.table.columns[1].category().levels[0], "State-gov");
  const table::Dataset titanic = table::test::must_read(table::test::file_bytes(folder + "/titanic.csv"));
  const table::CategoryValues& names = titanic.table.columns[titanic.table.find("Name")].category();
  EXPECT_NE(std::find(names.levels.begin(), names.levels.end(),
                      "Cumings, Mrs. John Bradley (Florence Briggs Thayer)"),
            names.levels.end());
}

}  // namespace
}  // namespace rf::csv
