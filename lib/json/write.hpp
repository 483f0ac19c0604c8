// SPDX-License-Identifier: MIT
// JSON text as RFC 8785 (JCS) writes it, packed for digests or laid out for people.
#pragma once

#include <string>
#include <string_view>

#include "json/value.hpp"

namespace rf::json {

/// The RFC 8785 bytes. Numbers must be finite (an assert, and std::logic_error).
std::string canonical(const Value& value);
/// The same laid out as JSON.stringify(value, null, 2) does, then LF. Removing the layout white space gives
/// exactly canonical(value).
std::string pretty(const Value& value);
/// Appends the quoted, escaped string; what is no UTF-8 as core::escaped_utf8() writes it.
void append_string(std::string& out, std::string_view text);
/// Escapes one reference token of a JSON pointer (RFC 6901).
std::string pointer_token(std::string_view key);

}  // namespace rf::json
