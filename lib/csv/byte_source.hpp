// SPDX-License-Identifier: MIT
// The text of a table, from front to end, out of memory, a file or a pipe; gzip and zstd are undone on the
// way where the build has zlib and zstd. What came in is hashed as it comes: the fingerprint is of the bytes,
// compressed or not. Pinned by tests/unit/csv/byte_source_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/file.hpp"
#include "core/memory_budget.hpp"
#include "core/monitor.hpp"
#include "core/result.hpp"
#include "crypto/sha256.hpp"

namespace rf::csv {

class Decompressor;

/// One thread at a time.
class ByteSource {
 public:
  /// `bytes` outlive the source.
  explicit ByteSource(std::string_view bytes);
  /// The errors of core::InputFile::open. Messages name `path`.
  static core::Result<ByteSource> open(const std::string& path);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// How many bytes there are, compressed as they stand, as far as it is known before they are read.
  std::optional<std::uint64_t> claimed_size() const;
  /// Whether the bytes are compressed; known after the first read.
  bool is_compressed() const { return decompressor_ != nullptr; }

  /// Counts what is kept of a pipe; before the first read.
  void count_in(core::MemoryBudget* budget) { kept_memory_ = core::Reservation(budget); }
  /// From here on, hash what comes in; before the first read.
  void hash_bytes() { hash_.emplace(); }
  /// From here on the caller hashes the text it reads, except its first `hashed_ahead` bytes; null where
  /// nothing is hashed or the text is not what comes in.
  crypto::Sha256* take_over_hashing(std::size_t& hashed_ahead);
  bool hashes() const { return hash_.has_value(); }
  /// SHA-256 of all bytes read; after the last read.
  crypto::Digest finish_hash() { return hash_->finish(); }

  /// Text: 1 to `size` bytes; 0 at the end. READ_FAILED (also for compressed bytes that are cut off or
  /// damaged), UNSUPPORTED_FORMAT (compressed in a way this build does not read), CANCELLED.
  core::Result<std::size_t> read(char* into, std::size_t size, const core::Monitor& monitor);
  /// Bytes that have come in, compressed as they stand.
  std::uint64_t bytes_in() const { return bytes_in_; }
  /// Back to the first byte; ends hashing. What came from a pipe has been kept for this.
  core::Result<> rewind();
  /// There will be no rewind: what was kept of a pipe is let go, and no more is kept.
  void keep_no_more();

 private:
  core::Result<std::size_t> read_bytes(char* into, std::size_t size, const core::Monitor& monitor);
  core::Result<std::size_t> read_new_bytes(char* into, std::size_t size, const core::Monitor& monitor);
  core::Result<> look_at_beginning(const core::Monitor& monitor);

  std::string_view memory_;
  std::optional<core::InputFile> file_;
  std::string name_;
  bool keeps_ = true;
  std::string kept_;  ///< of a pipe: all that came
  core::Reservation kept_memory_;
  std::size_t kept_given_ = 0;  ///< after a rewind: how much of it has been given again
  bool rewound_ = false;
  std::uint64_t bytes_in_ = 0;
  std::optional<crypto::Sha256> hash_;
  bool reader_hashes_ = false;
  bool looked_ = false;
  std::string beginning_;  ///< bytes read to see whether they are compressed, not given yet
  std::unique_ptr<Decompressor> decompressor_;
};

}  // namespace rf::csv
