// SPDX-License-Identifier: MIT
// Where text comes from: memory, files, pipes, compressed or not; and what becomes of sources that misbehave.
#include "csv/byte_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#if defined(RF_HAS_ZLIB)
#include <zlib.h>
#endif
#if defined(RF_HAS_ZSTD)
#include <zstd.h>
#endif

#include "unit/core/temporary_folder.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using namespace table::test;
using core::Code;
using core::TemporaryFolder;

void write(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string some_csv(std::size_t n_rows) {
  std::string text = "a,b,c\n";
  for (std::size_t i = 0; i < n_rows; ++i)
    text += std::to_string(i) + ".5,level " + std::to_string(i % 7) + "," + (i % 2 == 0 ? "true" : "false") +
            "\n";
  return text;
}

core::Result<table::Dataset> read_path(const std::string& path, const table::ReadingOptions& options = {},
                                       std::uint32_t n_threads = 1, const core::MonitorHooks& hooks = {}) {
  table::test::TestContext context(n_threads, hooks);
  RF_ASSIGN(ByteSource source, ByteSource::open(path));
  source.hash_bytes();
  return read_csv(source, options, path, context, {.chunk_bytes = 1000});
}

void expect_same_table(const table::Dataset& found, const table::Dataset& wanted) {
  ASSERT_EQ(found.table.n_rows, wanted.table.n_rows);
  ASSERT_EQ(found.table.columns.size(), wanted.table.columns.size());
  table::test::TestContext context;
  // Names, kinds and values.
  for (std::size_t j = 0; j < wanted.table.columns.size(); ++j) {
    EXPECT_EQ(found.table.columns[j].name, wanted.table.columns[j].name);
    ASSERT_EQ(found.table.columns[j].kind(), wanted.table.columns[j].kind());
  }
  EXPECT_EQ(found.table.columns[0].numeric().values, wanted.table.columns[0].numeric().values);
  EXPECT_EQ(found.table.columns[1].category().codes, wanted.table.columns[1].category().codes);
}

TEST(ByteSource, AFileGivesItsBytesAndTheirFingerprint) {
  const TemporaryFolder folder;
  const std::string text = some_csv(3000);
  write(folder.path("x.csv"), text);
  for (const std::uint32_t n_threads : {1U, 3U}) {
    const auto dataset = read_path(folder.path("x.csv"), {}, n_threads);
    ASSERT_TRUE(dataset.ok()) << dataset.error().message;
    expect_same_table(*dataset, table::test::must_read(text));
    EXPECT_EQ(dataset->source->fingerprint_sha256, crypto::sha256_hex(text));
    EXPECT_EQ(dataset->source->size_bytes, text.size());
  }
}

TEST(ByteSource, WhatIsNoFileIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_path(folder.path("none.csv")).error().code, Code::kFileNotFound);
  EXPECT_EQ(read_path(folder.path("")).error().code, Code::kNotAFile);
  EXPECT_EQ(read_path("/dev/null").error().code, Code::kNotAFile);
}

/// Writes text into a new pipe, a few bytes at a time, while it is read.
class SlowWriter {
 public:
  SlowWriter(const std::string& path, std::string text) : text_(std::move(text)) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    thread_ = std::thread([this, path] {
      const int descriptor = ::open(path.c_str(), O_WRONLY);
      for (std::size_t at = 0; at < text_.size();) {
        const ssize_t n_written =
            ::write(descriptor, text_.data() + at, std::min<std::size_t>(777, text_.size() - at));
        if (n_written <= 0) break;
        at += static_cast<std::size_t>(n_written);
      }
      ::close(descriptor);
    });
  }
  ~SlowWriter() { thread_.join(); }

 private:
  std::string text_;
  std::thread thread_;
};

TEST(ByteSource, APipeIsReadToItsEnd) {
  const TemporaryFolder folder;
  const std::string text = some_csv(5000);
  const SlowWriter writer(folder.path("pipe"), text);
  const auto dataset = read_path(folder.path("pipe"), {}, 2);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  expect_same_table(*dataset, table::test::must_read(text));
  EXPECT_EQ(dataset->source->fingerprint_sha256, crypto::sha256_hex(text));
  EXPECT_EQ(dataset->source->size_bytes, text.size());
}

