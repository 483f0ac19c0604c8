// SPDX-License-Identifier: MIT
// Base64 (RFC 4648, section 4) in its canonical form: padded, without white space.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rf::crypto {

std::string base64(std::span<const std::uint8_t> bytes);
std::string base64(std::string_view bytes);

/// Returns nothing for a text that base64() cannot write: one with other characters, without padding, or with
/// nonzero spare bits.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace rf::crypto
