// SPDX-License-Identifier: MIT
// A chunk is read, parsed, joined and hashed. Every thread runs the same loop, work(). There are twice as
// many slots as threads (one slot for one thread). This bounds memory, and a thread does not wait at once for
// a slow neighbour. Pinned by tests/unit/csv/csv_twin_test.cpp.
//
//    free_
//      |  take_slot()   waits until a slot is free or joined; if only joined_ has slots, hashes their texts
//      v
//    reader             next_chunk(): one thread at a time, the others wait for read_mutex_. It cuts whole
//      |                records in file order, numbers the chunk and adds its text to the hasher.
//      v
//    parsers            parse(): all threads in parallel, without waiting. One of them advances the hasher
//      |                between its cells. Only a large chunk waits: its text is hashed first. Afterwards the
//      |                thread hashes on, unless another does, until at most most_unhashed_ chunks are not
//      |                hashed.
//      v
//    waiting_           hand_in(): a chunk waits here for the chunks before it. Its thread does not wait: if
//      |                another thread is joining, or an earlier chunk is missing, it goes on to take_slot().
//      v
//    joiner             join(): one thread at a time, in file order, every chunk that is next in order
//      |
//      +--- text hashed, or no hasher ---> free_
//      +--- otherwise ---> joined_ ---> hasher: one thread at a time, in file order ---> free_
//
// Example with two threads A and B, time from left to right:
//
//    A   read 0 | parse 0 ............. | join 0, join 1 | read 3 | ...
//    B   wait   | read 1 | parse 1 | read 2 | parse 2 ...........| ...
//
// B reads when A has left the reader. Chunk 1 is parsed before chunk 0 and waits in waiting_. A joins both.
#include "csv/csv_pipeline.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/text.hpp"
#include "csv/csv_cutter.hpp"

namespace rf::csv {
namespace {

using core::Result;

/// The most bytes read at once of a record longer than a chunk, because its length is not known.
constexpr std::size_t kMostReadAhead = std::size_t{8} << 20;
/// Offsets within a chunk have 32 bits.
constexpr std::size_t kMostChunkBytes = std::numeric_limits<std::uint32_t>::max() - 4 * kTextSlack;

/// The length of the longest beginning of `text` that ends neither within a character nor between CR and LF.
std::size_t whole_characters(std::string_view text) {
  const auto is_inner = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  std::size_t lead = text.size();
  while (lead > 0 && text.size() - lead < 3 && is_inner(text[lead - 1])) --lead;
  if (lead == 0) return text.size();  // not UTF-8
  --lead;
  const auto first = static_cast<unsigned char>(text[lead]);
  const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  const std::size_t end = text.size() - lead < length ? lead : text.size();
  return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
}

}  // namespace

CsvPipeline::CsvPipeline(ByteSource& source, ChunkPlan& plan, CsvColumns& columns, core::Context& context,
                         Settings settings)
    : source_(source), plan_(plan), columns_(columns), context_(context), settings_(std::move(settings)) {}

Result<TextFacts> CsvPipeline::run(TextFacts facts, std::string begun, LoadProgress* progress) {
  facts_ = facts;
  plan_.monitor = &context_.monitor;
  begun_ = std::move(begun);
  progress_ = progress;
  n_read_ = facts.text_bytes + begun_.size();
  fault_ = std::move(settings_.fault);
  if (fault_) plan_.only_check_text = cut_anywhere_ = true;

  const std::uint64_t likely = source_.claimed_size().value_or(~std::uint64_t{0}) / settings_.chunk_bytes + 1;
  const bool few = likely <= 2 && !source_.is_compressed();
  const std::uint32_t n_threads = few ? 1 : context_.workers.n_threads();
  std::size_t n_ahead = 0;
  if (crypto::Sha256* const hash = source_.take_over_hashing(n_ahead))
    hasher_.emplace(*hash, n_ahead + begun_.size());
  most_unhashed_ = n_threads - 1;
  const std::size_t n_slots = n_threads == 1 ? 1 : 2 * std::size_t{n_threads};
  for (std::size_t i = 0; i < n_slots; ++i) {
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->chunk = std::make_unique<CsvChunk>(plan_, settings_.kernels);
    slots_.back()->memory = core::Reservation(context_.budget);
    free_.push_back(slots_.back().get());
  }
  RF_TRY(context_.workers.run(n_threads, [&](std::size_t, std::uint32_t slot) { return work(slot == 0); }));
  for (std::optional<core::Error>* error : {&read_failure_, &text_fault_, &fault_})
    if (*error) return std::move(**error);
  if (hasher_) hasher_->hash_all();
  return facts_;
}

void CsvPipeline::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  moved_.notify_all();
}

