// SPDX-License-Identifier: MIT
// Golden digests come from content_digest.py beside this file, which is written from
// docs/formats/content-digest.md.
#include "table/digest.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "table/column_builder.hpp"
#include "unit/core/row_list.hpp"
#include "unit/table/support.hpp"

namespace rf::table {
namespace {

using namespace test;

std::string digest_of(const Table& table, std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return crypto::hex(content_digest(table, context).value());
}

std::map<std::string, std::string> golden_digests() {
  std::map<std::string, std::string> digests;
  std::istringstream lines(file_bytes(std::string(RUNFORGE_TEST_DATA_DIR) + "/content_digests.txt"));
  std::string digest;
  std::string name;
  while (lines >> digest >> name) digests[name] = digest;
  return digests;
}

/// made_table() of content_digest.py: two chunks and a bit, each kind, missing values.
Table made_table() {
  const std::size_t n_rows = 2 * 65536 + 100;
  std::vector<double> numbers;
  std::vector<std::int8_t> flags;
  ColumnBuilder texts("text \xC3\xA9", Kind::kCategory, n_rows);
  for (std::uint64_t i = 0; i < n_rows; ++i) {
    numbers.push_back(i % 11 == 0 ? kMissing : static_cast<double>(i) / 8 - 1000);
    flags.push_back(i % 7 == 3 ? std::int8_t{-1} : static_cast<std::int8_t>(i % 3 == 0));
    i % 5 == 4 ? texts.add_missing() : texts.add("level " + std::to_string(i * i % 70001 / 9));
  }
  return table_of({numeric_column("number", numbers), boolean_column("flag", flags), texts.finish()});
}

TEST(ContentDigest, EqualsThePythonReimplementationOnFiles) {
  const auto golden = golden_digests();
  for (const char* name : {"iris.csv", "breast_cancer.csv", "diabetes.csv", "titanic.csv", "kinds.csv"}) {
    ASSERT_TRUE(golden.contains(name)) << name;
    const Dataset dataset = must_read(file_bytes(std::string(RUNFORGE_TEST_DATA_DIR) + "/" + name));
    EXPECT_EQ(digest_of(dataset.table), golden.at(name)) << name;
  }
}

TEST(ContentDigest, EqualsThePythonReimplementationOverSeveralChunks) {
  EXPECT_EQ(digest_of(made_table()), golden_digests().at("made"));
}

// Pinned here too, so that file and program cannot change together unnoticed.
TEST(ContentDigest, OfIrisIsGolden) {
  const Dataset dataset = must_read(file_bytes(std::string(RUNFORGE_TEST_DATA_DIR) + "/iris.csv"));
  EXPECT_EQ(digest_of(dataset.table), "b8bcc940fa90661102f39cce13a35ef560298f1d636034abd80a517966aeb7ce");
}

TEST(ContentDigest, IsTheSameForAnyNumberOfThreads) {
  const Table table = made_table();
  const std::string expected = digest_of(table, 1);
  for (const std::uint32_t n_threads : {2u, 7u})
    EXPECT_EQ(digest_of(table, n_threads), expected) << n_threads;
}

// By hand: SHA-256 over the concatenated pieces of the layout, one row of one numeric column.
TEST(ContentDigest, FollowsTheLayoutOfTheDocument) {
  const auto u64 = [](std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  };
  const auto raw = [](const crypto::Digest& digest) { return std::string(digest.begin(), digest.end()); };
  const std::string one_and_a_half = u64(0x3FF8000000000000);
  const std::string chunk =
      raw(crypto::sha256("runforge.chunk.v1" + u64(2) + "\x01" + one_and_a_half + u64(0)));
  const std::string column =
      raw(crypto::sha256("runforge.column.v1" + u64(1) + "x" + u64(7) + "numeric" + u64(2) + chunk));
  const std::string expected = crypto::sha256_hex("runforge.table.v1" + u64(2) + u64(1) + column);
  EXPECT_EQ(digest_of(table_of({numeric_column("x", {1.5, kMissing})})), expected);
}

TEST(ContentDigest, SeesEveryNameKindValueAndOrder) {
  const std::vector<Table> tables = {
      table_of({numeric_column("x", {1, 0})}),
      table_of({numeric_column("y", {1, 0})}),
      table_of({numeric_column("x", {0, 1})}),
      table_of({numeric_column("x", {1, kMissing})}),
      table_of({numeric_column("x", {1})}),
      table_of({boolean_column("x", {1, 0})}),
      table_of({boolean_column("x", {1, -1})}),
      table_of({category_column("x", {"1", "0"})}),
      table_of({category_column("x", {"1", std::nullopt})}),
      table_of({category_column("x", {"1", "1"})}),
      table_of({category_column("x", {"10", ""})}),
      table_of({numeric_column("x", {1, 0}), numeric_column("y", {1, 0})}),
      table_of({numeric_column("y", {1, 0}), numeric_column("x", {1, 0})}),
  };
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto [other, is_new] = seen.try_emplace(digest_of(tables[i]), i);
    EXPECT_TRUE(is_new) << i << " and " << other->second;
  }
}

TEST(ContentDigest, NegativeZeroIsZero) {
  EXPECT_EQ(digest_of(table_of({numeric_column("x", {-0.0})})),
            digest_of(table_of({numeric_column("x", {0.0})})));
}

TEST(ContentDigest, TablesOfWholeChunksAndOneMoreRowDiffer) {
  std::vector<std::int8_t> flags(65536, 0);
  const std::string whole = digest_of(table_of({boolean_column("x", flags)}));
  flags.push_back(0);
  EXPECT_NE(digest_of(table_of({boolean_column("x", flags)})), whole);
}

TEST(ContentDigest, AllMissingCategoryHasADigest) {
  EXPECT_NE(digest_of(table_of({category_column("x", {std::nullopt})})),
            digest_of(table_of({numeric_column("x", {kMissing})})));
}

// printf '\x05\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0' | sha256sum
TEST(RowListDigest, IsTheHashOfLittleEndianRowNumbers) {
  const auto rows = core::row_list<TableRow>({5, 1});
  EXPECT_EQ(crypto::hex(row_list_digest(rows)),
            crypto::sha256_hex(std::string_view("\x05\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 16)));
  EXPECT_EQ(crypto::hex(row_list_digest({})), crypto::sha256_hex(""));
  EXPECT_EQ(crypto::hex(row_list_digest(std::vector{TableRow{0xFFFFFFFF}})),
            crypto::sha256_hex(std::string_view("\xFF\xFF\xFF\xFF\0\0\0\0", 8)));
}

}  // namespace
}  // namespace rf::table
