// SPDX-License-Identifier: MIT
// The reader that lib/csv/csv.cpp replaced, kept as what it is compared with: it holds the whole text and
// walks it three times, byte by byte, on one thread. The first pass checks the text, the second cuts records
// and gathers what each column's cells are, the third fills the typed columns.
#include "unit/csv/csv_twin.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/messages.hpp"
#include "core/text.hpp"
#include "csv/csv_errors.hpp"
#include "csv/csv_opening.hpp"
#include "csv/csv_scanner.hpp"
#include "table/column_builder.hpp"
#include "table/infer.hpp"
#include "table/text_check.hpp"

namespace rf::csv::test {
namespace {

using core::Code;
using core::decimal;
using core::Error;
using core::quoted;
using core::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string count_text(std::uint64_t count) {
  return decimal(static_cast<std::int64_t>(count));
}

class CsvTwin {
 public:
  CsvTwin(std::string_view bytes, const table::ReadingOptions& options, const std::string& source_name)
      : bytes_(bytes), text_(bytes), options_(options), errors_(source_name), reader_(options) {}

  Result<table::Dataset> read() {
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
  CsvScanner scanner(std::uint64_t kept_fields) const { return scanner_of(source_.delimiter, kept_fields); }
  CsvScanner scanner_of(char delimiter, std::uint64_t kept_fields) const {
    return {text_,           delimiter, options_.trim,   static_cast<std::size_t>(kept_fields),
            options_.limits, nullptr,   options_.comment};
  }
  bool is_second() const { return options_.rules != table::ReadingRules::kFirst; }
  void skip_line();
  void skip_to_table();
  void choose_delimiter();
  std::vector<std::pair<std::size_t, bool>> first_records(char delimiter) const;
  ScanFault placed(ScanFault fault) const {
    fault.line += n_skipped_lines_;
    return fault;
  }

  std::string_view bytes_;
  std::string_view text_;  ///< from the header on
  std::size_t n_skipped_lines_ = 0;
  const table::ReadingOptions& options_;
  CsvErrors errors_;
  table::CellReader reader_;

  std::vector<std::string> names_;
  std::vector<std::optional<core::Kind>> declared_;
  std::vector<table::KindEvidence> evidence_;
  std::vector<core::Kind> kinds_;
  std::uint64_t n_rows_ = 0;
  std::string scratch_;
  table::Source source_;
  table::Dataset dataset_;
};

Result<> CsvTwin::check_options() const {
  return check_delimiter(options_);
}

/// Removes the first line, which counts unless it is empty and the last one.
void CsvTwin::skip_line() {
  if (text_.empty()) return;
  std::size_t size = 0;
  while (size < text_.size() && text_[size] != '\r' && text_[size] != '\n') ++size;
  const bool is_pair = text_.substr(size, 2) == "\r\n";
  text_.remove_prefix(std::min(size + (is_pair ? 2 : 1), text_.size()));
  ++n_skipped_lines_;
}

/// Removes what comes before the header.
void CsvTwin::skip_to_table() {
  const std::string_view line = text_.substr(0, text_.find_first_of("\r\n"));
  const bool names_one = line.size() == 5 && line.substr(0, 4) == "sep=" && line[4] > 0 && line[4] != '"';
  source_.sep_line = is_second() && names_one;
  if (source_.sep_line) {
    source_.delimiter = line[4];
    skip_line();
  }
  for (std::uint64_t i = 0; i < options_.skip_rows && !text_.empty(); ++i) skip_line();
}

/// The number of fields, and whether the last one is empty, of the first record and of those that end within
/// 64 KiB behind it. Of a first record with far too many fields only their number.
std::vector<std::pair<std::size_t, bool>> CsvTwin::first_records(char delimiter) const {
  std::vector<std::pair<std::size_t, bool>> found;
  CsvScanner records = scanner_of(delimiter, SIZE_MAX);
  Record record;
  std::size_t end = 0;
  while (true) {
    const CsvScanner::Step step = records.next(record);
    const bool is_long = step == CsvScanner::Step::kFault && found.empty() &&
                         records.fault().kind == ScanFault::Kind::kManyFields;
    if (is_long) return {{record.n_fields, false}};
    if (step != CsvScanner::Step::kRecord) return found;
    if (found.empty()) end = records.offset() + 65536;
    if (!found.empty() && records.offset() >= end && text_.size() >= end) return found;
    found.push_back({record.n_fields, record.fields.back().raw.empty() && !record.fields.back().quoted});
    if (!is_second()) return found;
  }
}

void CsvTwin::choose_delimiter() {
  std::vector<char> candidates = {',', ';', '\t'};
  if (is_second()) candidates.push_back('|');
  if (source_.sep_line) candidates = {source_.delimiter};
  if (options_.delimiter) candidates = {*options_.delimiter};
  std::pair<bool, std::size_t> most = {false, 0};
  source_.delimiter = candidates[0];
  for (const char candidate : candidates) {
    const auto records = first_records(candidate);
    if (records.empty()) continue;
    const std::size_t n_fields = records[0].first;
    const bool trails = is_second() && options_.header && records.size() > 1 &&
                        records[1] == std::pair<std::size_t, bool>(n_fields + 1, true);
    bool is_rectangular = is_second() && n_fields > 1;
    for (std::size_t i = 1; i < records.size(); ++i)
      is_rectangular =
          is_rectangular && records[i].first == n_fields + (trails ? 1 : 0) && (!trails || records[i].second);
    if (std::pair(is_rectangular, n_fields) <= most) continue;
    most = {is_rectangular, n_fields};
    source_.delimiter = candidate;
    source_.trailing_delimiters = trails;
  }
}

Result<> CsvTwin::check_text() {
  if (bytes_.size() > options_.limits.max_bytes) {
    return errors_.beyond("byte", options_.limits.max_bytes, count_text(bytes_.size()));
  }
  source_.bom = text_.substr(0, kByteOrderMark.size()) == kByteOrderMark;
  if (source_.bom) text_.remove_prefix(kByteOrderMark.size());
  source_.second_bom = source_.bom && is_second() && text_.substr(0, kByteOrderMark.size()) == kByteOrderMark;
  if (source_.second_bom) text_.remove_prefix(kByteOrderMark.size());
  if (const auto fault = table::find_text_fault(text_)) {
    return errors_.no_text(fault->code, 1 + count_line_ends(text_.substr(0, fault->offset)),
                           fault->offset + (bytes_.size() - text_.size()),
                           table::describe_text_fault(text_, fault->offset));
  }
  return {};
}

Result<> CsvTwin::read_header() {
  const bool is_mark_alone = text_.empty();
  skip_to_table();
  choose_delimiter();
  CsvScanner header_scanner = scanner(options_.limits.max_columns);
  Record header;
  switch (header_scanner.next(header)) {
    case CsvScanner::Step::kRecord:
      return name_columns(header);
    case CsvScanner::Step::kFault:
      return errors_.fault(placed(header_scanner.fault()));
    case CsvScanner::Step::kEnd:
      break;
  }
  return errors_.empty_file(bytes_.empty()  ? "0 bytes"
                            : is_mark_alone ? "a byte order mark alone"
                                            : "blank lines alone");
}

Result<> CsvTwin::name_columns(const Record& header) {
  if (header.n_fields > options_.limits.max_columns) {
    return errors_.beyond("column", options_.limits.max_columns, count_text(header.n_fields));
  }
  std::map<std::string, std::size_t> first_of;
  for (std::size_t j = 0; j < header.fields.size(); ++j) {
    std::string name(options_.header ? field_text(header.fields[j], scratch_) : std::string_view());
    if (name.empty()) name = "column_" + count_text(j + 1);
    if (options_.header) RF_TRY(check_cell_size(name, name, n_skipped_lines_ + header.line));
    const auto [first, is_new] = first_of.try_emplace(name, j);
    if (!is_new) return errors_.duplicate(n_skipped_lines_ + header.line, name, first->second, j);
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

Result<> CsvTwin::infer() {
  CsvScanner records = scanner(names_.size() + 1);
  Record record;
  CsvScanner::Step step = records.next(record);
  if (options_.header) step = records.next(record);  // the header has been read before
  for (; step == CsvScanner::Step::kRecord; step = records.next(record)) {
    if (++n_rows_ > options_.limits.max_rows) return errors_.beyond("row", options_.limits.max_rows, "more");
    RF_TRY(infer_record(record));
  }
  if (step == CsvScanner::Step::kFault) return errors_.fault(placed(records.fault()));
  source_.newline = records.newline();
  source_.blank_lines = records.blank_lines();
  if (n_rows_ == 0) return errors_.no_records();
  return {};
}

Result<> CsvTwin::infer_record(const Record& record) {
  const std::uint64_t line = n_skipped_lines_ + record.line;
  const bool is_whole =
      record.n_fields == names_.size() + (source_.trailing_delimiters ? 1 : 0) &&
      (!source_.trailing_delimiters || (record.fields.back().raw.empty() && !record.fields.back().quoted));
  if (!is_whole)
    return errors_.ragged(line, {names_, source_.delimiter, options_.header, source_.trailing_delimiters},
                          record.n_fields, record.fields.front().raw);
  for (std::size_t j = 0; j < names_.size(); ++j) {
    const std::string_view text = field_text(record.fields[j], scratch_);
    RF_TRY(check_cell_size(names_[j], text, line));
    if (reader_.is_missing(text)) continue;
    if (!declared_[j]) {
      evidence_[j].add(reader_.classify(text), text, line);
    } else {
      RF_TRY(check_declared(j, text, line));
    }
  }
  return {};
}

Result<> CsvTwin::check_cell_size(const std::string& column, std::string_view text,
                                  std::uint64_t line) const {
  const std::uint64_t limit = options_.limits.max_cell_bytes;
  if (text.size() <= limit) return {};
  return errors_.long_cell(line, column, limit, text.size());
}

Result<> CsvTwin::check_declared(std::size_t column, std::string_view text, std::uint64_t line) const {
  if (*declared_[column] == core::Kind::kCategory) return {};
  if (*declared_[column] == core::Kind::kBoolean) {
    if (table::parse_boolean(text)) return {};
    return errors_.cell(Code::kCellKindMismatch, names_[column], table::mention_of(line, text),
                        "true or false");
  }
  switch (reader_.classify(text)) {
    case table::CellClass::kInteger:
    case table::CellClass::kWideInteger:
    case table::CellClass::kFraction:
    case table::CellClass::kNumberToken:
      return {};
    case table::CellClass::kInfinite:
      return errors_.cell(Code::kNumberOutOfRange, names_[column], table::mention_of(line, text),
                          "a finite number");
    case table::CellClass::kBoolean:
    case table::CellClass::kText:
      break;
  }
  return errors_.cell(Code::kCellKindMismatch, names_[column], table::mention_of(line, text), "a number");
}

Result<> CsvTwin::settle_kinds() {
  for (std::size_t j = 0; j < names_.size(); ++j) {
    if (const table::CellMention* cell = evidence_[j].out_of_range()) {
      return errors_.cell(Code::kNumberOutOfRange, names_[j], *cell, "a finite number");
    }
    kinds_.push_back(declared_[j] ? *declared_[j] : evidence_[j].kind());
    if (const table::CellMention* cell = evidence_[j].too_wide()) {
      dataset_.diagnostics.push_back(core::diagnostic(Code::kIntegerTooWide, core::Severity::kWarning,
                                                      {{"column", names_[j]}, {"got", cell->text}}));
    }
  }
  return {};
}

Result<> CsvTwin::fill() {
  std::vector<table::ColumnBuilder> builders;
  builders.reserve(names_.size());
  for (std::size_t j = 0; j < names_.size(); ++j) {
    builders.emplace_back(names_[j], kinds_[j], static_cast<std::size_t>(n_rows_));
  }
  CsvScanner records = scanner(names_.size() + 1);
  Record record;
  CsvScanner::Step step = records.next(record);
  if (options_.header) step = records.next(record);
  for (; step == CsvScanner::Step::kRecord; step = records.next(record)) {
    for (std::size_t j = 0; j < builders.size(); ++j) {
      const std::string_view text = field_text(record.fields[j], scratch_);
      if (reader_.is_missing(text)) {
        builders[j].add_missing();
      } else if (kinds_[j] != core::Kind::kNumeric) {
        builders[j].add(text);
      } else {
        const auto number = reader_.number(text);  // none: a token that means a missing number
        number ? builders[j].add_number(number->value) : builders[j].add_missing();
      }
    }
  }
  dataset_.table.n_rows = static_cast<std::size_t>(n_rows_);
  for (table::ColumnBuilder& builder : builders) dataset_.table.columns.push_back(builder.finish());
  return {};
}

void CsvTwin::settle_source() {
  source_.size_bytes = bytes_.size();
  source_.options = options_;
  source_.options.delimiter = source_.delimiter;
}

}  // namespace

core::Result<table::Dataset> read_csv_slowly(std::string_view bytes, const table::ReadingOptions& options,
                                             const std::string& source_name) {
  return CsvTwin(bytes, options, source_name).read();
}

}  // namespace rf::csv::test
