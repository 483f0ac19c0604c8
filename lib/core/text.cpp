// SPDX-License-Identifier: MIT
// UTF-8 by the table of well-formed byte sequences (Unicode 15, table 3-7); suggestions by Levenshtein's edit
// distance over bytes, ASCII case ignored. Pinned by tests/unit/core/text_test.cpp.
#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rf::core {
namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

/// Length of the well-formed sequence that starts at `i`, or 0.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - i < length) return 0;
  // The second byte's range excludes overlong forms, surrogates and code points over U+10FFFF.
  const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(text, i + 1) < least || byte_at(text, i + 1) > most) return 0;
  for (std::size_t k = 2; k < length; ++k)
    if ((byte_at(text, i + k) & 0xC0) != 0x80) return 0;
  return length;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The edit distance of two texts if it is at most `most`, else `most` + 1. Only cells within `most` of the
/// diagonal can matter (Ukkonen, "Algorithms for approximate string matching", 1985). Adds the number of
/// cells computed to `n_steps`.
std::size_t bounded_distance(std::string_view a, std::string_view b, std::size_t most,
                             std::uint64_t& n_steps) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = std::min(j, most + 1);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t first = i > most ? i - most : 1;
    const std::size_t last = std::min(b.size(), i + most);
    std::size_t diagonal = row[first - 1];
    row[first - 1] = first == 1 ? std::min(i, most + 1) : most + 1;
    std::size_t least = row[first - 1];
    for (std::size_t j = first; j <= last; ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) != lower(b[j - 1]) ? 1 : 0);
      diagonal = row[j];
      const std::size_t above = j == i + most ? most + 1 : row[j];
      row[j] = std::min({replaced, above + 1, row[j - 1] + 1, most + 1});
      least = std::min(least, row[j]);
    }
    n_steps += last - first + 1;
    if (least > most) return most + 1;
  }
  return row[b.size()];
}

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr std::size_t kQuotedBytes = 40;
// Both bound the work on hostile input.
constexpr std::size_t kLongestCompared = 256;
constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 24;
constexpr std::size_t kSuggestions = 3;

void append_escaped(std::string& out, char c) {
  const unsigned byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\x";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
  }
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

std::string decimal(std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

std::string counted(std::uint64_t n, std::string_view noun) {
  const char* ending = n == 1 ? "" : noun.ends_with('s') ? "es" : "s";
  return std::to_string(n) + " " + std::string(noun) + ending;
}

namespace {

/// The byte that \\xNN at the beginning of the text represents.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return std::nullopt;
  const std::string_view digits(kHexDigits, 16);
  const std::size_t high = digits.find(text[2]), low = digits.find(text[3]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<char>(16 * high + low);
}

}  // namespace

std::vector<std::string> near_names(std::string_view name, std::span<const std::string> candidates,
                                    std::uint64_t* n_steps) {
  struct Near {
    std::size_t distance;
    std::size_t position;
  };
  std::vector<Near> near;
  if (name.size() > kLongestCompared) return {};
  std::uint64_t n_done = 0;
  for (std::size_t i = 0; i < candidates.size() && n_done < kMostSteps; ++i) {
    const std::size_t longer = std::max(name.size(), candidates[i].size());
    if (longer > kLongestCompared) continue;
    const std::size_t distance = bounded_distance(name, candidates[i], longer / 3, n_done);
    if (distance <= longer / 3) near.push_back({distance, i});
  }
  if (n_steps != nullptr) *n_steps = n_done;
  // total order: the position decides between equal distances
  std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.position < b.position;
  });
  if (near.size() > kSuggestions) near.resize(kSuggestions);
  std::vector<std::string> names;
  for (const Near& entry : near) names.push_back(candidates[entry.position]);
  return names;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  const std::vector<std::string> names = near_names(name, candidates);
  if (names.empty()) return "";
  std::string out = "; did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += quoted(names[i]);
  }
  return out + "?";
}

std::string escaped_utf8(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
      const auto byte = static_cast<std::uint8_t>(text[i++]);
      escaped += "\\x" + hex(std::span(&byte, 1));
    } else {
      escaped.append(text, i, length);
      i += length;
    }
  }
  return escaped;
}

std::string unescaped_utf8(std::string_view escaped) {
  std::string text;
  while (!escaped.empty()) {
    const std::optional<char> byte = escaped_byte(escaped);
    text += byte ? *byte : escaped.front();
    escaped.remove_prefix(byte ? 4 : 1);
  }
  return text;
}

std::string last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  path.remove_prefix(std::min(path.size(), path.rfind('/') + 1));
  return path == "." || path == ".." ? std::string() : std::string(path);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = utf8_length(text, i);
    if (i + std::max<std::size_t>(length, 1) > kQuotedBytes) break;
    const bool printable = length > 1 || (length == 1 && text[i] >= ' ' && text[i] != 0x7F);
    if (printable && text[i] != '"' && text[i] != '\\') {
      out.append(text, i, length);
    } else {
      append_escaped(out, text[i]);
    }
    i += std::max<std::size_t>(length, 1);
  }
  if (i < text.size()) out += "...";
  return out + "\"";
}

}  // namespace rf::core
