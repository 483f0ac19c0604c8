// SPDX-License-Identifier: MIT
// A message names the place, what was expected and what was found: `data.csv:12: column "age": expected a
// number, found "n/a"`. Pinned word for word by tests/unit/csv/csv_error_test.cpp.
#include "csv/csv_errors.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "table/text_check.hpp"

namespace rf::csv {
namespace {

using core::Code;
using core::counted;
using core::Error;
using core::quoted;

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
std::string digits(std::uint64_t value) {
  return core::decimal(number(value));
}

/// The first names of the header, shortened.
std::string header_text(const RecordShape& shape) {
  constexpr std::size_t kMostNames = 4;
  constexpr std::size_t kMostBytes = 40;
  std::string text;
  for (std::size_t i = 0; i < std::min(shape.names.size(), kMostNames); ++i) {
    const std::string& name = shape.names[i];
    const std::size_t size = table::character_boundary(name, std::min(name.size(), kMostBytes));
    text += (i > 0 ? ", " : "") + quoted(std::string_view(name).substr(0, size)) +
            (size < name.size() ? " ..." : "");
  }
  return shape.names.size() > kMostNames ? text + ", ..." : text;
}

}  // namespace

Error CsvErrors::whole(Code code, std::string_view what, core::Details details) const {
  details.insert(details.begin(), {"file", name_});
  return {code, name_ + ": " + std::string(what), std::move(details)};
}

Error CsvErrors::at(Code code, std::uint64_t line, std::string_view what, core::Details details) const {
  details.insert(details.begin(), {{"file", name_}, {"line", number(line)}});
  return {code, name_ + ":" + digits(line) + ": " + std::string(what), std::move(details)};
}

Error CsvErrors::empty_file(std::string_view found) const {
  return whole(Code::kEmptyFile, "expected a header and records, found " + std::string(found));
}

Error CsvErrors::no_records() const {
  return whole(Code::kZeroRows, "expected records after the header, found none");
}

Error CsvErrors::fault(const ScanFault& fault) const {
  switch (fault.kind) {
    case ScanFault::Kind::kLongField:
      return at(Code::kLimitReached, fault.line, describe_scan_fault(fault),
                {{"field", number(fault.field + 1)}, {"limit", number(fault.limit)}});
    case ScanFault::Kind::kManyFields:
      return at(Code::kLimitReached, fault.line, describe_scan_fault(fault),
                {{"limit", number(fault.limit)}});
    case ScanFault::Kind::kUnclosedQuote:
    case ScanFault::Kind::kTextAfterQuote:
      break;
  }
  return at(Code::kMalformedQuote, fault.line, describe_scan_fault(fault),
            {{"field", number(fault.field + 1)}});
}

Error CsvErrors::ragged(std::uint64_t line, const RecordShape& shape, std::size_t found,
                        std::string_view begins) const {
  const std::size_t expected = shape.names.size();
  const std::string delimiter(1, shape.delimiter);
  std::string what = "expected " + counted(expected, "field");
  if (shape.trailing_delimiters) what += " and a delimiter behind the last";
  what += shape.has_header ? " as in the header (" + header_text(shape) + ")" : " as in the first record";
  what += " where " + quoted(delimiter) + " separates, found " + digits(found);
  const auto is_comment = [](std::string_view text) {
    return text.starts_with('#') || text.starts_with('%') || text.starts_with("//");
  };
  if (is_comment(begins))
    what += "; if the line is a comment, give its beginning as the option comment";
  else if (shape.has_header && is_comment(shape.names.front()))
    what += "; if the first line is a comment, give its beginning as the option comment";
  else if (shape.has_header && expected == 1)
    what +=
        "; if the lines before the table are none of its records, give their number as skip_rows; if "
        "another character separates, give it as delimiter";
  return at(Code::kRaggedRow, line, what,
            {{"expected", number(expected)}, {"got", number(found)}, {"delimiter", delimiter}});
}

Error CsvErrors::duplicate(std::uint64_t line, const std::string& column, std::size_t first,
                           std::size_t second) const {
  return at(Code::kDuplicateColumn, line,
            "expected distinct column names, found " + quoted(column) + " in column " + digits(first + 1) +
                " and in column " + digits(second + 1),
            {{"column", column}, {"first", number(first + 1)}, {"second", number(second + 1)}});
}

Error CsvErrors::no_text(Code code, std::uint64_t line, std::size_t offset, std::string_view what) const {
  return at(code, line, "byte " + digits(offset) + " of the file: " + std::string(what),
            {{"offset", number(offset)}});
}

Error CsvErrors::cell(Code code, const std::string& column, const table::CellMention& cell,
                      std::string_view expected) const {
  return at(
      code, cell.line,
      "column " + quoted(column) + ": expected " + std::string(expected) + ", found " + quoted(cell.text),
      {{"column", column}, {"expected", std::string(expected)}, {"got", cell.text}});
}

Error CsvErrors::long_cell(std::uint64_t line, const std::string& column, std::uint64_t limit,
                           std::size_t found) const {
  return at(Code::kLimitReached, line,
            "column " + quoted(column) + ": expected at most " + counted(limit, "byte") + ", found " +
                digits(found),
            {{"column", column}, {"limit", number(limit)}});
}

Error CsvErrors::changed() const {
  return whole(Code::kReadFailed, "the file changed while it was being read");
}

Error CsvErrors::long_record(std::uint64_t limit) const {
  return whole(Code::kLimitReached,
               "expected records of at most " + counted(limit, "byte") + ", found a longer one",
               {{"limit", number(limit)}});
}

Error CsvErrors::beyond(std::string_view noun, std::uint64_t limit, std::string_view found) const {
  return whole(Code::kLimitReached,
               "expected at most " + counted(limit, noun) + ", found " + std::string(found),
               {{"limit", number(limit)}, {"got", std::string(found)}});
}

}  // namespace rf::csv
