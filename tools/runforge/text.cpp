// SPDX-License-Identifier: MIT
// Text for people and for CSV. Width follows the wide and zero-width ranges that names are likely to hold,
// not all of Unicode's annex 11. Pinned by tests/clients (show_test.py, inspect_test.py, predict_test.py).
#include "text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace rf::tool {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

constexpr char32_t kNoCharacter = 0xFFFFFFFF;

/// The character at the start of non-empty text; a byte that belongs to no character is one by itself.
Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || bytes > text.size()) return {kNoCharacter, 1};
  char32_t code = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0u) != 0x80) return {kNoCharacter, 1};
    code = (code << 6) | (next & 0x3Fu);
  }
  const bool is_overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (is_overlong || is_surrogate || code > 0x10FFFF) return {kNoCharacter, 1};
  return {code, bytes};
}

struct Range {
  char32_t first, last;
};

template <std::size_t n>
bool holds(const std::array<Range, n>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& range) { return range.first <= code && code <= range.last; });
}

/// Control characters, characters that change the direction of writing or break a line, and invisible
/// characters: two names that differ only in them would look the same.
bool is_unprintable(char32_t code) {
  static constexpr std::array kHidden = {
      Range{0x00, 0x1F},       Range{0x7F, 0x9F},       Range{0xAD, 0xAD},      Range{0x34F, 0x34F},
      Range{0x61C, 0x61C},     Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},  Range{0x180B, 0x180F},
      Range{0x200B, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F},  Range{0x3164, 0x3164},
      Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},  Range{0xFFF0, 0xFFFB},
      Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF}};
  return code == kNoCharacter || holds(kHidden, code);
}

std::size_t character_width(char32_t code) {
  static constexpr std::array kZero = {Range{0x300, 0x36F}, Range{0x20D0, 0x20F0}};
  static constexpr std::array kWide = {
      Range{0x1100, 0x115F}, Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
      Range{0xF900, 0xFAFF}, Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
      Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF}, Range{0x20000, 0x3FFFD}};
  if (holds(kZero, code)) return 0;
  return holds(kWide, code) ? 2 : 1;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Insertions, deletions, replacements and swaps of neighbours between the two (Damerau, 1964; restricted
/// form).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

template <typename... Format>
std::string chars(double value, Format... format) {
  std::array<char, 400> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...);
  return std::string(buffer.data(), result.ptr);
}

}  // namespace

namespace {

void append_hex(std::string& out, const char* mark, char32_t value, int n_digits) {
  out += mark;
  for (int shift = 4 * (n_digits - 1); shift >= 0; shift -= 4)
    out += "0123456789abcdef"[(value >> shift) & 15];
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  return chars(value, std::chars_format::fixed, decimals);
}

std::string brief_text(double value) {
  return chars(value == 0 ? 0.0 : value, std::chars_format::general, 6);
}

std::string grouped_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  const char* ending = count == 1 ? "" : noun.ends_with('s') ? "es" : "s";
  return grouped_text(count) + " " + std::string(noun) + ending;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Character character = first_character(text.substr(i));
    if (character.code == kNoCharacter) return false;
    i += character.bytes;
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Character character = first_character(text.substr(i));
    const bool shown = !is_unprintable(character.code);
    for (const char c : text.substr(i, character.bytes)) {
      if (shown) {
        out += c;
        continue;
      }
      append_hex(out, "\\x", static_cast<unsigned char>(c), 2);
    }
    i += character.bytes;
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string printable_json(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Character character = first_character(text.substr(i));
    if (character.code < 0x20 || !is_unprintable(character.code)) {
      out.append(text, i, character.bytes);
    } else if (character.code == kNoCharacter) {
      append_hex(out, "\\\\x", static_cast<unsigned char>(text[i]), 2);
    } else if (character.code < 0x10000) {
      append_hex(out, "\\u", character.code, 4);
    } else {
      append_hex(out, "\\u", 0xD7C0 + (character.code >> 10), 4);
      append_hex(out, "\\u", 0xDC00 + (character.code & 0x3FF), 4);
    }
    i += character.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += character_width(character.code);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 1, bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    used += character_width(character.code);
    if (used > width) break;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "\u2026";
}

std::string pad_right(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used < width ? text + std::string(width - used, ' ') : text;
}

std::string pad_left(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}

std::string csv_field(std::string_view text) {
  const bool bare = !text.empty() && text.find_first_of(",;\t\"\r\n") == std::string_view::npos &&
                    text.front() != ' ' && text.back() != ' ';
  if (bare) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
  constexpr std::size_t kLongest =
      256;  // not a typing mistake, and the table would be as large as its square
  std::string best;
  if (name.size() > kLongest) return best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : printable(text)) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace rf::tool
