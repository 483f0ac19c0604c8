// SPDX-License-Identifier: MIT
// Digits below 10^15 and a power of ten up to 10^15 are exact doubles, so one division rounds once and
// correctly (Clinger, "How to read floating point numbers accurately", PLDI 1990). Pinned by
// tests/unit/table/plain_number_test.cpp against the general parser.
#include "table/plain_number.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rf::table {
namespace {

constexpr std::size_t kMostDigits = 15;
constexpr std::array<double, kMostDigits> kPowersOfTen = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                                          1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

}  // namespace

std::optional<PlainNumber> parse_plain_number(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const std::size_t size = text.size();
  if (size == 0 || size > kMostDigits + 1) return std::nullopt;
  std::uint64_t digits = 0;
  std::size_t point = size;
  for (std::size_t i = 0; i < size; ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - static_cast<unsigned>('0');
    if (digit <= 9) {
      digits = 10 * digits + digit;
    } else if (text[i] == '.' && point == size) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const bool is_integer = point == size;
  const bool leading_zero = point > 1 && text[0] == '0';
  if (point == 0 || point + 1 == size || leading_zero || (is_integer && size > kMostDigits))
    return std::nullopt;
  const std::size_t n_fraction = is_integer ? 0 : size - point - 1;
  const double value = static_cast<double>(digits) / kPowersOfTen[n_fraction];
  return PlainNumber{negative && digits != 0 ? -value : value, is_integer};
}

}  // namespace rf::table
