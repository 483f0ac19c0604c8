// SPDX-License-Identifier: MIT
// Cuts CSV text into records and fields: quotes, line ends, blank lines. Knows nothing of headers, kinds or
// missing values, and copies no cell. The rules stand in docs/formats/csv.md;
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
  std::string_view raw;  ///< between the quotes, or all of it (less surrounding spaces under trim)
  bool quoted = false;
  bool doubled_quotes = false;  ///< `raw` holds "" where the value holds "
};

/// The field's value; `scratch` holds it where it is not a part of the text.
std::string_view field_text(const Field& field, std::string& scratch);

struct Record {
  std::vector<Field> fields;  ///< the first ones, as many as the scanner keeps
  std::size_t n_fields = 0;   ///< all of them
  std::uint64_t line = 0;     ///< physical line of the first byte, from 1
};

/// What the scanner could not read.
struct ScanFault {
  enum class Kind : std::uint8_t { kUnclosedQuote, kTextAfterQuote, kLongField, kManyFields };
  Kind kind = Kind::kUnclosedQuote;
  std::uint64_t line = 0;    ///< physical line of the opening quote, or of the field's first byte
  std::size_t field = 0;     ///< number of the field in its record, from 0
  std::string_view excerpt;  ///< the text after the closing quote
  std::uint64_t limit = 0;   ///< that is exceeded
};

/// Whether it is the same fault, told in the same words, whatever text follows. `at_end` where it reaches to
/// the end of the text.
bool is_final(const ScanFault& fault, bool at_end);

/// "field 2: expected a closing quote ..., found ..."
std::string describe_scan_fault(const ScanFault& fault);

class CsvScanner {
 public:
  enum class Step : std::uint8_t { kRecord, kEnd, kFault };

  /// `text` holds no byte order mark and outlives the scanner. With `trim`, spaces around a field, outside
  /// quotes, are no part of it. `kept_fields` (at least 1) bounds the memory of a record; further fields are
  /// counted. A field of more than twice `limits.max_cell_bytes` with its quotes and the spaces around it is
  /// a fault, and so is a record of more than twice `limits.max_columns` fields: neither needs to be whole to
  /// be seen. (A cell at its limit that consists of quotes takes twice its size, and two more.) `monitor` is
  /// asked within long records; it outlives the scanner.
  CsvScanner(std::string_view text, char delimiter, bool trim, std::size_t kept_fields = SIZE_MAX,
             const table::ReadingLimits& limits = {}, const core::Monitor* monitor = nullptr);

  /// The next record that is not a blank line. kEnd also once the caller has asked to stop: whoever gave a
  /// monitor asks it afterwards.
  Step next(Record& record);

  const ScanFault& fault() const { return fault_; }
  std::size_t offset() const { return position_; }  ///< bytes read so far
  std::uint64_t blank_lines() const { return blank_lines_; }
  table::Newline newline() const { return newline_; }  ///< as seen so far, outside quotes

 private:
  bool read_field(Field& field, std::size_t number);
  bool refuse_long(std::size_t begin, std::uint64_t line, std::size_t number);
  bool read_quoted(Field& field, std::size_t number);
  void read_plain(Field& field);
  void skip_spaces();
  void end_line();
  bool is_to_stop(std::size_t position);

  std::string_view text_;
  std::array<bool, 256> ends_field_{};
  char delimiter_;
  bool trim_;
  std::size_t kept_fields_;
  table::ReadingLimits limits_;
  const core::Monitor* monitor_;
  std::size_t position_ = 0;
  std::size_t asked_ = 0;  ///< the position where the monitor was asked last
  bool is_stopped_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t blank_lines_ = 0;
  table::Newline newline_ = table::Newline::kNone;
  ScanFault fault_;
};

/// Line ends (LF, CRLF or CR) in `text`.
std::uint64_t count_line_ends(std::string_view text);

/// The candidate (`,` `;` tab) that cuts the first record into the most fields; the earlier one on a tie.
/// Those for which it has a fault, but that of too many fields, are none.
char detect_delimiter(std::string_view text, bool trim, const table::ReadingLimits& limits = {},
                      const core::Monitor* monitor = nullptr);

/// What a record may take: more is a fault.
std::uint64_t most_field_bytes(const table::ReadingLimits& limits);
std::uint64_t most_fields(const table::ReadingLimits& limits);

}  // namespace rf::csv
