// SPDX-License-Identifier: MIT
// Text for people and for CSV, independent of the locale: numbers, columns of a terminal, quoting, similar
// names.
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

bool is_utf8(std::string_view text);

/// Shows control characters, invisible characters and invalid UTF-8 as \xNN, so that names from a file can
/// neither break a line nor steer a terminal.
std::string printable(std::string_view text);
/// The same for text of several lines.
std::string printable_lines(std::string_view text);
/// The same for a JSON text, without changing its meaning: such characters become \uNNNN. Invalid UTF-8
/// becomes the text \xNN.
std::string printable_json(std::string_view text);
/// Columns that UTF-8 text takes in a terminal.
std::size_t display_width(std::string_view text);
/// At most `width` columns, with an ellipsis if something is cut.
std::string shortened(std::string_view text, std::size_t width);
std::string pad_right(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);

/// A CSV field: quoted if RFC 4180 requires it, or if blanks at an end would be trimmed.
std::string csv_field(std::string_view text);

/// The text as one word of a shell, quoted if it needs that. A terminal shows it as printable() does.
std::string shell_word(const std::string& text);

/// The candidate that differs from `name` only by a likely typing mistake, or "".
std::string nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace rf::tool
