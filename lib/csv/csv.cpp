// SPDX-License-Identifier: MIT
// Reads the header first, with as much of the text as it needs. One pass then reads all records
// (csv_pipeline). A second pass follows if a column turned out to be of another kind than it first seemed
// (csv_columns). Memory stays near the table's own: only the text of a few chunks is held. The rules are in
// docs/formats/csv.md. Pinned by tests/unit/csv/csv_test.cpp. csv_twin_test.cpp compares it with a plain
// reader that holds the whole text.
#include "csv/csv.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "csv/csv_columns.hpp"
#include "csv/csv_errors.hpp"
#include "csv/csv_opening.hpp"
#include "csv/csv_pipeline.hpp"
#include "csv/csv_scanner.hpp"
#include "csv/load_progress.hpp"
#include "table/text_check.hpp"

namespace rf::csv {
namespace {

using core::Code;
using core::decimal;
using core::Error;
using core::quoted;
using core::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;    // the chunk and its results fit a core's cache
constexpr std::size_t kWideChunkBytes = std::size_t{1} << 20;  // several rows, even with thousands of columns
constexpr std::size_t kWideColumns = 256;

std::string count_text(std::uint64_t count) {
  return decimal(static_cast<std::int64_t>(count));
}

ScanFault after_lines(ScanFault fault, std::uint64_t n_lines) {
  fault.line += n_lines;
  return fault;
}

class CsvReader {
 public:
  CsvReader(ByteSource& source, const table::ReadingOptions& options, const std::string& source_name,
            core::Context& context, const ReaderSettings& settings)
      : bytes_(source), options_(options), errors_(source_name), context_(context), settings_(settings) {}

  Result<table::Dataset> read() {
    RF_TRY(check_options());
    RF_TRY(read_header());
    RF_TRY(read_records());
    settle_source();
    dataset_.source = std::move(source_);
    return std::move(dataset_);
  }

 private:
  Result<> check_options() const;
  Result<> read_header();
  Result<> read_beginning(std::size_t size);
  Result<bool> opening_is_whole();
  Result<> check_rest_can_be_read();
  Result<> cut_header();
  Result<> name_columns(const Record& header);
  void number_columns(std::size_t n_columns);
  Result<> read_records();
  Result<> read_again(ChunkPlan& plan, CsvColumns& columns, const CsvPipeline::Settings& settings);
  void settle_source();

  std::uint64_t text_offset() const {
    return kByteOrderMark.size() * ((source_.bom ? 1 : 0) + (source_.second_bom ? 1 : 0));
  }
  std::size_t chunk_bytes() const {
    if (settings_.chunk_bytes != 0) return settings_.chunk_bytes;
    return names_.size() >= kWideColumns ? kWideChunkBytes : kChunkBytes;
  }

  ByteSource& bytes_;
  const table::ReadingOptions& options_;
  CsvErrors errors_;
  core::Context& context_;
  const ReaderSettings& settings_;

