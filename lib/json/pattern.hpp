// SPDX-License-Identifier: MIT
// The regular expressions that schemas here may use: a subset of ECMA 262, in time linear in the text,
// without recursion and without the locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace rf::json {

/// `^` at the beginning, `$` at the end, and between them characters, escaped punctuation and classes
/// (`[0-9a-f_]`, `[^,]`), each optionally followed by `?`, `*`, `+`, `{m}`, `{m,}` or `{m,n}`. Groups,
/// alternatives, `.`, `\d` and the rest of the language are refused.
class Pattern {
 public:
  /// INTERNAL names the construct that the subset does not support.
  static core::Result<Pattern> read(std::string_view text);

  /// Whether the pattern occurs in the text, character by character (code points of UTF-8). Time is at most
  /// the number of characters times the number of states (kMostStates).
  bool matches(std::string_view text) const;

  static constexpr std::size_t kMostStates = 1024;

 private:
  friend class PatternReader;

  struct Range {
    char32_t first;
    char32_t last;
  };
  struct Class {
    std::vector<Range> ranges;
    bool is_negated = false;
    bool contains(char32_t character) const;
  };
  /// Consumes one character of the class and continues with the next state.
  struct State {
    std::size_t class_index;
    bool is_optional;  ///< the next state may be entered without a character
    bool repeats;      ///< after a character this state is open again
  };

  std::vector<Class> classes_;
  std::vector<State> states_;
  bool from_start_ = false;
  bool to_end_ = false;
};

}  // namespace rf::json
