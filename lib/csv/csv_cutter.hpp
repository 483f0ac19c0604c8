// SPDX-License-Identifier: MIT
// Finds where a text that is still arriving may be cut: behind its last complete record. Treats quotes as
// CsvScanner does. Looks at each byte a few times at most, however long a record is. Pinned by
// tests/unit/csv/csv_cutter_test.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace rf::csv {

class CsvCutter {
 public:
  /// Lines that begin with `comment` hold no quotes, unless it is empty.
  CsvCutter(char delimiter, bool trim, std::string_view comment = {})
      : delimiter_(delimiter), trim_(trim), comment_(comment) {}

  /// `text` begins where a record begins, and it begins with the text of the previous call. Returns the
  /// number of its bytes that are whole records (blank lines included), or all bytes if nothing follows.
  std::size_t whole_records(std::string_view text, bool nothing_follows);

  /// Starts again: the next text begins at the beginning of a record.
  void cut() { *this = CsvCutter(delimiter_, trim_, comment_); }

 private:
  void look_for_end(std::string_view text, std::size_t begin, std::size_t end);
  bool opens(std::string_view text, std::size_t quote) const;

  char delimiter_;
  bool trim_;
  std::string_view comment_;
  bool quoted_ = false;   ///< position `seen_` is inside quotes
  std::size_t seen_ = 0;  ///< bytes that need not be looked at again
  std::size_t record_end_ = 0;
};

}  // namespace rf::csv
