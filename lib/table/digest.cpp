// SPDX-License-Identifier: MIT
// The content digest of docs/formats/content-digest.md: table over columns over chunks of 65,536 rows. A
// chunk of a category column carries the levels first seen in it, so a stream can be hashed chunk by chunk
// with the dictionary so far. Pinned by tests/unit/table/digest_test.cpp and the Python reimplementation next
// to it.
#include "table/digest.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <string_view>
#include <utility>

namespace rf::table {
namespace {

constexpr std::size_t kChunkRows = 65'536;

constexpr std::string_view kTableTag = "runforge.table.v1";
constexpr std::string_view kColumnTag = "runforge.column.v1";
constexpr std::string_view kChunkTag = "runforge.chunk.v1";

/// Appends integers to a buffer as little-endian bytes, and hashes the buffer when it is full.
class ByteFeed {
 public:
  explicit ByteFeed(crypto::Sha256& hash) : hash_(hash) {}
  ~ByteFeed() { hash_.update(bytes_.data(), size_); }
  ByteFeed(const ByteFeed&) = delete;
  ByteFeed& operator=(const ByteFeed&) = delete;

  template <class Unsigned>
  void add(Unsigned value) {
    if (size_ + sizeof value > bytes_.size()) {
      hash_.update(bytes_.data(), size_);
      size_ = 0;
    }
    for (std::size_t i = 0; i < sizeof value; ++i) {
      bytes_[size_ + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    size_ += sizeof value;
  }

 private:
  crypto::Sha256& hash_;
  std::array<std::uint8_t, 16384> bytes_;
  std::size_t size_ = 0;
};

std::uint64_t word_of(double value) {
  return value == value && value != 0 ? std::bit_cast<std::uint64_t>(value) : 0;
}
std::uint32_t word_of(std::int32_t code) {
  return static_cast<std::uint32_t>(std::max(code, 0));
}

/// Up to kMost numbers or codes as the little-endian words that are hashed.
template <class Value>
class Words {
 public:
  static constexpr std::size_t kMost = 1024;

  Words(const Cells<Value>& values, std::size_t begin, std::size_t end)
      : size_bytes_(std::min(kMost, end - begin) * sizeof(Word)) {
    const Value* const from = values.data() + begin;
    for (std::size_t i = 0; i < size_bytes_ / sizeof(Word); ++i) words_[i] = little_endian(word_of(from[i]));
  }
  const void* data() const { return words_; }
  std::size_t size() const { return size_bytes_; }

 private:
  using Word = decltype(word_of(Value()));
  static Word little_endian(Word word) {
    if constexpr (std::endian::native == std::endian::little) return word;
    return sizeof word == 8 ? static_cast<Word>(__builtin_bswap64(word))
                            : static_cast<Word>(__builtin_bswap32(word));
  }

  std::size_t size_bytes_;
  Word words_[kMost];
};

template <class Value>
void hash_words(crypto::Sha256& hash, const Cells<Value>& values, std::size_t begin, std::size_t end) {
  for (; begin < end; begin += Words<Value>::kMost) {
    const Words<Value> words(values, begin, end);
    hash.update(words.data(), words.size());
  }
}

struct Chunk {
  std::size_t begin;
  std::size_t end;
  std::size_t levels_before;  ///< for a category column: number of levels first seen in earlier chunks
  std::size_t levels_after;
};

void hash_text(crypto::Sha256& hash, std::string_view text) {
  hash.update_u64(text.size());
  hash.update(text);
}

void hash_validity(crypto::Sha256& hash, const Column& column, const Chunk& chunk) {
  ByteFeed feed(hash);
  for (std::size_t row = chunk.begin; row < chunk.end; row += 8) {
    std::uint8_t bits = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(8, chunk.end - row); ++i) {
      if (!column.is_missing(static_cast<TableRow>(row + i)))
        bits = static_cast<std::uint8_t>(bits | (1U << i));
    }
    feed.add(bits);
  }
}

void hash_values(crypto::Sha256& hash, const NumericValues& column, const Chunk& chunk) {
  hash_words(hash, column.values, chunk.begin, chunk.end);
}

void hash_values(crypto::Sha256& hash, const BooleanValues& column, const Chunk& chunk) {
  ByteFeed feed(hash);
  for (std::size_t row = chunk.begin; row < chunk.end; ++row) {
    feed.add(static_cast<std::uint8_t>(column.values[row] > 0 ? 1 : 0));
  }
}

void hash_values(crypto::Sha256& hash, const CategoryValues& column, const Chunk& chunk) {
  hash.update_u64(chunk.levels_after - chunk.levels_before);
  for (std::size_t level = chunk.levels_before; level < chunk.levels_after; ++level) {
    hash_text(hash, column.levels[level]);
  }
  hash_words(hash, column.codes, chunk.begin, chunk.end);
}

/// Hashes the part of a chunk before the values.
crypto::Sha256 begin_chunk(const Column& column, const Chunk& chunk) {
  crypto::Sha256 hash;
  hash.update(kChunkTag);
  hash.update_u64(chunk.end - chunk.begin);
  hash_validity(hash, column, chunk);
  return hash;
}

crypto::Digest chunk_digest(const Column& column, const Chunk& chunk) {
  crypto::Sha256 hash = begin_chunk(column, chunk);
  std::visit([&](const auto& values) { hash_values(hash, values, chunk); }, column.values);
  return hash.finish();
}

/// The digests of the same rows of two numeric columns, which take little longer than the digest of one.
std::array<crypto::Digest, 2> chunk_digests(const Column& a, const Column& b, const Chunk& chunk) {
  crypto::Sha256 hash_a = begin_chunk(a, chunk);
  crypto::Sha256 hash_b = begin_chunk(b, chunk);
  for (std::size_t row = chunk.begin; row < chunk.end; row += Words<double>::kMost) {
    const Words<double> words_a(a.numeric().values, row, chunk.end);
    const Words<double> words_b(b.numeric().values, row, chunk.end);
    crypto::Sha256::update_two(hash_a, words_a.data(), hash_b, words_b.data(), words_a.size());
  }
  return {hash_a.finish(), hash_b.finish()};
}

/// Columns whose chunks are hashed together: two numeric ones, or one.
struct Together {
  std::size_t first;
  std::optional<std::size_t> second;
};

std::vector<Together> pairs_of(const std::vector<Column>& columns) {
  std::vector<Together> pairs;
  std::optional<std::size_t> unpaired;  // index in `pairs` of a numeric column without a partner
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const bool is_numeric = columns[j].kind() == Kind::kNumeric;
    if (is_numeric && unpaired) {
      pairs[*std::exchange(unpaired, std::nullopt)].second = j;
    } else {
      if (is_numeric) unpaired = pairs.size();
      pairs.push_back({j, std::nullopt});
    }
  }
  return pairs;
}

/// The chunks of a column. For a category, each chunk has the range of levels first seen in it; these are
/// consecutive.
std::vector<Chunk> chunks_of(const Column& column, std::size_t n_rows) {
  std::vector<Chunk> chunks;
  std::size_t levels = 0;
  for (std::size_t begin = 0; begin < n_rows; begin += kChunkRows) {
    Chunk chunk = {begin, std::min(n_rows, begin + kChunkRows), levels, levels};
    if (column.kind() == Kind::kCategory) {
      const std::int32_t* codes = column.category().codes.data();
      const std::int32_t highest = *std::max_element(codes + chunk.begin, codes + chunk.end);
      chunk.levels_after = std::max(levels, static_cast<std::size_t>(highest + 1));
    }
    levels = chunk.levels_after;
    chunks.push_back(chunk);
  }
  return chunks;
}

crypto::Digest column_digest(const Column& column, std::size_t n_rows,
                             std::span<const crypto::Digest> chunks) {
  crypto::Sha256 hash;
  hash.update(kColumnTag);
  hash_text(hash, column.name);
  hash_text(hash, core::kind_name(column.kind()));
  hash.update_u64(n_rows);
  for (const crypto::Digest& chunk : chunks) hash.update(chunk.data(), chunk.size());
  return hash.finish();
}

}  // namespace

core::Result<crypto::Digest> content_digest(const Table& table, core::Context& context) {
  const std::size_t n_chunks = (table.n_rows + kChunkRows - 1) / kChunkRows;
  std::vector<std::vector<Chunk>> chunks(table.columns.size());
  std::vector<crypto::Digest> digests(table.columns.size() * n_chunks);
  const auto cut_column = [&](std::size_t j, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    chunks[j] = chunks_of(table.columns[j], table.n_rows);
    return {};
  };
  RF_TRY(context.workers.run(table.columns.size(), cut_column));
  const std::vector<Together> pairs = pairs_of(table.columns);
  const auto hash_chunk = [&](std::size_t task, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const auto& [first, second] = pairs[task / n_chunks];
    const std::size_t c = task % n_chunks;
    const Chunk& chunk = chunks[first][c];
    if (second) {
      const auto both = chunk_digests(table.columns[first], table.columns[*second], chunk);
      digests[first * n_chunks + c] = both[0];
      digests[*second * n_chunks + c] = both[1];
    } else {
      digests[first * n_chunks + c] = chunk_digest(table.columns[first], chunk);
    }
    return {};
  };
  RF_TRY(context.workers.run(pairs.size() * n_chunks, hash_chunk));

  crypto::Sha256 hash;
  hash.update(kTableTag);
  hash.update_u64(table.n_rows);
  hash.update_u64(table.columns.size());
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    const std::span<const crypto::Digest> own(digests.data() + j * n_chunks, n_chunks);
    const crypto::Digest column = column_digest(table.columns[j], table.n_rows, own);
    hash.update(column.data(), column.size());
  }
  return hash.finish();
}

crypto::Digest row_list_digest(std::span<const TableRow> rows) {
  crypto::Sha256 hash;
  {
    ByteFeed feed(hash);
    for (const TableRow row : rows) feed.add(std::uint64_t{number_of(row)});
  }
  return hash.finish();
}

}  // namespace rf::table
