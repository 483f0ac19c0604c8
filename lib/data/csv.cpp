// SPDX-License-Identifier: MIT
// Two passes over the bytes. The first cuts records and gathers what each column's cells are, storing none;
// the second fills the typed columns, whose size is known by then, so memory stays near the table's own.
// Rules in docs/formats/csv.md; pinned by tests/unit/data/csv_test.cpp.
#include "data/csv.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "data/byte_progress.hpp"
#include "data/column_builder.hpp"
#include "data/csv_errors.hpp"
#include "data/csv_scanner.hpp"
#include "data/infer.hpp"
#include "data/text_check.hpp"

namespace rf::data {
namespace {

using core::Code;
using core::decimal;
using core::Error;
using core::quoted;
using core::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::uint64_t kLoadPasses = 3;  ///< the check of the text, the inference, the filling

std::string count_text(std::uint64_t count) {
  return decimal(static_cast<std::int64_t>(count));
}

class CsvReader {
 public:
  CsvReader(std::string_view bytes, const ReadingOptions& options, const std::string& source_name,
            core::Context& context)
      : bytes_(bytes),
        text_(bytes),
        options_(options),
        errors_(source_name),
        context_(context),
        missing_(options.missing_tokens) {}

  Result<Dataset> read() {
    RF_TRY(check_options());
    RF_TRY(check_text());
    RF_TRY(read_header());
    RF_TRY(infer());
    RF_TRY(settle_kinds());
    RF_TRY(fill());
    settle_source();
    dataset_.source = std::move(source_);
    return std::move(dataset_);
  }

 private:
  Result<> check_options() const;
  Result<> check_text();
  Result<> read_header();
  Result<> name_columns(const Record& header);
  Result<> infer();
  Result<> infer_record(const Record& record);
  Result<> check_cell_size(const std::string& column, std::string_view text, std::uint64_t line) const;
  Result<> check_declared(std::size_t column, std::string_view text, std::uint64_t line) const;
  Result<> settle_kinds();
  Result<> fill();
  void settle_source();

  /// Keeps as many fields of a record as may be read; a longer one is refused for its number of fields.
  CsvScanner scanner(std::uint64_t kept_fields) const {
    return {text_, source_.delimiter, options_.trim, static_cast<std::size_t>(kept_fields)};
  }

  std::string_view bytes_;
  std::string_view text_;  ///< less the byte order mark
  const ReadingOptions& options_;
  CsvErrors errors_;
  core::Context& context_;
  MissingTokens missing_;