Result<> CsvPipeline::work(bool is_caller) {
  // If this thread ends before the text does, for any reason, the others must not go on waiting.
  struct StopUnlessDone {
    CsvPipeline& pipeline;
    bool done = false;
    ~StopUnlessDone() {
      if (!done) pipeline.stop();
    }
  } guard{*this};
  while (Slot* const slot = take_slot()) {
    RF_TRY(context_.monitor.check());
    if (!next_chunk(*slot)) break;
    parse(*slot);
    RF_TRY(context_.monitor.check());
    RF_TRY(hand_in(*slot));
    if (is_caller && progress_ != nullptr) {
      std::uint64_t joined = 0;
      {
        const std::lock_guard lock(mutex_);
        joined = joined_bytes_in_;
      }
      RF_TRY(progress_->at(joined));
    }
  }
  guard.done = true;
  return {};
}

void CsvPipeline::parse(Slot& slot) {
  if (!hasher_) return slot.chunk->parse(slot.size, nullptr);
  if (slot.size >= CsvChunk::kLargeBytes) hasher_->hash_all();
  hasher_->beside([&](PacedHash* hash) { slot.chunk->parse(slot.size, hash); });
  hasher_->catch_up(most_unhashed_);
  const std::lock_guard lock(mutex_);
  free_hashed();
}

/// The caller holds mutex_.
void CsvPipeline::put_back(Slot& slot) {
  (is_hashed(slot) ? free_ : joined_).push_back(&slot);
  moved_.notify_all();
}

/// The caller holds mutex_.
void CsvPipeline::free_hashed() {
  for (Slot* const slot : std::exchange(joined_, {})) put_back(*slot);
}

/// Returns a slot to fill; null if the work must end.
CsvPipeline::Slot* CsvPipeline::take_slot() {
  std::unique_lock lock(mutex_);
  while (true) {
    moved_.wait(lock, [&] { return stopped_ || !free_.empty() || !joined_.empty(); });
    if (stopped_) return nullptr;
    if (!free_.empty()) break;
    lock.unlock();
    hasher_->hash_all();
    lock.lock();
    free_hashed();
  }
  Slot* const slot = free_.back();
  free_.pop_back();
  return slot;
}

Result<std::size_t> CsvPipeline::read_more(char* into, std::size_t size) {
  const std::uint64_t limit = plan_.options.limits.max_bytes;
  std::size_t n_new = std::min(size, begun_.size() - begun_given_);
  std::copy_n(begun_.data() + begun_given_, n_new, into);
  begun_given_ += n_new;
  if (begun_given_ == begun_.size()) begun_ = {}, begun_given_ = 0;
  while (n_new < size && !at_end_) {
    RF_ASSIGN(const std::size_t n_read, source_.read(into + n_new, size - n_new, context_.monitor));
    at_end_ = n_read == 0;
    n_new += n_read;
    n_read_ += n_read;
    // Checked after each read, so that the limit takes precedence over a later failure, whatever the size of
    // a chunk.
    if (n_read_ + settings_.text_offset > limit) return plan_.errors.beyond("byte", limit, "more");
  }
  return n_new;
}

/// Fills the slot with the next whole records. Returns false at the end of the text or after a failure to
/// read.
bool CsvPipeline::next_chunk(Slot& slot) {
  const std::lock_guard lock(read_mutex_);
  if (read_failure_) return false;
  if (plan_.only_check_text) source_.keep_no_more();
  if (auto read = read_chunk(slot); !read.ok()) {
    read_failure_ = std::move(read).error();
    return false;
  }
  if (slot.size == 0) return false;
  slot.number = n_chunks_++;
  if (hasher_) hasher_->add({slot.chunk->room(slot.size), slot.size});
  return true;
}

/// Memory for a record longer than a chunk is counted before it is allocated.
Result<char*> CsvPipeline::room(Slot& slot, std::size_t size) {
  if (size > std::max(settings_.chunk_bytes, slot.room)) {
    RF_TRY(slot.memory.resize(size, "a record longer than a chunk"));
    slot.room = size;
  }
  return slot.chunk->room(size);
}

