// SPDX-License-Identifier: MIT
// Checks whether bytes are text: valid UTF-8 without NUL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/codes.hpp"

namespace rf::table {

struct TextFault {
  core::Code code;     ///< NUL_BYTE or INVALID_UTF8
  std::size_t offset;  ///< of the first invalid byte
};

/// The first fault of `text`, which begins and ends between characters.
std::optional<TextFault> find_text_fault(std::string_view text);

/// The largest offset up to `offset` and text.size() that does not cut a UTF-8 character, so that pieces can
/// be checked one by one. If the bytes there are not UTF-8 anyway, `offset` itself.
std::size_t character_boundary(std::string_view text, std::size_t offset);

/// Describes what is at `offset`, for the part of a message behind "found": "a NUL byte". Recognises UTF-16.
std::string found_text(std::string_view text, std::size_t offset);

/// What was expected of a file at a fault, and found_text(): "expected text, found a NUL byte".
std::string describe_text_fault(std::string_view text, std::size_t offset);

}  // namespace rf::table
