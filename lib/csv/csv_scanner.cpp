// SPDX-License-Identifier: MIT
// The scanner walks the bytes once. A field that starts with a quote ends at the first quote that is not
// doubled. Any other field ends at the next delimiter or line end, and a quote inside it is text, as in
// Python's csv module. A line end is LF, CRLF or CR, in any mix. RFC 4180. Pinned by
// tests/unit/csv/csv_scanner_test.cpp.
#include "csv/csv_scanner.hpp"

#include <algorithm>
#include <limits>

#include "core/text.hpp"

namespace rf::csv {
std::uint64_t count_line_ends(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool carriage_return_of_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\n' || (text[i] == '\r' && !carriage_return_of_pair)) ++count;
  }
  return count;
}

std::string_view field_text(const Field& field, std::string& scratch) {
  if (!field.doubled_quotes) return field.raw;
  scratch.clear();
  scratch.reserve(field.raw.size());
  for (std::size_t begin = 0; begin < field.raw.size();) {
    const std::size_t end = std::min(field.raw.find('"', begin), field.raw.size() - 1) + 1;
    scratch.append(field.raw, begin, end - begin);
    begin = end + (field.raw[end - 1] == '"' ? 1 : 0);
    // Copies pairs of quotes in this loop. Otherwise a text of quotes alone would need a call of find() for
    // each pair.
    for (; begin < field.raw.size() && field.raw[begin] == '"'; begin += 2) scratch.push_back('"');
  }
  return scratch;
}

bool is_final(const ScanFault& fault, bool at_end) {
  constexpr std::size_t kMoreThanAMessageShows = 256;
  if (fault.kind == ScanFault::Kind::kUnclosedQuote) return false;
  return fault.kind != ScanFault::Kind::kTextAfterQuote || !at_end ||
         fault.excerpt.size() > kMoreThanAMessageShows;
}

std::string describe_scan_fault(const ScanFault& fault) {
  if (fault.kind == ScanFault::Kind::kManyFields) {
    return "expected at most " + core::counted(fault.limit, "field") + ", found more than twice as many";
  }
  const std::string field = "field " + core::decimal(static_cast<std::int64_t>(fault.field + 1));
  if (fault.kind == ScanFault::Kind::kUnclosedQuote) {
    return field + ": expected a closing quote for the one that begins here, found the end of the file";
  }
  if (fault.kind == ScanFault::Kind::kLongField) {
    return field + ": expected at most " + core::counted(fault.limit, "byte") +
           ", found more than twice as many";
  }
  return field + ": expected a delimiter or a line end after the closing quote, found " +
         core::quoted(fault.excerpt);
}

std::uint64_t most_field_bytes(const table::ReadingLimits& limits) {
  const std::uint64_t limit =
      std::min(limits.max_cell_bytes, std::numeric_limits<std::uint64_t>::max() / 2 - 1);
  return 2 * limit + 2;
}

std::uint64_t most_fields(const table::ReadingLimits& limits) {
  return 2 * std::min(limits.max_columns, std::numeric_limits<std::uint64_t>::max() / 2);
}

CsvScanner::CsvScanner(std::string_view text, char delimiter, bool trim, std::size_t kept_fields,
                       const table::ReadingLimits& limits, const core::Monitor* monitor,
                       std::string_view comment)
    : text_(text),
      delimiter_(delimiter),
      trim_(trim),
      kept_fields_(std::max<std::size_t>(kept_fields, 1)),
      limits_(limits),
      monitor_(monitor),
      comment_(comment) {
  for (const char c : {delimiter, '\n', '\r'}) ends_field_[static_cast<unsigned char>(c)] = true;
}

/// Asks the monitor once for each MiB up to `position`. Returns whether to stop.
bool CsvScanner::is_to_stop(std::size_t position) {
  constexpr std::size_t kBytesBetween = std::size_t{1} << 20;
  if (monitor_ == nullptr || position - asked_ < kBytesBetween) return false;
  asked_ = position;
  is_stopped_ = monitor_->cancelled();
  return is_stopped_;
}

