// SPDX-License-Identifier: MIT
// Reads the numbers that most cells hold without the general parser: a sign, at most 15 digits, a point.
#pragma once

#include <optional>
#include <string_view>

namespace rf::table {

struct PlainNumber {
  double value;     ///< as core::parse_number gives it, bit for bit
  bool is_integer;  ///< no point in the text
};

/// The number in the text. Nothing if the text has another form; core::parse_number then decides whether it
/// is a number.
std::optional<PlainNumber> parse_plain_number(std::string_view text);

}  // namespace rf::table
