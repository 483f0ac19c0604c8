// SPDX-License-Identifier: MIT
// Finds where a text that is still coming in may be cut: behind the last record that is complete. Sees the
// quotes as CsvScanner does. Looks at each byte a few times at most, however long a record is. Pinned by
// tests/unit/csv/csv_cutter_test.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace rf::csv {

class CsvCutter {
 public:
  CsvCutter(char delimiter, bool trim) : delimiter_(delimiter), trim_(trim) {}

  /// `text` begins where a record begins, and with the text of the call before. The number of its bytes that
  /// are whole records (blank lines too); all of them if nothing comes after it.
  std::size_t whole_records(std::string_view text, bool nothing_follows);

  /// The next text begins `n_bytes` further on, where a record begins.
  void cut() { *this = CsvCutter(delimiter_, trim_); }

 private:
  void look_for_end(std::string_view text, std::size_t begin, std::size_t end);
  bool opens(std::string_view text, std::size_t quote) const;

  char delimiter_;
  bool trim_;
  bool quoted_ = false;   ///< at `seen_`
  std::size_t seen_ = 0;  ///< bytes that need not be looked at again
  std::size_t record_end_ = 0;
};

}  // namespace rf::csv
