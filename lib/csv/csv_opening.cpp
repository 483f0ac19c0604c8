// SPDX-License-Identifier: MIT
// Each candidate for the delimiter cuts the first records. tests/unit/csv/csv_opening_test.cpp pins the
// rules.
#include "csv/csv_opening.hpp"

#include <array>

#include "core/text.hpp"
#include "csv/csv_scanner.hpp"

namespace rf::csv {
namespace {

constexpr std::size_t kLookedAtBytes = std::size_t{64} << 10;
constexpr std::array kCandidates = {',', ';', '\t', '|'};
constexpr std::size_t kFirstCandidates = 3;  // under the first rules

/// The end of the line that begins at `begin`, behind its line end. Nothing if the line end is not there yet.
std::optional<std::size_t> line_end(std::string_view text, std::size_t begin, bool is_all) {
  const std::size_t end = text.find_first_of("\r\n", begin);
  if (end == std::string_view::npos) return is_all ? std::optional(text.size()) : std::nullopt;
  if (text[end] == '\n') return end + 1;
  if (end + 1 == text.size() && !is_all) return std::nullopt;  // the first half of a pair?
  return end + 1 < text.size() && text[end + 1] == '\n' ? end + 2 : end + 1;
}

bool may_separate(char c) {
  return static_cast<unsigned char>(c) < 0x80 && c != '\0' && c != '"' && c != '\r' && c != '\n';
}

/// The delimiter that a line "sep=" names; spreadsheets write such a line.
std::optional<char> delimiter_of_line(std::string_view line) {
  constexpr std::string_view kWord = "sep=";
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() != kWord.size() + 1 || !line.starts_with(kWord)) return std::nullopt;
  return may_separate(line.back()) ? std::optional(line.back()) : std::nullopt;
}

/// What one candidate makes of the first records.
struct Cut {
  bool is_known = true;      ///< more text cannot change the others
  bool has_record = false;   ///< there is a first record
  bool is_too_long = false;  ///< the first record has too many fields, whatever follows
  std::size_t n_fields = 0;
  bool is_rectangular = false;  ///< the records have equally many fields, apart from trailing delimiters
  bool trailing_delimiters = false;
};

bool ends_with_delimiter(const Record& record, std::size_t n_fields) {
  if (record.n_fields != n_fields + 1 || record.fields.size() != record.n_fields) return false;
  return record.fields.back().raw.empty() && !record.fields.back().quoted;
}

class Look {
 public:
  Look(std::string_view text, bool is_all, const table::ReadingOptions& options, const core::Monitor& monitor)
      : text_(text), is_all_(is_all), options_(options), monitor_(monitor) {}

  Cut operator()(char delimiter) const {
    const std::size_t kept = static_cast<std::size_t>(options_.limits.max_columns) + 1;
    CsvScanner scanner(text_, delimiter, options_.trim, kept, options_.limits, &monitor_, options_.comment);
    Cut cut;
    Record record;
    const CsvScanner::Step step = scanner.next(record);
    const bool at_end = scanner.offset() >= text_.size();
    if (step == CsvScanner::Step::kFault) {
      const bool is_final_fault = is_final(scanner.fault(), at_end);
      cut.is_known = is_all_ || is_final_fault;
      cut.has_record = cut.is_too_long = scanner.fault().kind == ScanFault::Kind::kManyFields;
      cut.n_fields = record.n_fields;
      return cut;
    }
    cut.is_known = is_all_ || !at_end;
    cut.has_record = step == CsvScanner::Step::kRecord;
    cut.n_fields = record.n_fields;
    if (cut.has_record && options_.rules != table::ReadingRules::kFirst) look_at_records(scanner, cut);
    return cut;
  }

 private:
  void look_at_records(CsvScanner& scanner, Cut& cut) const {
    const std::size_t end = scanner.offset() + kLookedAtBytes;
    const bool is_all_here = is_all_ && text_.size() < end;
    if (!is_all_ && text_.size() < end) cut.is_known = false;
    const std::size_t n_fields = cut.n_fields;
    bool is_first = options_.header;
    cut.is_rectangular = n_fields >= 2;
    Record record;
    while (cut.is_rectangular || is_first) {
      if (scanner.next(record) != CsvScanner::Step::kRecord) break;
      if (!is_all_here && scanner.offset() >= end) break;
      if (is_first) cut.trailing_delimiters = ends_with_delimiter(record, n_fields);
      is_first = false;
      cut.is_rectangular =
          cut.is_rectangular &&
          (cut.trailing_delimiters ? ends_with_delimiter(record, n_fields) : record.n_fields == n_fields);
    }
  }

  std::string_view text_;
  bool is_all_;
  const table::ReadingOptions& options_;
  const core::Monitor& monitor_;
};

/// Whether `a` is a better choice than `b`, which comes before it.
bool is_better(const Cut& a, const Cut& b) {
  if (a.has_record != b.has_record) return a.has_record;
  if (a.is_rectangular != b.is_rectangular) return a.is_rectangular;
  return a.has_record && a.n_fields > b.n_fields;
}

}  // namespace

core::Result<> check_delimiter(const table::ReadingOptions& options) {
  if (!options.delimiter) return {};
  const char delimiter = *options.delimiter;
  if (may_separate(delimiter) && (delimiter != ' ' || !options.trim)) return {};
  return core::Error{core::Code::kInvalidValue,
                     delimiter == ' '
                         ? "delimiter: a space separates only where trim is false"
                         : "delimiter: expected an ASCII character that is no quote and no line end, found " +
                               core::quoted({&delimiter, 1}),
                     {{"pointer", "/delimiter"}}};
}

std::optional<Opening> look_at_opening(std::string_view text, bool is_all,
                                       const table::ReadingOptions& options, const core::Monitor& monitor) {
  const bool is_first_rules = options.rules == table::ReadingRules::kFirst;
  Opening opening;
  const auto skip_line = [&] {
    const auto end = line_end(text, opening.begin, is_all);
    if (!end) return false;
    opening.lines += *end > opening.begin ? 1 : 0;
    opening.begin = *end;
    return true;
  };
  std::optional<char> delimiter = options.delimiter;
  if (!is_first_rules) {
    constexpr std::size_t kLongestSepLine = 7;  // with its delimiter and line end
    const auto end =
        line_end(text.substr(0, kLongestSepLine + 1), 0, is_all || text.size() > kLongestSepLine);
    if (!end) return std::nullopt;
    if (const auto named = delimiter_of_line(text.substr(0, *end))) {
      opening.sep_line = true;
      if (!skip_line()) return std::nullopt;
      if (!delimiter) delimiter = named;
    }
  }
  for (std::uint64_t i = 0; i < options.skip_rows; ++i)
    if (!skip_line()) return std::nullopt;

  const Look look(text.substr(opening.begin), is_all, options, monitor);
  std::optional<Cut> best;
  const std::size_t n_candidates = is_first_rules ? kFirstCandidates : kCandidates.size();
  for (std::size_t i = 0; i < n_candidates; ++i) {
    const char candidate = delimiter ? *delimiter : kCandidates[i];
    const Cut cut = look(candidate);
    if (monitor.cancelled()) return opening;
    if (!cut.is_known && !cut.is_too_long) return std::nullopt;
    if (!best || is_better(cut, *best)) {
      best = cut;
      opening.delimiter = candidate;
    }
    if (delimiter || cut.is_too_long) break;  // no other candidate cuts it into more fields
  }
  opening.trailing_delimiters = best->trailing_delimiters;
  return opening;
}

}  // namespace rf::csv
