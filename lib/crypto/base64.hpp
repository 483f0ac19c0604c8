// SPDX-License-Identifier: MIT
// Base64 (RFC 4648, section 4), in the one form a text of bytes has: padded, without white space.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rf::crypto {

std::string base64(std::span<const std::uint8_t> bytes);
std::string base64(std::string_view bytes);

/// None for anything that base64() would not have written: other characters, missing padding, spare bits that
/// are not zero.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rf::crypto
