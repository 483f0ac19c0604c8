// SPDX-License-Identifier: MIT
// Row for row and in order what scikit-learn gave; the lists are made by tests/reference/make_splits.py.
#include "table/split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "json/parse.hpp"
#include "table/digest.hpp"
#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using core::KeptRow;
using Rows = std::vector<KeptRow>;

Rows rows_of(const json::Value& list) {
  Rows rows;
  for (const json::Value& row : list.as_array()) rows.push_back(static_cast<KeptRow>(row.as_number()));
  return rows;
}

json::Value cases_in(const std::string& name) {
  const std::string path = std::string(RUNFORGE_TEST_DATA_DIR) + "/splits/" + name;
  auto document = json::parse(test::file_bytes(path));
  if (!document.ok()) {
    ADD_FAILURE() << path << ": " << document.error().message;
    return json::Value::array();
  }
  return *document->find("cases");
}

/// The digest of these rows of a table that keeps all its rows.
std::string digest_of(const Rows& rows) {
  std::vector<TableRow> table_rows;
  for (const KeptRow row : rows) table_rows.push_back(TableRow{number_of(row)});
  return crypto::hex(row_list_digest(table_rows));
}

void expect_split(const Split& split, const json::Value& expected) {
  EXPECT_EQ(split.stratified, expected.find("stratified")->as_bool());
  if (const json::Value* train = expected.find("train")) {
    EXPECT_EQ(split.train, rows_of(*train));
    EXPECT_EQ(split.validation, rows_of(*expected.find("validation")));
  } else {
    EXPECT_EQ(digest_of(split.train), expected.find("train_sha256")->as_string());
    EXPECT_EQ(digest_of(split.validation), expected.find("validation_sha256")->as_string());
  }
}

double number(const json::Value& entry, const char* key) {
  return entry.find(key)->as_number();
}

std::vector<std::int32_t> classes_in(const json::Value& entry) {
  std::vector<std::int32_t> classes;
  if (const json::Value* text = entry.find("classes")) {
    for (const char c : text->as_string()) classes.push_back(c - '0');
    return classes;
  }
  const auto n_classes = static_cast<std::int64_t>(number(entry, "n_classes"));
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(number(entry, "n")); ++i) {
    classes.push_back(static_cast<std::int32_t>((i * i + i / 3) % n_classes));
  }
  return classes;
}

TEST(ShuffleSplit, EqualsScikitLearnRowForRow) {
  std::size_t n_cases = 0;
  const json::Value cases = cases_in("shuffle.json");
  for (const json::Value& entry : cases.as_array()) {
    SCOPED_TRACE(n_cases++);
    const auto split = shuffle_split(static_cast<std::size_t>(number(entry, "n")), number(entry, "fraction"),
                                     static_cast<std::uint32_t>(number(entry, "seed")));
    ASSERT_TRUE(split.ok());
    expect_split(*split, entry);
  }
  EXPECT_GE(n_cases, 40u);
}

TEST(StratifiedShuffleSplit, EqualsScikitLearnRowForRow) {
  std::size_t n_cases = 0;
  std::size_t n_plain = 0;
  const json::Value cases = cases_in("stratified_shuffle.json");
  for (const json::Value& entry : cases.as_array()) {
    SCOPED_TRACE(n_cases++);
    const std::vector<std::int32_t> classes = classes_in(entry);
    const auto n_classes = static_cast<std::size_t>(*std::max_element(classes.begin(), classes.end()) + 1);
    const auto split = stratified_shuffle_split(classes, n_classes, number(entry, "fraction"),
                                                static_cast<std::uint32_t>(number(entry, "seed")));
    ASSERT_TRUE(split.ok());
    expect_split(*split, entry);
    n_plain += split->stratified ? 0 : 1;
  }
  EXPECT_GE(n_cases, 90u);
  EXPECT_GE(n_plain, 3u) << "cases that scikit-learn refuses to stratify belong in the file";
}

