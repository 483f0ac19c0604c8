// SPDX-License-Identifier: MIT
// Whether bytes are text: valid UTF-8 without NUL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/codes.hpp"

namespace rf::table {

struct TextFault {
  core::Code code;     ///< NUL_BYTE or INVALID_UTF8
  std::size_t offset;  ///< of the first byte at fault
};

/// The first fault of `text`, which begins and ends between characters.
std::optional<TextFault> find_text_fault(std::string_view text);

/// The largest offset of at most `offset` (text.size() at most) where no UTF-8 character is cut, so that
/// pieces can be checked one by one; `offset` itself where the bytes there are not UTF-8 anyway.
std::size_t character_boundary(std::string_view text, std::size_t offset);

/// What stands at a fault, for a message; recognises UTF-16.
std::string describe_text_fault(std::string_view text, std::size_t offset);

}  // namespace rf::table
