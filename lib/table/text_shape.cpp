// SPDX-License-Identifier: MIT
// Recognises dates and numbers as people write them, from their digits and separators only.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "table/surprises.hpp"

namespace rf::table {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads a text from the left.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool take(std::string_view token) {
    if (text_.substr(0, token.size()) != token) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  /// One character out of `choices`, or NUL.
  char take_one_of(std::string_view choices) {
    if (text_.empty() || choices.find(text_[0]) == std::string_view::npos) return '\0';
    const char found = text_[0];
    text_.remove_prefix(1);
    return found;
  }
  std::string_view take_digits() {
    std::size_t n = 0;
    while (n < text_.size() && is_digit(text_[n])) ++n;
    const std::string_view digits = text_.substr(0, n);
    text_.remove_prefix(n);
    return digits;
  }

 private:
  std::string_view text_;
};

/// The value of up to 4 digits; 10000 for more digits.
int small_number(std::string_view digits) {
  if (digits.size() > 4) return 10000;
  int value = 0;
  for (const char digit : digits) value = 10 * value + (digit - '0');
  return value;
}

bool is_part(std::string_view digits, int least, int most) {
  const int value = small_number(digits);
  return (digits.size() == 1 || digits.size() == 2) && value >= least && value <= most;
}
bool is_month(std::string_view digits) {
  return is_part(digits, 1, 12);
}
bool is_day(std::string_view digits) {
  return is_part(digits, 1, 31);
}

/// Whether the rest is "", or a time such as "T12:30" or " 12:30:59.123", optionally followed by "Z" or
/// "+01:00".
bool is_time_or_nothing(Cursor rest) {
  if (rest.at_end()) return true;
  if (rest.take_one_of("T ") == '\0') return false;
  if (!is_part(rest.take_digits(), 0, 24) || !rest.take(":") || !is_part(rest.take_digits(), 0, 59))
    return false;
  if (rest.take(":")) {
    if (!is_part(rest.take_digits(), 0, 60)) return false;
    if (rest.take(".") && rest.take_digits().empty()) return false;
  }
  if (rest.take("Z") || rest.at_end()) return rest.at_end();
  rest.take(" ");
  if (rest.take_one_of("+-") == '\0') return false;
  const std::string_view hours = rest.take_digits();
  if (hours.size() == 4) return rest.at_end();
  return hours.size() == 2 &&
         (rest.at_end() || (rest.take(":") && rest.take_digits().size() == 2 && rest.at_end()));
}

bool is_date(std::string_view text) {
  Cursor rest(text);
  const std::string_view first = rest.take_digits();
  const char separator = rest.take_one_of("-/.");
  if (first.empty() || separator == '\0') return false;
  const std::string_view second = rest.take_digits();
  if (!rest.take({&separator, 1})) return false;
  const std::string_view third = rest.take_digits();
  if (first.size() == 4) return is_month(second) && is_day(third) && is_time_or_nothing(rest);
  const bool has_year = third.size() == 4 || (third.size() == 2 && separator == '/');
  const bool has_day_and_month = (is_day(first) && is_month(second)) || (is_month(first) && is_day(second));
  return has_year && has_day_and_month && is_time_or_nothing(rest);
}

/// Groups of digits and the separators between them: d,ddd,ddd.dd
struct DigitGroups {
  std::string_view first;
  std::string_view last;     ///< digits after the last separator
  std::string_view between;  ///< the separators other than the last; they are all equal
  std::string_view closing;  ///< the last separator
  std::size_t n_inner = 0;   ///< groups between the first and the last
  bool inner_are_threes = true;
};

/// Takes one separator of digits: , . ' a space, a no-break space (U+00A0) or a narrow one (U+202F).
std::string_view take_separator(Cursor& rest) {
  static constexpr std::array<std::string_view, 6> kSeparators = {",", ".",        " ",
                                                                  "'", "\xC2\xA0", "\xE2\x80\xAF"};
  for (const std::string_view separator : kSeparators) {
    if (rest.take(separator)) return separator;
  }
  return {};
}

std::optional<DigitGroups> digit_groups_of(std::string_view text) {
  Cursor rest(text);
  rest.take_one_of("+-");
  DigitGroups groups;
  groups.first = groups.last = rest.take_digits();
  if (groups.first.empty()) return std::nullopt;
  while (!rest.at_end()) {
    const std::string_view separator = take_separator(rest);
    const std::string_view digits = rest.take_digits();
    if (separator.empty() || digits.empty()) return std::nullopt;
    if (!groups.closing.empty()) {
      if (!groups.between.empty() && groups.between != groups.closing) return std::nullopt;
      groups.between = groups.closing;
      groups.inner_are_threes = groups.inner_are_threes && groups.last.size() == 3;
      ++groups.n_inner;
    }
    groups.closing = separator;
    groups.last = digits;
  }
  return groups;
}

TextShape shape_of_groups(const DigitGroups& groups) {
  const bool zero_first = groups.first.size() > 1 && groups.first[0] == '0';
  if (groups.closing.empty() || (groups.closing == "." && groups.n_inner == 0))
    return zero_first ? TextShape::kLeadingZeros : TextShape::kPlain;
  const bool begins_groups = groups.first.size() <= 3 && groups.first[0] != '0' && groups.inner_are_threes;
  const bool only_threes = begins_groups && groups.last.size() == 3;
  const bool is_comma = groups.closing == ",";
  if (groups.n_inner == 0) {
    if (!is_comma) return only_threes ? TextShape::kThousands : TextShape::kPlain;
    return only_threes ? TextShape::kGroupedComma : TextShape::kDecimalComma;
  }
  if (groups.between == groups.closing) return only_threes ? TextShape::kThousands : TextShape::kPlain;
  if (!begins_groups) return TextShape::kPlain;
  if (is_comma) return TextShape::kDecimalComma;
  return groups.closing == "." ? TextShape::kThousands : TextShape::kPlain;
}

}  // namespace

TextShape shape_of(std::string_view text) {
  if (text.empty() || !(is_digit(text[0]) || text[0] == '+' || text[0] == '-')) return TextShape::kPlain;
  if (is_date(text)) return TextShape::kDate;
  const auto groups = digit_groups_of(text);
  return groups ? shape_of_groups(*groups) : TextShape::kPlain;
}

}  // namespace rf::table