TEST(ShuffleSplit, FractionZeroTrainsOnAllRowsInFileOrder) {
  const auto split = shuffle_split(4, 0, 42);
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(split->train, core::row_list<KeptRow>({0, 1, 2, 3}));
  EXPECT_TRUE(split->validation.empty());
  const std::vector<std::int32_t> classes = {1, 0, 1, 0};
  const auto stratified = stratified_shuffle_split(classes, 2, 0, 42);
  ASSERT_TRUE(stratified.ok());
  EXPECT_EQ(stratified->train, core::row_list<KeptRow>({0, 1, 2, 3}));
  EXPECT_FALSE(stratified->stratified);
}

TEST(ShuffleSplit, ValidationTakesTheCeiling) {
  EXPECT_EQ(shuffle_split(11, 0.2, 0)->validation.size(), 3u);
  EXPECT_EQ(shuffle_split(10, 0.2, 0)->validation.size(), 2u);
}

TEST(ShuffleSplit, NoTrainingRowLeftIsZeroRows) {
  for (const std::size_t n : {0u, 1u}) {
    const auto split = shuffle_split(n, 0.2, 42);
    ASSERT_FALSE(split.ok()) << n;
    EXPECT_EQ(split.error().code, core::Code::kZeroRows);
  }
  EXPECT_EQ(shuffle_split(1, 0.2, 42).error().message,
            "the split leaves no training rows: the only row is used for validation");
  EXPECT_EQ(nothing_trains(5, "row").message,
            "the split leaves no training rows: all 5 rows are used for validation");
  EXPECT_FALSE(stratified_shuffle_split({}, 0, 0.2, 42).ok());
  EXPECT_EQ(shuffle_split(1, 0, 42)->train, core::row_list<KeptRow>({0})) << "fraction 0 needs one row only";
}

TEST(StratifiedShuffleSplit, FallsBackWhenAClassHasOneRow) {
  const std::vector<std::int32_t> classes = {0, 0, 0, 0, 0, 1};
  const auto split = stratified_shuffle_split(classes, 2, 0.5, 42);
  ASSERT_TRUE(split.ok());
  EXPECT_FALSE(split->stratified);
  EXPECT_EQ(split->train, shuffle_split(6, 0.5, 42)->train);
}

TEST(StratifiedShuffleSplit, FallsBackWhenASideHasFewerRowsThanClasses) {
  const std::vector<std::int32_t> classes = {0, 0, 1, 1, 2, 2};
  EXPECT_FALSE(stratified_shuffle_split(classes, 3, 0.2, 42)->stratified) << "2 validation rows, 3 classes";
  EXPECT_FALSE(stratified_shuffle_split(classes, 3, 0.8, 42)->stratified) << "1 training row, 3 classes";
  EXPECT_TRUE(stratified_shuffle_split(classes, 3, 0.5, 42)->stratified);
}

TEST(StratifiedShuffleSplit, KeepsEveryRowOnceAndTheSharesOfTheClasses) {
  std::vector<std::int32_t> classes(1000);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = i % 10 == 0 ? 1 : 0;
  const auto split = stratified_shuffle_split(classes, 2, 0.2, 5);
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(std::count_if(split->validation.begin(), split->validation.end(),
                          [&](KeptRow r) { return classes[number_of(r)] == 1; }),
            20);
  Rows all = split->train;
  all.insert(all.end(), split->validation.begin(), split->validation.end());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(number_of(all[i]), i);
}

TEST(StratifiedShuffleSplit, AnotherSeedGivesAnotherSplit) {
  std::vector<std::int32_t> classes(100);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = i % 2 == 0 ? 1 : 0;
  EXPECT_NE(stratified_shuffle_split(classes, 2, 0.2, 1)->validation,
            stratified_shuffle_split(classes, 2, 0.2, 2)->validation);
}

}  // namespace
}  // namespace rf::table
