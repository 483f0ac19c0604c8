// SPDX-License-Identifier: MIT
// Text for people and for CSV, without the locale: numbers, columns of a terminal, quoting, near names.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rf::tool {

/// "0.8700" for (0.87, 4).
std::string fixed_text(double value, int decimals);
/// Six significant digits at most: "5.84333", "1e-07".
std::string brief_text(double value);
/// "1,234,567"
std::string grouped_text(std::uint64_t count);
/// "1 row", "2 rows"
std::string counted(std::uint64_t count, std::string_view noun);

/// Control characters, what does not show and what is no UTF-8 as \xNN, so that names from a file can neither
/// break a line nor steer a terminal.
std::string printable(std::string_view text);
/// The same for text of several lines.
std::string printable_lines(std::string_view text);
/// The same for a JSON text, which says the same afterwards: such characters as \uNNNN. What is no UTF-8
/// becomes the text \xNN.
std::string printable_json(std::string_view text);
/// Columns that UTF-8 text takes in a terminal.
std::size_t display_width(std::string_view text);
/// At most `width` columns, an ellipsis where something is cut.
std::string shortened(std::string_view text, std::size_t width);
std::string pad_right(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);

/// A CSV field: quoted where RFC 4180 asks for it, and where blanks at an end would be trimmed.
std::string csv_field(std::string_view text);

/// The candidate that is a slip of the pen away from `name`, or "".
std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace rf::tool
