// SPDX-License-Identifier: MIT
// The error messages of the CSV reader: one function per mistake. Each names file, line and column. Pinned
// word for word by tests/unit/csv/csv_error_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "csv/csv_scanner.hpp"
#include "table/infer.hpp"

namespace rf::csv {

/// What every record must look like.
struct RecordShape {
  const std::vector<std::string>& names;
  char delimiter;
  bool has_header;
  bool trailing_delimiters;
};

class CsvErrors {
 public:
  /// `source_name` must outlive the object.
  explicit CsvErrors(const std::string& source_name) : name_(source_name) {}

  core::Error empty_file(std::string_view found) const;
  core::Error no_records() const;
  core::Error fault(const ScanFault& fault) const;
  /// `begins` holds the first characters of the record.
  core::Error ragged(std::uint64_t line, const RecordShape& shape, std::size_t found,
                     std::string_view begins) const;
  /// `first` and `second` are column numbers from 0.
  core::Error duplicate(std::uint64_t line, const std::string& column, std::size_t first,
                        std::size_t second) const;
  core::Error no_text(core::Code code, std::uint64_t line, std::size_t offset, std::string_view what) const;
  core::Error cell(core::Code code, const std::string& column, const table::CellMention& cell,
                   std::string_view expected) const;
  core::Error long_cell(std::uint64_t line, const std::string& column, std::uint64_t limit,
                        std::size_t found) const;
  core::Error changed() const;
  core::Error long_record(std::uint64_t limit) const;
  /// Returns the error "expected at most `limit` `noun`s, found `found`".
  core::Error beyond(std::string_view noun, std::uint64_t limit, std::string_view found) const;

 private:
  core::Error whole(core::Code code, std::string_view what, core::Details details = {}) const;
  core::Error at(core::Code code, std::uint64_t line, std::string_view what, core::Details details) const;

  const std::string& name_;
};

}  // namespace rf::csv