TEST(ByteSource, APipeCanBeReadTwiceForAColumnThatTurnsOutToBeText) {
  const TemporaryFolder folder;
  std::string text = some_csv(5000);
  text += "text at last,level 1,true\n";
  const SlowWriter writer(folder.path("pipe"), text);
  const auto dataset = read_path(folder.path("pipe"), {}, 2);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  EXPECT_EQ(dataset->table.columns[0].category().codes,
            table::test::must_read(text).table.columns[0].category().codes);
  EXPECT_EQ(dataset->table.columns[0].category().levels[0], "0.5");
}

// Of what is refused there is no second look: a pipe without an end would fill the memory.
TEST(ByteSource, NothingIsKeptOfAPipeOnceItsTextHasAFault) {
  constexpr std::uint64_t kMostKept = 200000;
  for (const std::string& fault :
       {std::string("a,b,c\n1,2,3,4\n"), std::string("a,a,c\n"), std::string("a,b\xff,c\n")}) {
    const TemporaryFolder folder;
    const SlowWriter writer(folder.path("pipe"), fault + some_csv(40000));
    table::test::TestContext context(2);
    core::MemoryBudget budget(kMostKept);
    context.context.budget = &budget;
    ByteSource source = ByteSource::open(folder.path("pipe")).value();
    source.count_in(&budget);
    const auto dataset = read_csv(source, {}, "pipe", context, {.chunk_bytes = 1000});
    ASSERT_FALSE(dataset.ok());
    EXPECT_NE(dataset.error().code, Code::kLimitReached) << dataset.error().message;
  }
}

TEST(ByteSource, CancelAnswersWhileAPipesWriterStalls) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  for (const bool with_writer : {false, true}) {
    int writer = -1;
    std::atomic<bool> cancel = false;
    std::chrono::steady_clock::time_point asked;
    std::thread other([&] {
      if (with_writer) {
        writer = ::open(folder.path("pipe").c_str(), O_WRONLY);
        EXPECT_EQ(::write(writer, "a,b\n1,", 6), 6);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      asked = std::chrono::steady_clock::now();
      cancel = true;
    });
    core::MonitorHooks hooks;
    hooks.cancel = &cancel;
    const auto result = read_path(folder.path("pipe"), {}, 2, hooks);
    const auto answered = std::chrono::steady_clock::now();
    other.join();
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Code::kCancelled);
    // The contract is 200 ms; a machine with other work gets ten times that.
    EXPECT_LT(std::chrono::duration<double>(answered - asked).count(), 2.0);
    if (writer >= 0) ::close(writer);
  }
}

TEST(ByteSource, AFileThatShrinksWhileItIsReadEndsEarly) {
  const TemporaryFolder folder;
  const std::string text = some_csv(3000);
  write(folder.path("x.csv"), text);
  auto source = ByteSource::open(folder.path("x.csv"));
  ASSERT_TRUE(source.ok());
  source->hash_bytes();
  ASSERT_EQ(::truncate(folder.path("x.csv").c_str(), 6 + 10), 0);
  table::test::TestContext context(2);
  const auto dataset = read_csv(*source, {}, "x.csv", context, {.chunk_bytes = 100});
  ASSERT_FALSE(dataset.ok()) << "the last record is cut";
  EXPECT_EQ(dataset.error().code, Code::kRaggedRow);
}

TEST(ByteSource, AFileThatIsUnlinkedIsReadToItsEnd) {
  const TemporaryFolder folder;
  write(folder.path("x.csv"), some_csv(3000));
  auto source = ByteSource::open(folder.path("x.csv"));
  ASSERT_TRUE(source.ok());
  ::unlink(folder.path("x.csv").c_str());
  table::test::TestContext context(2);
  EXPECT_TRUE(read_csv(*source, {}, "x.csv", context, {.chunk_bytes = 100}).ok());
}

