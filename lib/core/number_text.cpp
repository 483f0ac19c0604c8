// SPDX-License-Identifier: MIT
// Reading: a fixed grammar, then std::from_chars, which rounds correctly and knows no locale.
// Writing: the shortest digits that read back (std::to_chars), laid out as Number::toString of ECMA-262
// (6.1.6.1.20) does, as RFC 8785 requires. tests/unit/core/number_text_test.cpp pins the samples of the RFC,
// tests/numeric/number_text_pairs.cpp compares four million numbers with node's output, digit for digit.
#include "core/number_text.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

// Standard libraries that cannot read doubles yet (libc++ before 20) leave this undefined.
#if defined(__cpp_lib_to_chars)
#define RF_DOUBLE_FROM_CHARS std::from_chars
#else
#include <fast_float/fast_float.h>
#define RF_DOUBLE_FROM_CHARS fast_float::from_chars
#endif

namespace rf::core {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The positions of the parts of a number in its text.
struct Layout {
  std::size_t integer_begin = 0, integer_end = 0;
  std::size_t fraction_begin = 0, fraction_end = 0;
  std::size_t exponent_begin = 0;  ///< sign included; 0 when there is none
};

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  return i;
}

std::optional<Layout> lay_out(std::string_view text) {
  Layout layout;
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  layout.integer_begin = i;
  i = skip_digits(text, i);
  layout.integer_end = i;
  const std::size_t n_integer = i - layout.integer_begin;
  if (n_integer == 0 || (n_integer > 1 && text[layout.integer_begin] == '0')) return std::nullopt;
  if (i < text.size() && text[i] == '.') {
    layout.fraction_begin = i + 1;
    layout.fraction_end = i = skip_digits(text, i + 1);
    if (layout.fraction_begin == layout.fraction_end) return std::nullopt;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    layout.exponent_begin = ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t digits = i;
    i = skip_digits(text, i);
    if (i == digits) return std::nullopt;
  }
  return i == text.size() ? std::optional(layout) : std::nullopt;
}

/// For a number outside the range of doubles: true if it is too large, false if it is too small.
bool is_too_large(std::string_view text, const Layout& layout) {
  constexpr std::int64_t kFar = std::int64_t{1} << 40;  // beyond any text's length
  std::int64_t exponent = 0;
  if (layout.exponent_begin != 0) {
    const bool negative = text[layout.exponent_begin] == '-';
    for (std::size_t i = layout.exponent_begin; i < text.size(); ++i)
      if (is_digit(text[i]) && exponent < kFar) exponent = 10 * exponent + (text[i] - '0');
    if (negative) exponent = -exponent;
  }
  // The position of the first nonzero digit, counted from the decimal point, decides together with the
  // exponent.
  if (text[layout.integer_begin] != '0')
    return exponent + static_cast<std::int64_t>(layout.integer_end - layout.integer_begin) > 0;
  std::size_t i = layout.fraction_begin;
  while (i < layout.fraction_end && text[i] == '0') ++i;
  return i < layout.fraction_end && exponent - static_cast<std::int64_t>(i - layout.fraction_begin) > 0;
}

/// Whether `value`, the double nearest to an integer, has exactly the digits of that integer.
bool holds_exactly(std::string_view digits, double value) {
  constexpr std::size_t kAlwaysExact = 15;
  if (digits.size() <= kAlwaysExact) return true;
  if (std::isinf(value)) return false;
  char buffer[std::numeric_limits<double>::max_exponent10 + 2];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::fixed, 0).ptr;
  return digits == std::string_view(buffer, static_cast<std::size_t>(end - buffer));
}

/// digits * 10^(point - n_digits), in the letters of ECMA-262: n = point, k = n_digits.
struct Decimal {
  char digits[17];
  int n_digits;
  int point;
};

/// The shortest decimal that reads back as `value` > 0; of several, the one nearest to `value`.
Decimal shortest_decimal(double value) {
  // d.ddde+xx: at most 17 digits, the point, e, sign and 3 digits.
  char text[32];
  const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* const mark = std::find(static_cast<const char*>(text), end, 'e');
  Decimal decimal{};
  for (const char* p = text; p != mark; ++p)
    if (*p != '.') decimal.digits[decimal.n_digits++] = *p;
  int exponent = 0;
  std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
  decimal.point = exponent + 1;
  return decimal;
}

/// Writes the decimal and returns the end of the text written.
char* write_decimal(char* out, const Decimal& decimal) {
  const char* const digits = decimal.digits;
  const int n = decimal.point, k = decimal.n_digits;
  if (k <= n && n <= 21) {
    out = std::copy_n(digits, k, out);
    return std::fill_n(out, n - k, '0');
  }
  if (0 < n && n <= 21) {
    out = std::copy_n(digits, n, out);
    *out++ = '.';
    return std::copy_n(digits + n, k - n, out);
  }
  if (-6 < n && n <= 0) {
    *out++ = '0';
    *out++ = '.';
    out = std::fill_n(out, -n, '0');
    return std::copy_n(digits, k, out);
  }
  *out++ = digits[0];
  if (k > 1) {
    *out++ = '.';
    out = std::copy_n(digits + 1, k - 1, out);
  }
  *out++ = 'e';
  *out++ = n - 1 < 0 ? '-' : '+';
  return std::to_chars(out, out + 3, n - 1 < 0 ? 1 - n : n - 1).ptr;
}

}  // namespace

std::optional<ParsedNumber> parse_number(std::string_view text) {
  const std::optional<Layout> layout = lay_out(text);
  if (!layout) return std::nullopt;
  const bool plus = text[0] == '+';  // from_chars takes no plus sign
  ParsedNumber number{0.0, layout->fraction_begin == 0 && layout->exponent_begin == 0, true};
  const auto result = RF_DOUBLE_FROM_CHARS(text.data() + plus, text.data() + text.size(), number.value);
  if (result.ec == std::errc::result_out_of_range) {
    number.value = is_too_large(text, *layout) ? std::numeric_limits<double>::infinity() : 0.0;
    if (text[0] == '-') number.value = -number.value;
  }
  if (number.value == 0) number.value = 0;  // -0
  if (number.is_integer)
    number.is_exact = holds_exactly(
        text.substr(layout->integer_begin, layout->integer_end - layout->integer_begin), number.value);
  return number;
}

bool is_infinity_word(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const auto equals = [text](std::string_view word) {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
      if ((text[i] | 0x20) != word[i]) return false;
    return true;
  };
  return equals("inf") || equals("infinity");
}

void append_number(std::string& out, double value) {
  assert(std::isfinite(value));
  if (value == 0) {
    out += '0';
    return;
  }
  if (value < 0) out += '-';
  const Decimal decimal = shortest_decimal(std::fabs(value));
  char text[32];  // 25 at most: "0.00000" and 17 digits, or 21 digits
  out.append(text, static_cast<std::size_t>(write_decimal(text, decimal) - text));
}

std::string number_text(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

}  // namespace rf::core
