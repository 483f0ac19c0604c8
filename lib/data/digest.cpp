// SPDX-License-Identifier: MIT
// The content digest of docs/formats/content-digest.md: table over columns over chunks of 65,536 rows. A
// chunk of a category column carries the levels first seen in it, so a stream can be hashed chunk by chunk
// with the dictionary so far. Pinned by tests/unit/data/digest_test.cpp and the Python reimplementation
// beside it.
#include "data/digest.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace rf::data {
namespace {

constexpr std::size_t kChunkRows = 65'536;

constexpr std::string_view kTableTag = "runforge.table.v1";
constexpr std::string_view kColumnTag = "runforge.column.v1";
constexpr std::string_view kChunkTag = "runforge.chunk.v1";

/// Turns integers into little-endian bytes in a buffer, and the buffer into the hash.
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

struct Chunk {
  std::size_t begin;
  std::size_t end;
  std::size_t levels_before;  ///< of a category column: levels first seen in earlier chunks
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
      if (!column.is_missing(static_cast<RowIndex>(row + i)))
        bits = static_cast<std::uint8_t>(bits | (1U << i));
    }
    feed.add(bits);
  }
}

void hash_values(crypto::Sha256& hash, const NumericValues& column, const Chunk& chunk) {
  ByteFeed feed(hash);
  for (std::size_t row = chunk.begin; row < chunk.end; ++row) {
    const double value = column.values[row];
    feed.add(value == value && value != 0 ? std::bit_cast<std::uint64_t>(value) : std::uint64_t{0});
  }
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
  ByteFeed feed(hash);
  for (std::size_t row = chunk.begin; row < chunk.end; ++row) {
    feed.add(static_cast<std::uint32_t>(std::max(column.codes[row], 0)));
  }
}

crypto::Digest chunk_digest(const Column& column, const Chunk& chunk) {
  crypto::Sha256 hash;
  hash.update(kChunkTag);
  hash.update_u64(chunk.end - chunk.begin);
  hash_validity(hash, column, chunk);
  std::visit([&](const auto& values) { hash_values(hash, values, chunk); }, column.values);
  return hash.finish();
}

/// The chunks of a column; those of a category with the levels first seen in each, which are consecutive.
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
  const auto hash_chunk = [&](std::size_t task, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const std::size_t j = task / n_chunks;
    digests[task] = chunk_digest(table.columns[j], chunks[j][task % n_chunks]);
    return {};
  };
  RF_TRY(context.workers.run(digests.size(), hash_chunk));

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

crypto::Digest row_list_digest(std::span<const RowIndex> rows) {
  crypto::Sha256 hash;
  {
    ByteFeed feed(hash);
    for (const RowIndex row : rows) feed.add(std::uint64_t{row});
  }
  return hash.finish();
}

}  // namespace rf::data
