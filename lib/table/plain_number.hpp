// SPDX-License-Identifier: MIT
// The numbers that most cells hold, read without the general parser: a sign, at most 15 digits, a point.
#pragma once

#include <optional>
#include <string_view>

namespace rf::table {

struct PlainNumber {
  double value;     ///< as core::parse_number gives it, bit for bit
  bool is_integer;  ///< no point in the text
};

/// The number the text is, or nothing: then it is another number or none, and core::parse_number tells.
std::optional<PlainNumber> parse_plain_number(std::string_view text);

}  // namespace rf::table
