// SPDX-License-Identifier: MIT
// rf_hooks.max_bytes while a table is loaded, whichever way it comes: refused before it is passed, and no
// trace of it where it is not.
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "arrow_client.hpp"
#include "unit/core/temporary_folder.hpp"

namespace rf::abi_test {
namespace {

constexpr std::size_t kRows = 40000;
constexpr std::uint64_t kNumberBytes = 3 * 8 * kRows;  ///< of three numeric columns

std::string numbers_csv() {
  std::string csv = "a,b,label\n";
  for (std::size_t i = 0; i < kRows; ++i)
    csv +=
        std::to_string(i % 97) + ".5," + std::to_string(i * 31 % 1009) + "," + std::to_string(i % 2) + "\n";
  return csv;
}

struct Loaded {
  rf_status status = RF_OK;
  std::string code;
  std::string message;
  Dataset dataset;
};

template <class Load>
Loaded load_under(std::uint64_t max_bytes, std::uint32_t threads, Load load) {
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.max_bytes = max_bytes;
  hooks.threads = threads;
  rf_dataset* dataset = nullptr;
  rf_error* error = nullptr;
  Loaded loaded;
  loaded.status = load(&hooks, &dataset, &error);
  loaded.code = rf_error_code(error);
  loaded.message = rf_error_message(error);
  loaded.dataset.reset(dataset);
  rf_error_free(error);
  return loaded;
}

Loaded load_text_under(const std::string& csv, std::uint64_t max_bytes, std::uint32_t threads = 1) {
  return load_under(max_bytes, threads, [&](const rf_hooks* hooks, rf_dataset** out, rf_error** error) {
    return rf_dataset_load_buffer(csv.data(), csv.size(), nullptr, 0, hooks, out, error);
  });
}

TEST(LoadCeiling, NumbersAreRefusedOneByteBelowTheirSize) {
  const std::string csv = numbers_csv();
  const std::string expected = digest_of(load_text(csv).get());
  const core::TemporaryFolder folder;
  const std::string path = folder.path("numbers.csv");
  std::ofstream(path, std::ios::binary) << csv;
  const auto file = [&](const rf_hooks* hooks, rf_dataset** out, rf_error** error) {
    return rf_dataset_load(path.c_str(), nullptr, 0, hooks, out, error);
  };
  for (const std::uint32_t threads : {1U, 3U}) {
    for (const Loaded& refused :
         {load_text_under(csv, kNumberBytes - 1, threads), load_under(kNumberBytes - 1, threads, file)}) {
      EXPECT_EQ(refused.status, RF_E_LIMIT);
      EXPECT_EQ(refused.code, "LIMIT_REACHED");
      EXPECT_EQ(refused.message,
                "max_bytes allows 959999 bytes; with the rows read so far this needs at least 960000");
      EXPECT_EQ(refused.dataset, nullptr);
    }
    for (const Loaded& loaded :
         {load_text_under(csv, kNumberBytes, threads), load_under(kNumberBytes, threads, file)}) {
      ASSERT_EQ(loaded.status, RF_OK) << loaded.message;
      EXPECT_EQ(digest_of(loaded.dataset.get()), expected);
    }
  }
}

TEST(LoadCeiling, ARefusalComesWithTheFirstChunkThatIsTooMuch) {
  const Loaded refused = load_text_under(numbers_csv(), 100000);
  ASSERT_EQ(refused.status, RF_E_LIMIT);
  const std::uint64_t needed = std::stoull(refused.message.substr(refused.message.rfind(' ') + 1));
  EXPECT_GT(needed, 100000U);
  EXPECT_LT(needed, kNumberBytes / 2);
}

TEST(LoadCeiling, LevelsCount) {
  std::string csv = "a,label\n";
  for (std::size_t i = 0; i < kRows; ++i) csv += "level number " + std::to_string(i) + " of many,1\n";
  const std::uint64_t cells = (4 + 8) * kRows;
  EXPECT_EQ(load_text_under(csv, 2 * cells).status, RF_E_LIMIT);
  EXPECT_EQ(load_text_under(csv, 2 * cells + 120 * kRows).status, RF_OK);
}

TEST(LoadCeiling, ALongRecordCounts) {
  const std::string csv = "a,label\n\"" + std::string(8 << 20, 'x') + "\",1\nb,0\n";
  const Loaded refused = load_text_under(csv, 4 << 20);
  EXPECT_EQ(refused.status, RF_E_LIMIT);
  EXPECT_NE(refused.message.find("a record longer than a chunk"), std::string::npos) << refused.message;
  EXPECT_EQ(load_text_under(csv, 40 << 20).status, RF_OK);
  const std::string header = std::string(8 << 20, 'x') + ",label\nb,0\n";
  const Loaded refused_header = load_text_under(header, 4 << 20);
  EXPECT_EQ(refused_header.status, RF_E_LIMIT);
  EXPECT_NE(refused_header.message.find("the header"), std::string::npos) << refused_header.message;
}

TEST(LoadCeiling, AColumnReadTwiceCountsOnce) {
  std::string csv = numbers_csv();
  csv += "none of these,1,0\n";  // the first column is text: its numbers are given up and read again
  const std::uint64_t n = kRows + 1;
  const Loaded loaded = load_text_under(csv, (8 + 8 + 8) * n + 97 * 100);
  ASSERT_EQ(loaded.status, RF_OK) << loaded.message;
  EXPECT_EQ(rf_dataset_column_kind(loaded.dataset.get(), 0), RF_KIND_CATEGORY);
  EXPECT_EQ(load_text_under(csv, (4 + 8 + 8) * n).status, RF_E_LIMIT);
}

TEST(LoadCeiling, WhatIsKeptOfAPipeCounts) {
  const std::string csv = numbers_csv();
  const auto load = [&](std::uint64_t max_bytes) {
    const core::TemporaryFolder folder;
    const std::string path = folder.path("pipe");
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer([&] {
      // The reader may stop early, and the pipe break.
      const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(std::fopen(path.c_str(), "wb"), std::fclose);
      std::fwrite(csv.data(), 1, csv.size(), pipe.get());
    });
    Loaded loaded = load_under(max_bytes, 1, [&](const rf_hooks* hooks, rf_dataset** out, rf_error** error) {
      return rf_dataset_load(path.c_str(), nullptr, 0, hooks, out, error);
    });
    writer.join();
    return loaded;
  };
  ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(load(kNumberBytes + csv.size() - 1).status, RF_E_LIMIT);
  EXPECT_EQ(load(kNumberBytes + csv.size()).status, RF_OK);
}

TEST(LoadCeiling, ArrowIsRefusedBeforeTheBatchThatIsTooMuch) {
  std::vector<double> numbers(1000, 1.5);
  std::vector<bool> flags(1000, true);
  const Node batch =
      struct_of({number_column("a", "g", numbers), number_column("b", "i", std::vector<std::int32_t>(1000)),
                 bool_column("c", flags)});
  Producer producer;
  producer.schema = batch;
  producer.batches.assign(10, batch);
  const std::uint64_t n_bytes = 10 * 1000 * (8 + 8 + 1);
  for (const std::uint32_t threads : {1U, 3U}) {
    rf_hooks hooks = RF_HOOKS_INIT;
    hooks.threads = threads;
    hooks.max_bytes = n_bytes - 1;
    const Taken refused = take_stream(producer, nullptr, &hooks);
    EXPECT_EQ(refused.status, RF_E_LIMIT);
    EXPECT_EQ(refused.message,
              "max_bytes allows 169999 bytes; with the rows handed over so far this needs at least 170000");
    EXPECT_EQ(producer.released.arrays, 10);
    hooks.max_bytes = 20000;
    EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_E_LIMIT);
    EXPECT_EQ(producer.released.arrays, 2);  // the second batch was asked for and not taken
    hooks.max_bytes = n_bytes;
    EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_OK);
  }
  for (const std::uint64_t max_bytes : {std::uint64_t{16999}, std::uint64_t{17000}}) {
    ArrowSchema schema;
    ArrowArray array;
    Released released;
    hand_out(batch, &schema, &released.schemas);
    hand_out(batch, &array, &released.arrays);
    const Loaded loaded =
        load_under(max_bytes, 1, [&](const rf_hooks* hooks, rf_dataset** out, rf_error** error) {
          return rf_dataset_from_arrow(&schema, &array, nullptr, 0, hooks, out, error);
        });
    EXPECT_EQ(loaded.status, max_bytes == 17000 ? RF_OK : RF_E_LIMIT);
    EXPECT_EQ(released.schemas + released.arrays, 2);
  }
}

TEST(LoadCeiling, ArrowTextCountsWithItsLevels) {
  std::vector<std::optional<std::string>> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("level number " + std::to_string(i) + " of many");
  Producer producer;
  producer.schema = struct_of({text_column("a", texts)});
  producer.batches = {producer.schema, producer.schema};
  rf_hooks hooks = RF_HOOKS_INIT;
  hooks.max_bytes = 20000;
  EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_E_LIMIT);
  EXPECT_EQ(producer.released.arrays, 1);  // no other was asked for
  hooks.max_bytes = 200000;
  EXPECT_EQ(take_stream(producer, nullptr, &hooks).status, RF_OK);
}

}  // namespace
}  // namespace rf::abi_test
