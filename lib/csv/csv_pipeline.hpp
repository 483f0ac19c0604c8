// SPDX-License-Identifier: MIT
// One pass over a text. Any number of threads take turns reading chunks of whole records, parse them in
// parallel and join them in file order. The result does not depend on the number of threads or on where
// chunks end. csv_pipeline.cpp draws the stages.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/context.hpp"
#include "csv/byte_source.hpp"
#include "csv/csv_chunk.hpp"
#include "csv/csv_columns.hpp"
#include "csv/load_progress.hpp"
#include "csv/text_hasher.hpp"

namespace rf::csv {

/// Facts about the text before the first chunk; after the last join, about the whole text.
struct TextFacts {
  std::uint64_t text_bytes = 0;  ///< without a byte order mark
  std::uint64_t lines = 0;
  std::uint64_t blank_lines = 0;
  table::Newline newline = table::Newline::kNone;
};

class CsvPipeline {
 public:
  struct Settings {
    std::size_t chunk_bytes;
    const CsvKernels& kernels;
    std::uint64_t text_offset;  ///< offset of the text in the uncompressed bytes: 3 after a byte order mark
    std::optional<core::Error> fault;  ///< fault of the header: the text is then only checked
  };

  CsvPipeline(ByteSource& source, ChunkPlan& plan, CsvColumns& columns, core::Context& context,
              Settings settings);

  /// Joins all records that follow the part of the text described by `facts`. `begun` is text that has been
  /// read from the source already but not joined. Errors in order of precedence: a failure to read, the first
  /// fault of the bytes, the first fault of header and records.
  core::Result<TextFacts> run(TextFacts facts, std::string begun, LoadProgress* progress);

 private:
  struct Slot {
    std::unique_ptr<CsvChunk> chunk;
    std::size_t size = 0;
    std::uint64_t number = 0;
    std::uint64_t bytes_in = 0;
    core::Reservation memory;  ///< for room beyond the usual chunk size
    std::size_t room = 0;      ///< size of that larger room
  };

  core::Result<> work(bool is_caller);
  Slot* take_slot();
  void put_back(Slot& slot);
  void free_hashed();
  bool is_hashed(const Slot& slot) const { return !hasher_ || slot.number < hasher_->n_hashed(); }
  bool next_chunk(Slot& slot);
  void parse(Slot& slot);
  core::Result<> read_chunk(Slot& slot);
  core::Result<char*> room(Slot& slot, std::size_t size);
  bool has_fault(std::string_view begun) const;
  core::Result<std::size_t> read_more(char* into, std::size_t size);
  core::Result<> hand_in(Slot& slot);
  core::Result<> join(Slot& slot);
  void stop();

  ByteSource& source_;
  ChunkPlan& plan_;
  CsvColumns& columns_;
  core::Context& context_;
  Settings settings_;
  std::vector<std::unique_ptr<Slot>>
      slots_;  ///< all slots: a hashing thread may still read one after another thread fails
  LoadProgress* progress_ = nullptr;

  // Used by the thread that reads:
  std::mutex read_mutex_;
  std::string begun_;            ///< text that was read before the run
  std::size_t begun_given_ = 0;  ///< bytes of it that are in chunks
  std::string carry_;
  std::uint64_t n_chunks_ = 0;
  std::uint64_t n_read_ = 0;
  bool at_end_ = false;
  bool cut_anywhere_ = false;  ///< no record of the text still to be read will be joined
  std::optional<core::Error> read_failure_;
  std::optional<TextHasher> hasher_;  ///< set if the fingerprint is of the text itself
  std::size_t most_unhashed_ = 0;     ///< chunks that may wait for hashing when a thread takes its next one

  // Used by the thread that joins:
  TextFacts facts_;
  std::optional<core::Error> text_fault_;
  std::optional<core::Error> fault_;

  std::mutex mutex_;
  std::condition_variable moved_;
  // Under mutex_:
  std::vector<Slot*> free_;
  std::vector<Slot*> joined_;  ///< joined, but not hashed yet
  std::map<std::uint64_t, Slot*> waiting_;
  std::uint64_t next_to_join_ = 0;
  std::uint64_t joined_bytes_in_ = 0;
  bool joining_ = false;
  bool stopped_ = false;
};

}  // namespace rf::csv
