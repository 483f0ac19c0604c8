// SPDX-License-Identifier: MIT
// Reads the text of a table from front to end, from memory, a file or a pipe. gzip and zstd streams are
// decompressed on the way if the build has zlib and zstd. The input is hashed as it arrives: the fingerprint
// covers the bytes as stored, compressed or not. Pinned by tests/unit/csv/byte_source_test.cpp.
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

/// Only one thread may use it at a time.
class ByteSource {
 public:
  /// `bytes` must outlive the source.
  explicit ByteSource(std::string_view bytes);
  /// Opens the file `path`, which messages name. Errors: those of core::InputFile::open.
  static core::Result<ByteSource> open(const std::string& path);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  /// Returns the number of input bytes before decompression, or nullopt if it is not known before they are
  /// read.
  std::optional<std::uint64_t> claimed_size() const;
  /// True if the bytes are compressed. It is known after the first read.
  bool is_compressed() const { return decompressor_ != nullptr; }

  /// Charges the copy kept of a pipe's bytes to `budget`. Call it before the first read.
  void count_in(core::MemoryBudget* budget) { kept_memory_ = core::Reservation(budget); }
  /// Starts hashing the input. Call it before the first read.
  void hash_bytes() { hash_.emplace(); }
  /// From now on the caller hashes the text it reads, except its first `hashed_ahead` bytes, which are hashed
  /// already. Returns null if nothing is hashed or the text differs from the input because it is compressed.
  crypto::Sha256* take_over_hashing(std::size_t& hashed_ahead);
  bool hashes() const { return hash_.has_value(); }
  /// Returns the SHA-256 of all bytes read. Call it after the last read.
  crypto::Digest finish_hash() { return hash_->finish(); }

  /// Reads 1 to `size` bytes of text; returns 0 at the end. READ_FAILED (also for compressed bytes that are
  /// truncated or damaged), UNSUPPORTED_FORMAT (a compression that this build does not read), CANCELLED.
  core::Result<std::size_t> read(char* into, std::size_t size, const core::Monitor& monitor);
  /// Returns the number of input bytes read so far, before decompression.
  std::uint64_t bytes_in() const { return bytes_in_; }
  /// Goes back to the first byte and ends hashing. The bytes of a pipe have been kept for this.
  core::Result<> rewind();
  /// The caller will not rewind: frees the bytes kept of a pipe and keeps no more.
  void keep_no_more();

 private:
  core::Result<std::size_t> read_bytes(char* into, std::size_t size, const core::Monitor& monitor);
  core::Result<std::size_t> read_new_bytes(char* into, std::size_t size, const core::Monitor& monitor);
  core::Result<> look_at_beginning(const core::Monitor& monitor);

  std::string_view memory_;
  std::optional<core::InputFile> file_;
  std::string name_;
  bool keeps_ = true;
  std::string kept_;  ///< all bytes that a pipe has given
  core::Reservation kept_memory_;
  std::size_t kept_given_ = 0;  ///< after a rewind: number of kept bytes given again
  bool rewound_ = false;
  std::uint64_t bytes_in_ = 0;
  std::optional<crypto::Sha256> hash_;
  bool reader_hashes_ = false;
  bool looked_ = false;
  std::string beginning_;  ///< bytes read to detect compression, not given to the caller yet
  std::unique_ptr<Decompressor> decompressor_;
};

}  // namespace rf::csv
