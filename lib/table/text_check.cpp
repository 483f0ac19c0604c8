// SPDX-License-Identifier: MIT
// Finds the first NUL byte or invalid UTF-8, whichever comes first. Pinned by
// tests/unit/table/text_check_test.cpp.
#include "table/text_check.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/text.hpp"

namespace rf::table {
namespace {

bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

}  // namespace

std::optional<TextFault> find_text_fault(std::string_view text) {
  const std::size_t nul = text.find('\0');
  const std::size_t invalid = core::find_invalid_utf8(text.substr(0, nul));
  if (invalid != std::string_view::npos) return TextFault{core::Code::kInvalidUtf8, invalid};
  if (nul != std::string_view::npos) return TextFault{core::Code::kNulByte, nul};
  return std::nullopt;
}

std::size_t character_boundary(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return text.size();
  const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
  for (std::size_t back = 0; back <= 3 && back <= offset; ++back) {
    if (!continues(offset - back)) return offset - back;
  }
  return offset;
}

std::string found_text(std::string_view text, std::size_t offset) {
  if (is_utf16(text)) return "UTF-16";
  if (text[offset] == '\0') return "a NUL byte";
  const auto byte = static_cast<std::uint8_t>(text[offset]);
  return "the byte 0x" + core::hex(std::span(&byte, 1)) + " where it cannot stand";
}

std::string describe_text_fault(std::string_view text, std::size_t offset) {
  const bool is_nul = text[offset] == '\0' && !is_utf16(text);
  return std::string("expected ") + (is_nul ? "text" : "UTF-8") + ", found " + found_text(text, offset) +
         (is_utf16(text) ? "; save the file as UTF-8" : "");
}

}  // namespace rf::table
