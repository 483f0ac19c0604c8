// SPDX-License-Identifier: MIT
// Tables straight from DuckDB: its own types, CSV files that it read, and Parquet that it wrote and read
// back, all with the content digest of the CSV as RunForge reads it. Environment: RUNFORGE_LIBDUCKDB names
// the library.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "abi/abi_client.hpp"
#include "duckdb.hpp"

namespace rf::duckdb_test {
namespace {

using abi_test::digest_of;
using abi_test::load_file;
using abi_test::load_text;

const Library& library() {
  static const Library found(std::getenv("RUNFORGE_LIBDUCKDB"));
  return found;
}

struct Taken {
  rf_status status;
  std::string code;
  std::string message;
  abi_test::Dataset dataset;
  std::size_t n_batches;
};

Taken take(Database& database, const std::string& sql) {
  QueryStream query(database, sql);
  ArrowArrayStream stream = query.open();
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  Taken taken;
  taken.status = rf_dataset_from_arrow_stream(&stream, nullptr, 0, nullptr, &dataset, &error);
  taken.code = rf_error_code(error);
  taken.message = rf_error_message(error);
  taken.dataset.reset(dataset);
  taken.n_batches = query.n_batches();
  rf_error_free(error);
  return taken;
}

std::string digest(Database& database, const std::string& sql) {
  const Taken taken = take(database, sql);
  EXPECT_EQ(taken.status, RF_OK) << sql << ": " << taken.code << " " << taken.message;
  return taken.status == RF_OK ? digest_of(taken.dataset.get()) : "";
}

std::string path_of(const char* name) {
  return std::string(RUNFORGE_TEST_DATA_DIR) + "/" + name;
}
/// A file as DuckDB reads it: types by its own detection over all rows, empty cells null.
std::string from_csv(const char* name) {
  return "SELECT * FROM read_csv('" + path_of(name) + "', sample_size = -1)";
}

TEST(DuckDb, CsvFilesThatItReadHaveTheContentOfTheFile) {
  Database database(library());
  for (const char* name : {"iris.csv", "titanic.csv", "diabetes.csv", "breast_cancer.csv"})
    EXPECT_EQ(digest(database, from_csv(name)), digest_of(load_file(path_of(name)).get())) << name;
}

TEST(DuckDb, ParquetHasTheContentOfTheCsv) {
  Database database(library());
  const std::string folder = testing::TempDir() + std::to_string(::getpid()) + "_runforge_duckdb";
  std::filesystem::create_directories(folder);
  for (const char* name : {"iris.csv", "titanic.csv"}) {
    const std::string parquet = folder + "/" + name + ".parquet";
    database.run("COPY (" + from_csv(name) + ") TO '" + parquet + "' (FORMAT parquet)");
    EXPECT_EQ(digest(database, "SELECT * FROM read_parquet('" + parquet + "')"),
              digest_of(load_file(path_of(name)).get()))
        << name;
  }
  std::filesystem::remove_all(folder);
}

TEST(DuckDb, EveryTypeOverSeveralBatchesIsRead) {
  Database database(library());
  const Taken taken = take(database, R"(
    SELECT i::TINYINT AS a, (i * 3)::SMALLINT AS b, i::INTEGER AS c, i::BIGINT * 1000000 AS d, (i % 200)::UTINYINT AS e,
           i::USMALLINT AS f, i::UINTEGER AS g, i::UBIGINT AS h, (i / 8)::FLOAT AS j, i / 16 AS k, i % 3 = 0 AS l,
           CASE WHEN i % 5 = 0 THEN NULL ELSE 'text ' || i % 1000 END AS m,
           (CASE WHEN i % 7 = 0 THEN NULL WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END)::ENUM('never', 'odd', 'even') AS n,
           CASE WHEN i % 4 = 1 THEN NULL ELSE i END::DOUBLE AS o
    FROM (SELECT r % 100 AS i FROM range(5000) t(r)))");
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  EXPECT_GT(taken.n_batches, 2U);
  std::string csv = "a,b,c,d,e,f,g,h,j,k,l,m,n,o\n";
  for (int r = 0; r < 5000; ++r) {
    const int i = r % 100;
    const std::string text = std::to_string(i);
    csv += text + "," + std::to_string(i * 3) + "," + text + "," + std::to_string(i * 1000000) + "," + text +
           "," + text + "," + text + "," + text + "," + std::to_string(i / 8.0) + "," +
           std::to_string(i / 16.0) + "," + (i % 3 == 0 ? "true" : "false") + "," +
           (i % 5 == 0 ? "" : "text " + text) + "," +
           (i % 7 == 0   ? ""
            : i % 2 == 0 ? "even"
                         : "odd") +
           "," + (i % 4 == 1 ? "" : text) + "\n";
  }
  EXPECT_EQ(digest_of(taken.dataset.get()), digest_of(load_text(csv).get()));
}

TEST(DuckDb, WideIntegersBecomeCategoriesOfTheirDigits) {
  Database database(library());
  EXPECT_EQ(digest(database, "SELECT 9007199254740993 + r AS id FROM range(3) t(r)"),
            digest_of(load_text("id\n9007199254740993\n9007199254740994\n9007199254740995\n").get()));
}

TEST(DuckDb, LargeTextIsReadAndTextViewsAreRefusedByName) {
  Database database(library());
  database.run("SET arrow_large_buffer_size = true");
  EXPECT_EQ(digest(database, from_csv("titanic.csv")), digest_of(load_file(path_of("titanic.csv")).get()));
  database.run("SET arrow_large_buffer_size = false");
  database.run("SET produce_arrow_string_view = true");
  database.run("SET arrow_output_version = '1.4'");
  const Taken views = take(database, from_csv("titanic.csv"));
  EXPECT_EQ(views.code, "UNSUPPORTED_TYPE");
  EXPECT_NE(views.message.find("column \"Name\""), std::string::npos) << views.message;
  EXPECT_NE(views.message.find("(a string view)"), std::string::npos) << views.message;
}

TEST(DuckDb, TypesThatAreNotReadAreNamed) {
  Database database(library());
  const std::pair<const char*, const char*> types[] = {{"DATE '2024-01-31'", "a date"},
                                                       {"TIMESTAMP '2024-01-31 12:00:00'", "a timestamp"},
                                                       {"TIME '12:00:00'", "a time of day"},
                                                       {"1.5::DECIMAL(10, 2)", "a decimal"},
                                                       {"[1, 2]", "a list"},
                                                       {"{'a': 1}", "a struct"},
                                                       {"'\\xAA'::BLOB", "binary"},
                                                       {"INTERVAL 1 DAY", "an interval"}};
  for (const auto& [expression, word] : types) {
    const Taken taken = take(database, std::string("SELECT 1 AS x, ") + expression + " AS \"when\"");
    EXPECT_EQ(taken.status, RF_E_UNSUPPORTED) << expression;
    EXPECT_NE(taken.message.find("column \"when\""), std::string::npos) << taken.message;
    EXPECT_NE(taken.message.find(word), std::string::npos) << taken.message;
  }
}

TEST(DuckDb, TrainingsEqualThoseOfTheCsv) {
  Database database(library());
  const Taken taken = take(database, from_csv("titanic.csv"));
  ASSERT_EQ(taken.status, RF_OK) << taken.message;
  const abi_test::Dataset csv = load_file(path_of("titanic.csv"));
  for (const char* config :
       {R"({"label": "Survived", "missing": {"policy": "fill"}})",
        R"({"label": "Survived", "model": "random_forest", "params": {"n_estimators": 10}})"})
    EXPECT_EQ(abi_test::result_digest_of(abi_test::train(taken.dataset.get(), config).get()),
              abi_test::result_digest_of(abi_test::train(csv.get(), config).get()));
}

}  // namespace
}  // namespace rf::duckdb_test