TEST(ByteSource, AFileThatChangesBetweenTwoPassesIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.csv");
  std::string text = some_csv(3000);
  text += "text at last,level 1,true\n";
  write(path, text);
  struct State {
    std::string path;
    std::string other;
    bool done = false;
  } state{path, text, false};
  state.other[10] = '7';
  core::MonitorHooks hooks;
  hooks.user = &state;
  hooks.progress = [](void* user, const char*, std::uint64_t done, std::uint64_t total) -> std::int32_t {
    auto* own = static_cast<State*>(user);
    if (done == total) {
      own->done = true;
      std::ofstream(own->path, std::ios::binary) << own->other;
    }
    return 0;
  };
  const auto dataset = read_path(path, {}, 2, hooks);
  EXPECT_TRUE(state.done);
  ASSERT_FALSE(dataset.ok());
  EXPECT_EQ(dataset.error().code, Code::kReadFailed);
  EXPECT_NE(dataset.error().message.find("changed"), std::string::npos);
}

#if defined(RF_HAS_ZLIB)
std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string bytes(text.size() / 2 + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(bytes.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return bytes;
}

TEST(ByteSource, GzipGivesTheSameTableAndTheFingerprintOfTheFile) {
  const std::string text = some_csv(20'000);
  // Two members in a row are one text.
  const std::string bytes = gzip(text.substr(0, 5000)) + gzip(text.substr(5000));
  const TemporaryFolder folder;
  write(folder.path("x.csv.gz"), bytes);
  const auto dataset = read_path(folder.path("x.csv.gz"), {}, 3);
  ASSERT_TRUE(dataset.ok()) << dataset.error().message;
  expect_same_table(*dataset, table::test::must_read(text));
  expect_same_table(table::test::must_read(bytes), table::test::must_read(text));
  EXPECT_EQ(dataset->source->fingerprint_sha256, crypto::sha256_hex(bytes));
  EXPECT_EQ(dataset->source->size_bytes, bytes.size());
}

TEST(ByteSource, ACompressedFileIsReadTwiceForAColumnThatTurnsOutToBeText) {
  const std::string text = some_csv(5000) + "x,level 1,true\n";
  EXPECT_EQ(table::test::must_read(gzip(text)).table.columns[0].category().levels,
            table::test::must_read(text).table.columns[0].category().levels);
}

TEST(ByteSource, ADecompressionBombMeetsTheLimitOfBytes) {
  const std::string bomb = gzip("a\n" + std::string(64 << 20, '\n'));
  EXPECT_LT(bomb.size(), 100'000u);
  table::ReadingOptions options;
  options.limits.max_bytes = 1 << 20;
  for (const std::uint32_t n_threads : {1U, 2U}) {
    const auto result = table::test::read(bomb, options, n_threads);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Code::kLimitReached);
    EXPECT_EQ(result.error().message, "data.csv: expected at most 1048576 bytes, found more");
  }
}

TEST(ByteSource, DamagedOrCutCompressionIsToldAndNeverATable) {
  const std::string bytes = gzip(some_csv(20'000));
  for (const std::size_t size : {3UL, 20UL, 1000UL, bytes.size() - 1})
    EXPECT_EQ(table::test::must_fail(bytes.substr(0, size)).code, Code::kReadFailed) << size;
  std::string damaged = bytes;
  damaged[bytes.size() / 2] = static_cast<char>(damaged[bytes.size() / 2] ^ 0x55);
  EXPECT_EQ(table::test::must_fail(damaged).code, Code::kReadFailed);
  EXPECT_EQ(table::test::must_fail(bytes + "more").code, Code::kReadFailed);
}
#endif

#if defined(RF_HAS_ZSTD)
std::string zstd(std::string_view text) {
  std::string bytes(::ZSTD_compressBound(text.size()), '\0');
  bytes.resize(::ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), 3));
  return bytes;
}

TEST(ByteSource, ZstdGivesTheSameTable) {
  const std::string text = some_csv(20'000);
  const std::string bytes = zstd(text.substr(0, 5000)) + zstd(text.substr(5000));
  expect_same_table(table::test::must_read(bytes), table::test::must_read(text));
  EXPECT_EQ(table::test::must_fail(bytes.substr(0, bytes.size() - 1)).code, Code::kReadFailed);
}
#endif

#if defined(RF_HAS_ZSTD)
TEST(ByteSource, WhatComesFirstOfALimitAndADamageIsTheSameForEveryChunk) {
  // Inputs that a fuzzer found: damaged, or cut off, behind more text than the limit lets in.
  for (const char* name : {"zstd_damaged_beyond_the_limit.bin", "zstd_cut_off_beyond_the_limit.bin"}) {
    std::ifstream file(std::string(RUNFORGE_TEST_DATA_DIR) + "/../fuzz/seeds/csv/" + name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(bytes.empty()) << name;
    table::ReadingOptions options;
    options.limits.max_bytes = 4096;
    std::set<std::string> told;
    for (const std::size_t chunk : {1, 64, 5000, 1 << 18}) {
      table::test::TestContext context;
      const auto result = read_csv(bytes, options, "input", context, {.chunk_bytes = chunk});
      told.insert(result.ok() ? "a table" : result.error().message);
    }
    EXPECT_EQ(told.size(), 1u) << name << ": " << testing::PrintToString(told);
  }
}
#endif

TEST(ByteSource, CompressionThatTheBuildLacksIsNamed) {
#if !defined(RF_HAS_ZLIB)
  EXPECT_EQ(table::test::must_fail("\x1F\x8B\x08").code, Code::kUnsupportedFormat);
#endif
#if !defined(RF_HAS_ZSTD)
  EXPECT_EQ(table::test::must_fail("\x28\xB5\x2F\xFD").code, Code::kUnsupportedFormat);
#endif
}

TEST(ByteSource, ASparseFileIsRefusedAtItsFirstHole) {
  const TemporaryFolder folder;
  const std::string path = folder.path("sparse.csv");
  write(path, "a,b\n1,2\n");
  ASSERT_EQ(::truncate(path.c_str(), off_t{1} << 40), 0);
  const auto result = read_path(path, {}, 2);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, path + ":3: byte 8 of the file: expected text, found a NUL byte");
}

TEST(ReadCsv, AHundredThousandColumns) {
  std::string header, row;
  for (int j = 0; j < 100'000; ++j) {
    header += (j == 0 ? "c" : ",c") + std::to_string(j);
    row += (j == 0 ? "" : ",") + std::to_string(j % 10);
  }
  const table::Dataset dataset = table::test::must_read(header + "\n" + row + "\n" + row + "\n");
  EXPECT_EQ(dataset.table.columns.size(), 100'000u);
  EXPECT_EQ(dataset.table.columns[99'999].numeric().values, (std::vector<double>{9, 9}));
}

TEST(ReadCsv, ALongLineMeetsTheLimitOfACell) {
  table::ReadingOptions options;
  options.limits.max_cell_bytes = 1 << 20;
  const core::Error error = table::test::must_fail("a,b\n1," + std::string(4 << 20, 'x'), options);
  EXPECT_EQ(error.code, Code::kLimitReached);
  EXPECT_EQ(error.message,
            "data.csv:2: field 2: expected at most 1048576 bytes, found more than twice as many");
}

TEST(ReadCsv, ManyDistinctLevelsKeepTheirOrder) {
  std::string text = "a\n";
  for (int i = 0; i < 200'000; ++i) text += "level" + std::to_string(i) + "\n";
  for (const std::uint32_t n_threads : {1U, 5U}) {
    const auto dataset = table::test::read(text, {}, n_threads);
    ASSERT_TRUE(dataset.ok());
    const table::CategoryValues& values = dataset->table.columns[0].category();
    ASSERT_EQ(values.levels.size(), 200'000u);
    EXPECT_EQ(values.levels[123'456], "level123456");
    EXPECT_EQ(values.codes[123'456], 123'456);
  }
}

}  // namespace
}  // namespace rf::csv
