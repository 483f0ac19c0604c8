// SPDX-License-Identifier: MIT
// The records of a CSV text unchanged, header included: the scanner alone, without trim and inference. For
// tests against the corpora of others and against readers in other languages. Blank lines are skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/text.hpp"
#include "csv/csv_scanner.hpp"

namespace rf::csv::test {

inline core::Result<std::vector<std::vector<std::string>>> read_raw_records(std::string_view bytes,
                                                                            char delimiter) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  CsvScanner scanner(bytes, delimiter, false);
  std::vector<std::vector<std::string>> records;
  std::string scratch;
  Record record;
  CsvScanner::Step step = scanner.next(record);
  for (; step == CsvScanner::Step::kRecord; step = scanner.next(record)) {
    std::vector<std::string>& cells = records.emplace_back();
    for (const Field& field : record.fields) cells.emplace_back(field_text(field, scratch));
  }
  if (step == CsvScanner::Step::kEnd) return records;
  const auto line = static_cast<std::int64_t>(scanner.fault().line);
  return core::Error{core::Code::kMalformedQuote,
                     "line " + core::decimal(line) + ": " + describe_scan_fault(scanner.fault()),
                     {{"line", line}}};
}

}  // namespace rf::csv::test
