// SPDX-License-Identifier: MIT
// Reads doubles from text and writes them as text, both exactly and independently of the locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rf::core {

/// The number that a cell's text holds.
struct ParsedNumber {
  double value;     ///< correctly rounded; -0 is 0; underflow gives 0; infinite when out of range
  bool is_integer;  ///< no fraction and no exponent in the text
  bool is_exact;    ///< an integer that the double holds exactly; true for non-integers
};

/// The number, if the whole text matches `[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, otherwise
/// nothing ("007", ".5", "5.", "0x1", "" and texts with spaces are not numbers).
std::optional<ParsedNumber> parse_number(std::string_view text);

/// Whether the text is inf or infinity, ASCII case ignored, with or without sign.
bool is_infinity_word(std::string_view text);

/// Appends `value` as ECMAScript's Number::toString, and therefore RFC 8785, writes it; -0 as 0. `value` must
/// be finite.
void append_number(std::string& out, double value);
std::string number_text(double value);

}  // namespace rf::core
