// SPDX-License-Identifier: MIT
// Cuts CSV text into records and fields: quotes, line ends, blank lines. It does not know headers, kinds or
// missing values, and it copies no cell. The rules are in docs/formats/csv.md;
// tests/unit/csv/csv_scanner_test.cpp pins them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/monitor.hpp"
#include "table/dataset.hpp"

namespace rf::csv {

/// One field, borrowed from the scanned text.
struct Field {
  std::string_view raw;  ///< between the quotes, or the whole field (under trim without its outer spaces)
  bool quoted = false;
  bool doubled_quotes = false;  ///< `raw` holds "" where the value holds "
};

/// Returns the value of the field. The value is a part of the scanned text, or `scratch` holds it: then it
/// lives as long as `scratch` is unchanged.
std::string_view field_text(const Field& field, std::string& scratch);

struct Record {
  std::vector<Field> fields;  ///< the first fields, as many as the scanner keeps
  std::size_t n_fields = 0;   ///< number of all fields
  std::uint64_t line = 0;     ///< physical line of the first byte, from 1
};

/// A fault that the scanner has found.
struct ScanFault {
  enum class Kind : std::uint8_t { kUnclosedQuote, kTextAfterQuote, kLongField, kManyFields };
  Kind kind = Kind::kUnclosedQuote;
  std::uint64_t line = 0;    ///< physical line of the opening quote, or of the field's first byte
  std::size_t field = 0;     ///< number of the field in its record, from 0
  std::string_view excerpt;  ///< the text after the closing quote
  std::uint64_t limit = 0;   ///< the limit that is exceeded
};

/// True if the fault and its message stay the same whatever text follows. `at_end` is true if the fault
/// reaches to the end of the text.
bool is_final(const ScanFault& fault, bool at_end);

/// Returns the message, such as "field 2: expected a closing quote ..., found ...".
std::string describe_scan_fault(const ScanFault& fault);

class CsvScanner {
 public:
  enum class Step : std::uint8_t { kRecord, kEnd, kFault };

  /// `text` has no byte order mark and must outlive the scanner. With `trim`, spaces around a field, outside
  /// quotes, do not belong to it. `kept_fields` (at least 1) bounds the memory of a record; further fields
  /// are only counted. A field of more than twice `limits.max_cell_bytes`, including its quotes and the
  /// spaces around it, is a fault. A record of more than twice `limits.max_columns` fields is a fault as
  /// well. Both are found before the field or record is complete. (A cell at its limit that consists of
  /// quotes takes twice its size, and two more.) `monitor` is asked within long records; it must outlive the
  /// scanner.
  /// Lines that begin with `comment` are passed over, unless it is empty.
  CsvScanner(std::string_view text, char delimiter, bool trim, std::size_t kept_fields = SIZE_MAX,
             const table::ReadingLimits& limits = {}, const core::Monitor* monitor = nullptr,
             std::string_view comment = {});

  /// Reads the next record that is not a blank line. Also returns kEnd after the monitor reports a cancel: a
  /// caller that passed a monitor must ask it afterwards.
  Step next(Record& record);

  const ScanFault& fault() const { return fault_; }
  std::size_t offset() const { return position_; }  ///< number of bytes read so far
  std::uint64_t blank_lines() const { return blank_lines_; }
  table::Newline newline() const { return newline_; }  ///< as seen so far, outside quotes

 private:
  bool read_field(Field& field, std::size_t number);
  bool refuse_long(std::size_t begin, std::uint64_t line, std::size_t number);
  bool read_quoted(Field& field, std::size_t number);
  void read_plain(Field& field);
  void skip_spaces();
  void end_line();
  bool skip_comment();
  bool is_to_stop(std::size_t position);

  std::string_view text_;
  std::array<bool, 256> ends_field_{};
  char delimiter_;
  bool trim_;
  std::size_t kept_fields_;
  table::ReadingLimits limits_;
  const core::Monitor* monitor_;
  std::string_view comment_;
  std::size_t position_ = 0;
  std::size_t asked_ = 0;  ///< position of the last call to the monitor
  bool is_stopped_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t blank_lines_ = 0;
  table::Newline newline_ = table::Newline::kNone;
  ScanFault fault_;
};

/// Returns the number of line ends (LF, CRLF or CR) in `text`.
std::uint64_t count_line_ends(std::string_view text);

/// The limits of the scanner: the most bytes of a field and the most fields of a record. More is a fault.
std::uint64_t most_field_bytes(const table::ReadingLimits& limits);
std::uint64_t most_fields(const table::ReadingLimits& limits);

}  // namespace rf::csv