CsvScanner::Step CsvScanner::next(Record& record) {
  while (position_ < text_.size()) {
    if (skip_comment()) continue;
    record.fields.clear();
    record.n_fields = 0;
    record.line = line_;
    Field beyond;
    for (;;) {
      if (is_to_stop(position_)) return Step::kEnd;
      if (record.n_fields == most_fields(limits_)) {
        fault_ = {ScanFault::Kind::kManyFields, record.line, record.n_fields, {}, limits_.max_columns};
        return Step::kFault;
      }
      Field& field = record.n_fields < kept_fields_ ? record.fields.emplace_back() : beyond;
      if (!read_field(field, record.n_fields++)) return is_stopped_ ? Step::kEnd : Step::kFault;
      if (position_ == text_.size() || text_[position_] != delimiter_) break;
      ++position_;
    }
    end_line();
    const Field& first = record.fields.front();
    const bool blank = record.n_fields == 1 && first.raw.empty() && !first.quoted;
    if (!blank) return Step::kRecord;
    ++blank_lines_;
  }
  return Step::kEnd;
}

// Leaves the position at a delimiter, a line end or the end of the text.
bool CsvScanner::read_field(Field& field, std::size_t number) {
  const std::size_t begin = position_;
  const std::uint64_t line = line_;
  if (trim_) skip_spaces();
  const bool quoted = position_ < text_.size() && text_[position_] == '"';
  const bool closed = !quoted || read_quoted(field, number);
  if (!quoted) read_plain(field);
  if (refuse_long(begin, line, number)) return false;
  if (!quoted || !closed || position_ == text_.size() ||
      ends_field_[static_cast<unsigned char>(text_[position_])])
    return closed;
  fault_.kind = ScanFault::Kind::kTextAfterQuote;
  Field rest;
  read_plain(rest);
  fault_.excerpt = rest.raw;
  return false;
}

/// Returns whether the field from `begin` up to the position is longer than allowed. If so, sets the fault.
bool CsvScanner::refuse_long(std::size_t begin, std::uint64_t line, std::size_t number) {
  if (position_ - begin <= most_field_bytes(limits_)) return false;
  fault_ = {ScanFault::Kind::kLongField, line, number, {}, limits_.max_cell_bytes};
  return true;
}

void CsvScanner::read_plain(Field& field) {
  const char* const begin = text_.data() + position_;
  const char* const text_end = text_.data() + text_.size();
  const char* end = begin;
  while (end != text_end && !ends_field_[static_cast<unsigned char>(*end)]) ++end;
  position_ += static_cast<std::size_t>(end - begin);
  if (trim_) {
    while (end != begin && end[-1] == ' ') --end;
  }
  field.raw = {begin, static_cast<std::size_t>(end - begin)};
}

/// Returns false if the quote is not closed (the field is then all that follows) or after a cancel.
bool CsvScanner::read_quoted(Field& field, std::size_t number) {
  fault_ = {ScanFault::Kind::kUnclosedQuote, line_, number, {}, 0};
  field.quoted = true;
  const std::size_t begin = position_ + 1;
  std::size_t end = text_.find('"', begin);
  while (end != std::string_view::npos && end + 1 < text_.size() && text_[end + 1] == '"') {
    field.doubled_quotes = true;
    end += 2;
    if (is_to_stop(end)) return false;
    // A text of nothing but quotes would call find() for each pair.
    if (end >= text_.size() || text_[end] != '"') end = text_.find('"', end);
  }
  if (end == std::string_view::npos) {
    position_ = text_.size();
    return false;
  }
  field.raw = text_.substr(begin, end - begin);
  line_ += count_line_ends(field.raw);
  position_ = end + 1;
  if (trim_) skip_spaces();
  return true;
}

void CsvScanner::skip_spaces() {
  while (position_ < text_.size() && text_[position_] == ' ') ++position_;
}

/// Passes over the line if it is a comment.
bool CsvScanner::skip_comment() {
  if (comment_.empty() || !text_.substr(position_).starts_with(comment_)) return false;
  position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
  end_line();
  return true;
}

void CsvScanner::end_line() {
  if (position_ == text_.size()) return;
  table::Newline found = table::Newline::kLf;
  if (text_[position_] == '\r') {
    const bool pair = position_ + 1 < text_.size() && text_[position_ + 1] == '\n';
    found = pair ? table::Newline::kCrLf : table::Newline::kCr;
  }
  position_ += found == table::Newline::kCrLf ? 2 : 1;
  newline_ = table::merged(newline_, found);
  ++line_;
}

}  // namespace rf::csv
