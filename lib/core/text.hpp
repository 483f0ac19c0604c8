// SPDX-License-Identifier: MIT
// Small text tools: UTF-8, hexadecimal, suggestions for a mistyped name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rf::core {

/// Offset of the first byte that is not part of valid UTF-8 (surrogates and overlong forms refused), or npos.
std::size_t find_invalid_utf8(std::string_view text);

/// Lower-case hexadecimal.
std::string hex(std::span<const std::uint8_t> bytes);

/// The decimal digits of an integer.
std::string decimal(std::int64_t value);

/// "1 row", "2 rows", "2 classes"; the plural of `noun` is made with s, or es after an s.
std::string counted(std::uint64_t n, std::string_view noun);

/// At most three of `candidates` that a person may have meant by `name` (ASCII case ignored, edit distance at
/// most a third of the length), nearest first, ties in the order given. The work is bounded: with very many
/// long candidates the last ones are not compared. `n_steps`, unless null, receives the number of character
/// comparisons.
std::vector<std::string> near_names(std::string_view name, std::span<const std::string> candidates,
                                    std::uint64_t* n_steps = nullptr);

/// `; did you mean "Age" or "Wage"?` for the above, or "" without candidates.
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

/// The text with each byte that is not part of valid UTF-8 written as \\xNN, because a name from the file
/// system may be any bytes. A backslash stays as it is, so that text already escaped in a message is not
/// escaped twice.
std::string escaped_utf8(std::string_view text);
/// The text with each \\xNN written as the byte.
std::string unescaped_utf8(std::string_view escaped);

/// The part of a path after its last slash, ignoring trailing slashes; "" for ".", ".." and "/".
std::string last_part(std::string_view path);

/// A short printable form of a cell for messages: quoted, control characters escaped, cut after 40 bytes at a
/// character boundary.
std::string quoted(std::string_view text);

}  // namespace rf::core
