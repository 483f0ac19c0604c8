// SPDX-License-Identifier: MIT
// Doubles from text and to text, both exact and without locale.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rf::core {

/// What a cell that looks like a number says.
struct ParsedNumber {
  double value;     ///< correctly rounded; -0 is 0; underflow gives 0; infinite when out of range
  bool is_integer;  ///< no fraction and no exponent in the text
  bool is_exact;    ///< an integer that the double holds exactly; true for non-integers
};

/// The number the whole text is by `[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, or nothing ("007",
/// ".5", "5.", "0x1", "" and texts with spaces are no numbers).
std::optional<ParsedNumber> parse_number(std::string_view text);

/// Whether the text is inf or infinity, ASCII case ignored, with or without sign.
bool is_infinity_word(std::string_view text);

/// Appends `value` as ECMAScript's Number::toString and so RFC 8785 writes it; -0 as 0. `value` is finite.
void append_number(std::string& out, double value);
std::string number_text(double value);

}  // namespace rf::core
