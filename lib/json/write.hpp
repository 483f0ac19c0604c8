// SPDX-License-Identifier: MIT
// JSON text as RFC 8785 (JCS) writes it, compact for digests or indented for people.
#pragma once

#include <string>
#include <string_view>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::json {

/// The RFC 8785 bytes. Numbers must be finite (an assert, and std::logic_error).
std::string canonical(const Value& value);
/// As canonical(), indented as JSON.stringify(value, null, 2) does, followed by LF. Removing the layout white
/// space gives exactly canonical(value).
std::string pretty(const Value& value);
/// As above; CANCELLED if the monitor asks to stop.
core::Result<std::string> pretty(const Value& value, const core::Monitor& monitor);
/// Appends the quoted, escaped string. Bytes that are not UTF-8 are written as core::escaped_utf8() does.
void append_string(std::string& out, std::string_view text);
/// Escapes one reference token of a JSON pointer (RFC 6901).
std::string pointer_token(std::string_view key);

}  // namespace rf::json