Result<> CsvPipeline::read_chunk(Slot& slot) {
  std::size_t size = carry_.size();
  RF_ASSIGN(char* text, room(slot, std::max(size, settings_.chunk_bytes)));
  std::copy(carry_.begin(), carry_.end(), text);
  CsvCutter cutter(plan_.delimiter, plan_.options.trim, plan_.options.comment);
  std::size_t wanted = size < settings_.chunk_bytes ? settings_.chunk_bytes - size : 0;
  std::size_t whole = 0;
  std::size_t n_searched = 0;  // for a NUL
  std::size_t n_scanned = 0;   // for a fault
  while (true) {
    RF_TRY(context_.monitor.check());
    if (!at_end_) {
      RF_ASSIGN(text, room(slot, size + wanted));
      RF_ASSIGN(const std::size_t n_new, read_more(text + size, wanted));
      size += n_new;
    }
    whole = cut_anywhere_ && !at_end_ ? whole_characters({text, size})
                                      : cutter.whole_records({text, size}, at_end_);
    if (whole > 0 || at_end_) break;
    // A record that contains a NUL is a fault, so it need not be complete: a file of nothing but NULs ends
    // here.
    if (std::memchr(text + n_searched, '\0', size - n_searched) != nullptr) whole = size;
    n_searched = size;
    if (whole > 0) break;
    // A record with more bytes or fields than allowed is a fault even if it is incomplete. The text is
    // scanned for this only when it is more than twice as long as at the last scan, so all scans together
    // cost at most as much as two scans of the whole text.
    const bool may_be_too_much =
        size > std::min(most_field_bytes(plan_.options.limits), most_fields(plan_.options.limits));
    if (!cut_anywhere_ && size > 2 * n_scanned && may_be_too_much) {
      n_scanned = size;
      cut_anywhere_ = has_fault({text, size});
      if (cut_anywhere_) whole = whole_characters({text, size});
    }
    if (whole > 0) break;
    if (size >= kMostChunkBytes / 2) return plan_.errors.long_record(kMostChunkBytes / 2);
    wanted = std::max(std::min(size, kMostReadAhead), settings_.chunk_bytes);
  }
  if (whole > kMostChunkBytes) return plan_.errors.long_record(kMostChunkBytes / 2);
  carry_.assign(text + whole, size - whole);
  slot.size = whole;
  const std::size_t n_waiting = carry_.size() + begun_.size() - begun_given_;
  slot.bytes_in = source_.bytes_in() - (source_.is_compressed() ? 0 : n_waiting);
  return {};
}

/// True if a record that begins with `begun` has a fault that later text cannot change.
bool CsvPipeline::has_fault(std::string_view begun) const {
  CsvScanner scanner(begun, plan_.delimiter, plan_.options.trim, 1, plan_.options.limits, &context_.monitor,
                     plan_.options.comment);
  Record record;
  if (scanner.next(record) != CsvScanner::Step::kFault) return false;
  return is_final(scanner.fault(), scanner.offset() == begun.size());
}

Result<> CsvPipeline::hand_in(Slot& slot) {
  std::unique_lock lock(mutex_);
  waiting_[slot.number] = &slot;
  if (joining_) return {};
  joining_ = true;
  while (!stopped_ && !waiting_.empty() && waiting_.begin()->first == next_to_join_) {
    Slot& next = *waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    lock.unlock();
    RF_TRY(join(next));
    lock.lock();
    ++next_to_join_;
    joined_bytes_in_ = next.bytes_in;
    put_back(next);
  }
  joining_ = false;
  return {};
}

Result<> CsvPipeline::join(Slot& slot) {
  CsvChunk& chunk = *slot.chunk;
  if (const auto& fault = chunk.text_fault(); fault && !text_fault_) {
    const std::uint64_t line = 1 + facts_.lines + count_line_ends(chunk.text().substr(0, fault->offset));
    // UTF-16 is recognised at the beginning of the text only.
    const std::string later = "  " + std::string(chunk.text().substr(fault->offset, 1));
    text_fault_ =
        plan_.errors.no_text(fault->code, line, settings_.text_offset + facts_.text_bytes + fault->offset,
                             facts_.text_bytes == 0 ? table::describe_text_fault(chunk.text(), fault->offset)
                                                    : table::describe_text_fault(later, 2));
    plan_.only_check_text = true;
    // Only a failure to read takes precedence. If the size was known, that failure cannot be a limit.
    if (source_.claimed_size() && !source_.is_compressed()) return std::move(*text_fault_);
  }
  if (text_fault_) return {};
  facts_.text_bytes += chunk.text().size();
  if (fault_) {
    facts_.lines += chunk.line_ends();
    return {};
  }
  const std::uint64_t most_rows = plan_.options.limits.max_rows;
  const auto& fault = chunk.fault();
  const std::uint64_t n_new = fault ? fault->rows_before + (fault->is_row ? 1 : 0) : chunk.n_rows();
  if (columns_.n_rows() + n_new > most_rows) {
    fault_ = plan_.errors.beyond("row", most_rows, "more");
  } else if (fault) {
    fault_ = fault->error(facts_.lines);
  }
  if (fault_) {
    plan_.only_check_text = true;
  } else {
    RF_TRY(columns_.join(chunk, facts_.lines));
  }
  facts_.lines += chunk.line_ends();
  facts_.blank_lines += chunk.blank_lines();
  facts_.newline = table::merged(facts_.newline, chunk.newline());
  return {};
}

}  // namespace rf::csv
