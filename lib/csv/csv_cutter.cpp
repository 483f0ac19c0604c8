// SPDX-License-Identifier: MIT
#include "csv/csv_cutter.hpp"

#include <cstring>

namespace rf::csv {
namespace {

std::size_t find_byte(std::string_view text, char byte, std::size_t begin) {
  const void* found =
      begin == text.size() ? nullptr : std::memchr(text.data() + begin, byte, text.size() - begin);
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

/// True if a quote outside quotes begins a quoted field.
bool CsvCutter::opens(std::string_view text, std::size_t quote) const {
  if (trim_) {
    while (quote > 0 && text[quote - 1] == ' ') --quote;
  }
  return quote == 0 || text[quote - 1] == delimiter_ || text[quote - 1] == '\n' || text[quote - 1] == '\r';
}

/// Finds the last line end in [begin, end), a range outside quotes.
void CsvCutter::look_for_end(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin && text[end - 1] != '\n' && text[end - 1] != '\r') --end;
  if (end > begin) record_end_ = end;
}

std::size_t CsvCutter::whole_records(std::string_view text, bool nothing_follows) {
  if (nothing_follows) return text.size();
  while (seen_ < text.size()) {
    const std::size_t quote = find_byte(text, '"', seen_);
    if (quoted_) {
      if (quote == std::string_view::npos) {
        seen_ = text.size();
        break;
      }
      seen_ = quote;
      if (quote + 1 == text.size()) break;  // the next byte decides whether it is doubled
      const bool doubled = text[quote + 1] == '"';
      seen_ = quote + (doubled ? 2 : 1);
      quoted_ = doubled;
      continue;
    }
    // A CR at the very end may be the first half of a pair.
    const bool open_pair = quote == std::string_view::npos && text.back() == '\r';
    const std::size_t end = quote == std::string_view::npos ? text.size() - (open_pair ? 1 : 0) : quote;
    look_for_end(text, seen_, end);
    seen_ = end;
    if (quote == std::string_view::npos) break;
    const bool is_comment = !comment_.empty() && text.substr(record_end_).starts_with(comment_);
    quoted_ = !is_comment && opens(text, quote);
    seen_ = quote + 1;
  }
  return record_end_;
}

}  // namespace rf::csv