  std::vector<std::string> names_;
  std::vector<std::optional<Kind>> declared_;
  std::vector<KindEvidence> evidence_;
  std::vector<Kind> kinds_;
  std::uint64_t n_rows_ = 0;
  std::string scratch_;
  Source source_;
  Dataset dataset_;
};

Result<> CsvReader::check_options() const {
  if (options_.delimiter && std::string_view(",;\t").find(*options_.delimiter) == std::string_view::npos) {
    return Error{
        Code::kInvalidValue,
        "delimiter: expected a comma, a semicolon or a tab, found " + quoted({&*options_.delimiter, 1}),
        {{"pointer", "/delimiter"}}};
  }
  return {};
}

Result<> CsvReader::check_text() {
  if (bytes_.size() > options_.limits.max_bytes) {
    return errors_.beyond("byte", options_.limits.max_bytes, count_text(bytes_.size()));
  }
  source_.bom = text_.substr(0, kByteOrderMark.size()) == kByteOrderMark;
  if (source_.bom) text_.remove_prefix(kByteOrderMark.size());
  ByteProgress progress(context_.monitor, "load", 0, kLoadPasses, text_.size());
  for (std::size_t begin = 0; begin < text_.size();) {
    const std::size_t end = character_boundary(text_, begin + kStepBytes);
    if (const auto fault = find_text_fault(text_.substr(begin, end - begin))) {
      const std::size_t offset = begin + fault->offset;
      return errors_.no_text(fault->code, 1 + count_line_ends(text_.substr(0, offset)),
                             offset + (bytes_.size() - text_.size()), describe_text_fault(text_, offset));
    }
    begin = end;
    RF_TRY(progress.at(begin));
  }
  return progress.finish();
}

Result<> CsvReader::read_header() {
  source_.delimiter = options_.delimiter ? *options_.delimiter : detect_delimiter(text_, options_.trim);
  CsvScanner header_scanner = scanner(options_.limits.max_columns);
  Record header;
  switch (header_scanner.next(header)) {
    case CsvScanner::Step::kRecord:
      return name_columns(header);
    case CsvScanner::Step::kFault:
      return errors_.fault(header_scanner.fault());
    case CsvScanner::Step::kEnd:
      break;
  }
  return errors_.empty_file(bytes_.empty()  ? "0 bytes"
                            : text_.empty() ? "a byte order mark alone"
                                            : "blank lines alone");
}

Result<> CsvReader::name_columns(const Record& header) {
  if (header.n_fields > options_.limits.max_columns) {
    return errors_.beyond("column", options_.limits.max_columns, count_text(header.n_fields));
  }
  std::map<std::string, std::size_t> first_of;
  for (std::size_t j = 0; j < header.fields.size(); ++j) {
    std::string name(field_text(header.fields[j], scratch_));
    if (name.empty()) name = "column_" + count_text(j + 1);
    RF_TRY(check_cell_size(name, name, header.line));
    const auto [first, is_new] = first_of.try_emplace(name, j);
    if (!is_new) return errors_.duplicate(header.line, name, first->second, j);
    names_.push_back(std::move(name));
  }
  declared_.resize(names_.size());
  for (std::size_t j = 0; j < names_.size(); ++j) {
    const auto kind = options_.kinds.find(names_[j]);
    if (kind != options_.kinds.end()) declared_[j] = kind->second;
  }
  evidence_.resize(names_.size());
  return {};
}

Result<> CsvReader::infer() {
  CsvScanner records = scanner(names_.size());
  Record record;
  CsvScanner::Step step = records.next(record);  // the header, which has been read before
  ByteProgress progress(context_.monitor, "load", 1, kLoadPasses, text_.size());
  for (step = records.next(record); step == CsvScanner::Step::kRecord; step = records.next(record)) {
    if (++n_rows_ > options_.limits.max_rows) return errors_.beyond("row", options_.limits.max_rows, "more");
    RF_TRY(infer_record(record));
    RF_TRY(progress.at(records.offset()));
  }
  if (step == CsvScanner::Step::kFault) return errors_.fault(records.fault());
  source_.newline = records.newline();
  source_.blank_lines = records.blank_lines();
  if (n_rows_ == 0) return errors_.no_records();
  return progress.finish();
}

Result<> CsvReader::infer_record(const Record& record) {
  if (record.n_fields != names_.size()) return errors_.ragged(record.line, names_.size(), record.n_fields);
  for (std::size_t j = 0; j < names_.size(); ++j) {
    const std::string_view text = field_text(record.fields[j], scratch_);
    RF_TRY(check_cell_size(names_[j], text, record.line));
    if (missing_.matches(text)) continue;
    if (!declared_[j]) {
      evidence_[j].add(text, record.line);
    } else {
      RF_TRY(check_declared(j, text, record.line));
    }
  }
  return {};
}

Result<> CsvReader::check_cell_size(const std::string& column, std::string_view text,
                                    std::uint64_t line) const {
  const std::uint64_t limit = options_.limits.max_cell_bytes;
  if (text.size() <= limit) return {};
  return errors_.long_cell(line, column, limit, text.size());
}

Result<> CsvReader::check_declared(std::size_t column, std::string_view text, std::uint64_t line) const {
  if (*declared_[column] == Kind::kCategory) return {};
  if (*declared_[column] == Kind::kBoolean) {
    if (parse_boolean(text)) return {};
    return errors_.cell(Code::kCellKindMismatch, names_[column], mention_of(line, text), "true or false");
  }
  switch (classify_cell(text)) {
    case CellClass::kInteger:
    case CellClass::kWideInteger:
    case CellClass::kFraction:
      return {};
    case CellClass::kInfinite:
      return errors_.cell(Code::kNumberOutOfRange, names_[column], mention_of(line, text), "a finite number");
    case CellClass::kBoolean:
    case CellClass::kText:
      break;
  }
  return errors_.cell(Code::kCellKindMismatch, names_[column], mention_of(line, text), "a number");
}

Result<> CsvReader::settle_kinds() {
  for (std::size_t j = 0; j < names_.size(); ++j) {
    if (const CellMention* cell = evidence_[j].out_of_range()) {
      return errors_.cell(Code::kNumberOutOfRange, names_[j], *cell, "a finite number");
    }
    kinds_.push_back(declared_[j] ? *declared_[j] : evidence_[j].kind());
    if (const CellMention* cell = evidence_[j].too_wide()) {
      dataset_.diagnostics.push_back(
          {Code::kIntegerTooWide,
           core::Severity::kWarning,
           "column " + quoted(names_[j]) + ": the integer " + quoted(cell->text) +
               " is wider than a double holds exactly; the column is read as categories of its exact text",
           {{"column", names_[j]}, {"got", cell->text}}});
    }
  }
  return {};
}

Result<> CsvReader::fill() {
  std::vector<ColumnBuilder> builders;
  builders.reserve(names_.size());
  for (std::size_t j = 0; j < names_.size(); ++j) {
    builders.emplace_back(names_[j], kinds_[j], static_cast<std::size_t>(n_rows_));
  }
  CsvScanner records = scanner(names_.size());
  Record record;
  CsvScanner::Step step = records.next(record);
  ByteProgress progress(context_.monitor, "load", 2, kLoadPasses, text_.size());
  for (step = records.next(record); step == CsvScanner::Step::kRecord; step = records.next(record)) {
    for (std::size_t j = 0; j < builders.size(); ++j) {
      const std::string_view text = field_text(record.fields[j], scratch_);
      missing_.matches(text) ? builders[j].add_missing() : builders[j].add(text);
    }
    RF_TRY(progress.at(records.offset()));
  }
  dataset_.table.n_rows = static_cast<std::size_t>(n_rows_);
  for (ColumnBuilder& builder : builders) dataset_.table.columns.push_back(builder.finish());
  return progress.finish();
}

void CsvReader::settle_source() {
  source_.size_bytes = bytes_.size();
  source_.options = options_;
  source_.options.delimiter = source_.delimiter;
}

}  // namespace

core::Result<Dataset> read_csv(std::string_view bytes, const ReadingOptions& options,
                               const std::string& source_name, core::Context& context) {
  return CsvReader(bytes, options, source_name, context).read();
}

core::Result<std::vector<std::vector<std::string>>> read_raw_records(std::string_view bytes, char delimiter) {
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
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
  return Error{Code::kMalformedQuote,
               "line " + decimal(line) + ": " + describe_scan_fault(scanner.fault()),
               {{"line", line}}};
}

}  // namespace rf::data