  std::string beginning_;  ///< text read to find the header, without a byte order mark
  core::Reservation beginning_memory_{context_.budget};  ///< memory of a beginning longer than a chunk
  bool all_read_ = false;                                ///< the beginning is the whole text
  Opening opening_;
  TextFacts header_;  ///< facts about the text up to the first record after the header
  std::optional<Error> header_fault_;
  std::vector<std::string> names_;
  table::Source source_;
  table::Dataset dataset_;
};

Result<> CsvReader::check_options() const {
  RF_TRY(check_delimiter(options_));
  if (const auto size = bytes_.claimed_size(); size && *size > options_.limits.max_bytes)
    return errors_.beyond("byte", options_.limits.max_bytes, count_text(*size));
  return {};
}

/// Reads on until the beginning has `size` bytes or the text ends.
Result<> CsvReader::read_beginning(std::size_t size) {
  std::size_t n_bytes = beginning_.size();
  if (size > kWideChunkBytes) RF_TRY(beginning_memory_.resize(size + n_bytes, "the header"));
  beginning_.resize(std::max(size, n_bytes));
  while (n_bytes < size && !all_read_) {
    RF_ASSIGN(const std::size_t n_read,
              bytes_.read(beginning_.data() + n_bytes, size - n_bytes, context_.monitor));
    all_read_ = n_read == 0;
    n_bytes += n_read;
    // Checked after each read: once the limit is exceeded, it does not matter whether more can be read.
    if (n_bytes + text_offset() > options_.limits.max_bytes)
      return errors_.beyond("byte", options_.limits.max_bytes, "more");
  }
  beginning_.resize(n_bytes);
  return {};
}

Result<> CsvReader::read_header() {
  RF_TRY(read_beginning(kByteOrderMark.size()));
  source_.bom = RF_MUTANT(byte_order_mark_is_text, beginning_ == kByteOrderMark, false);
  if (source_.bom) {
    beginning_.clear();
    RF_TRY(read_beginning(kByteOrderMark.size()));
    source_.second_bom = options_.rules != table::ReadingRules::kFirst && beginning_ == kByteOrderMark;
    if (source_.second_bom) beginning_.clear();
  }
  for (std::size_t size = settings_.chunk_bytes != 0 ? settings_.chunk_bytes : kChunkBytes;; size *= 2) {
    RF_TRY(read_beginning(size));
    RF_ASSIGN(const bool is_whole, opening_is_whole());
    if (is_whole) break;
  }
  RF_TRY(context_.monitor.check());
  RF_TRY(cut_header());
  RF_TRY(context_.monitor.check());
  const std::string_view text = beginning_;
  const std::size_t checked = all_read_ && header_fault_ ? text.size() : header_.text_bytes;
  if (const auto fault = table::find_text_fault(text.substr(0, checked))) {
    RF_TRY(check_rest_can_be_read());
    return errors_.no_text(fault->code, 1 + count_line_ends(text.substr(0, fault->offset)),
                           text_offset() + fault->offset, table::describe_text_fault(text, fault->offset));
  }
  return {};
}

/// Looks at the opening. Returns false if more text could change it.
Result<bool> CsvReader::opening_is_whole() {
  const std::optional<Opening> opening = look_at_opening(beginning_, all_read_, options_, context_.monitor);
  RF_TRY(context_.monitor.check());
  if (opening) opening_ = *opening;
  return opening.has_value();
}

/// Reads the rest of the source for failures: a failure to read takes precedence over any fault of the bytes,
/// however far behind the fault it is. The result then does not depend on how much is read at a time. If the
/// size is known and the bytes are not compressed, only the file system could fail, and nothing is read.
Result<> CsvReader::check_rest_can_be_read() {
  bytes_.keep_no_more();
  if (bytes_.claimed_size() && !bytes_.is_compressed()) return {};
  std::uint64_t n_bytes = beginning_.size() + text_offset();
  std::string scratch(kChunkBytes, '\0');
  while (!all_read_) {
    RF_ASSIGN(const std::size_t n_read, bytes_.read(scratch.data(), scratch.size(), context_.monitor));
    all_read_ = n_read == 0;
    n_bytes += n_read;
    if (n_bytes > options_.limits.max_bytes) return errors_.beyond("byte", options_.limits.max_bytes, "more");
    RF_TRY(context_.monitor.check());
  }
  return {};
}

Result<> CsvReader::cut_header() {
  source_.delimiter = opening_.delimiter;
  source_.sep_line = opening_.sep_line;
  source_.trailing_delimiters = opening_.trailing_delimiters;
  CsvScanner scanner(std::string_view(beginning_).substr(opening_.begin), source_.delimiter, options_.trim,
                     static_cast<std::size_t>(options_.limits.max_columns), options_.limits,
                     &context_.monitor, options_.comment);
  Record header;
  const CsvScanner::Step step = scanner.next(header);
  Result<> named;
  if (step == CsvScanner::Step::kRecord) {
    named = name_columns(header);
  } else if (step == CsvScanner::Step::kFault) {
    named = errors_.fault(after_lines(scanner.fault(), opening_.lines));
  } else {
    named = errors_.empty_file(bytes_.bytes_in() == 0 ? "0 bytes"
                               : beginning_.empty()   ? "a byte order mark alone"
                                                      : "blank lines alone");
  }
  if (!named.ok()) header_fault_ = std::move(named).error();
  if (step == CsvScanner::Step::kFault) {
    header_.text_bytes = 0;  // check all of it again with the rest
  } else if (options_.header) {
    header_.text_bytes = opening_.begin + scanner.offset();
    header_.newline = scanner.newline();
    header_.blank_lines = scanner.blank_lines();
  } else {
    header_.text_bytes = opening_.begin;
  }
  header_.lines = count_line_ends(std::string_view(beginning_).substr(0, header_.text_bytes));
  return {};
}

/// Without a header, column N is named column_N.
void CsvReader::number_columns(std::size_t n_columns) {
  for (std::size_t j = 0; j < n_columns; ++j) names_.push_back("column_" + count_text(j + 1));
}

Result<> CsvReader::name_columns(const Record& header) {
  if (header.n_fields > options_.limits.max_columns) {
    return errors_.beyond("column", options_.limits.max_columns, count_text(header.n_fields));
  }
  if (!options_.header) {
    number_columns(header.n_fields);
    return {};
  }
  constexpr std::size_t kNamesBetweenAsking = 4096;
  std::map<std::string, std::size_t> first_of;
  std::string scratch;
  for (std::size_t j = 0; j < header.fields.size(); ++j) {
    if (j % kNamesBetweenAsking == 0) RF_TRY(context_.monitor.check());
    std::string name(field_text(header.fields[j], scratch));
    if (name.empty()) name = "column_" + count_text(j + 1);
    if (name.size() > options_.limits.max_cell_bytes)
      return errors_.long_cell(opening_.lines + header.line, name, options_.limits.max_cell_bytes,
                               name.size());
    const auto [first, is_new] = first_of.try_emplace(name, j);
    if (!is_new) return errors_.duplicate(opening_.lines + header.line, name, first->second, j);
    names_.push_back(std::move(name));
  }
  return {};
}

Result<> CsvReader::read_records() {
  const bool known = bytes_.claimed_size() && !bytes_.is_compressed();
  const std::uint64_t text_bytes =
      known ? *bytes_.claimed_size() - std::min(*bytes_.claimed_size(), text_offset()) : 0;
  LoadProgress progress(context_.monitor, known ? std::optional(text_bytes) : bytes_.claimed_size());

  ChunkPlan plan(options_, errors_, names_);
  plan.delimiter = source_.delimiter;
  plan.trailing_delimiters = source_.trailing_delimiters;
  CsvColumns columns(plan, text_bytes, context_.budget);
  const CsvPipeline::Settings settings{chunk_bytes(),
                                       settings_.kernels != nullptr ? *settings_.kernels : best_csv_kernels(),
                                       text_offset(), std::move(header_fault_)};
  CsvPipeline pipeline(bytes_, plan, columns, context_, settings);
  beginning_.erase(0, static_cast<std::size_t>(header_.text_bytes));
  RF_ASSIGN(const TextFacts facts, pipeline.run(header_, std::move(beginning_), &progress));
  source_.size_bytes = bytes_.bytes_in();
  source_.newline = facts.newline;
  source_.blank_lines = facts.blank_lines;
  if (columns.n_rows() == 0) return errors_.no_records();
  RF_ASSIGN(dataset_.diagnostics, columns.settle_kinds());
  RF_TRY(progress.finish(source_.size_bytes));

  const bool hashed = bytes_.hashes();
  if (hashed) source_.fingerprint_sha256 = crypto::hex(bytes_.finish_hash());
  const std::size_t n_rows = columns.n_rows();
  if (columns.begin_second_pass()) {
    RF_TRY(read_again(plan, columns, settings));
    const bool same = columns.n_rows() == n_rows && bytes_.bytes_in() == source_.size_bytes &&
                      (!hashed || crypto::hex(bytes_.finish_hash()) == source_.fingerprint_sha256);
    if (!same) return errors_.changed();
  }
  dataset_.table.n_rows = n_rows;
  dataset_.table.columns = columns.take();
  return {};
}

/// Joins all records a second time. The text may have changed since the first pass. The result is then
/// dropped.
Result<> CsvReader::read_again(ChunkPlan& plan, CsvColumns& columns, const CsvPipeline::Settings& settings) {
  const bool hashed = bytes_.hashes();
  RF_TRY(bytes_.rewind());
  if (hashed) bytes_.hash_bytes();
  all_read_ = false;
  beginning_.clear();
  const auto skipped = static_cast<std::size_t>(text_offset() + header_.text_bytes);
  RF_TRY(read_beginning(skipped));
  if (beginning_.size() < skipped) return errors_.changed();
  CsvPipeline pipeline(bytes_, plan, columns, context_, settings);
  auto again = pipeline.run(header_, {}, nullptr);
  if (!again.ok() && again.error().status() == core::Status::kData) return errors_.changed();
  RF_TRY(std::move(again));
  return {};
}

void CsvReader::settle_source() {
  source_.options = options_;
  source_.options.delimiter = source_.delimiter;
}

}  // namespace

core::Result<table::Dataset> read_csv(ByteSource& source, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings) {
  return CsvReader(source, options, source_name, context, settings).read();
}

core::Result<table::Dataset> read_csv(std::string_view bytes, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings) {
  ByteSource source(bytes);
  return read_csv(source, options, source_name, context, settings);
}

}  // namespace rf::csv
