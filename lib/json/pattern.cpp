// SPDX-License-Identifier: MIT
// Reads a pattern into a chain of states and follows all paths through the chain at once, one character at a
// time (K. Thompson, "Regular expression search algorithm", CACM 11:6, 1968). Without groups and alternatives
// the automaton is a chain: `x{2,3}` is three states, the last of them optional, `x+` is `x` followed by a
// state that is optional and repeats. Pinned by tests/unit/json/pattern_test.cpp and, against ajv's and
// python3-jsonschema's engines, by tests/schemas/.
#include "json/pattern.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/text.hpp"

namespace rf::json {
namespace {

/// Takes the first code point off `text`. A byte that is not UTF-8 counts as U+FFFD.
char32_t take_character(std::string_view& text) {
  constexpr char32_t kReplacement = 0xFFFD;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1) {
    text.remove_prefix(1);
    return lead;
  }
  char32_t character = lead & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    if ((byte & 0xC0) != 0x80) {
      text.remove_prefix(1);
      return kReplacement;
    }
    character = (character << 6) | (byte & 0x3F);
  }
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return length == 0 ? kReplacement : character;
}

bool is_one_of(char character, std::string_view set) {
  return set.find(character) != std::string_view::npos;
}

}  // namespace

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : whole_(text), rest_(text) {}

  core::Result<Pattern> read() {
    pattern_.from_start_ = take('^');
    while (!rest_.empty()) {
      if (rest_ == "$") {
        pattern_.to_end_ = true;
        break;
      }
      RF_TRY(read_piece());
    }
    return std::move(pattern_);
  }

 private:
  struct Count {
    std::size_t least;
    std::optional<std::size_t> most;  ///< nothing: unlimited
  };

  core::Error refusal(std::string_view what) const {
    return {core::Code::kInternal,
            "the pattern " + core::quoted(whole_) + " at byte " +
                core::decimal(static_cast<std::int64_t>(whole_.size() - rest_.size())) + ": " +
                std::string(what),
            {}};
  }

  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Reads one character, escaped or not. A character in `special` must be escaped.
  core::Result<char32_t> read_character(std::string_view special) {
    constexpr std::string_view kPunctuation = "^$\\.*+?()[]{}|/-";
    if (rest_.empty()) return refusal("the pattern ends too early");
    if (take('\\')) {
      if (rest_.empty() || !is_one_of(rest_.front(), kPunctuation))
        return refusal("this escape is not known");
    } else if (is_one_of(rest_.front(), special)) {
      return refusal("this part of the language is not known");
    }
    return take_character(rest_);
  }

  core::Result<> read_piece() {
    Pattern::Class characters;
    if (take('[')) {
      RF_TRY(read_class(characters));
    } else {
      RF_ASSIGN(const char32_t character, read_character("^$.*+?()[]{}|"));
      characters.ranges.push_back({character, character});
    }
    RF_ASSIGN(const Count count, read_count());
    return add(std::move(characters), count);
  }

  core::Result<> read_class(Pattern::Class& out) {
    out.is_negated = take('^');
    while (!take(']')) {
      RF_ASSIGN(const char32_t first, read_member(out.ranges.empty()));
      char32_t last = first;
      if (rest_.size() > 1 && rest_.front() == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        RF_ASSIGN(last, read_member(false));
      }
      if (last < first) return refusal("a range of characters runs backwards");
      out.ranges.push_back({first, last});
    }
    if (out.ranges.empty()) return refusal("a class of no characters");
    return {};
  }

  /// As the first or last member of a class, a `-` is an ordinary character.
  core::Result<char32_t> read_member(bool is_first) {
    const bool is_last = rest_.starts_with("-]");
    return read_character(is_first || is_last ? "[]^" : "[]^-");
  }

  core::Result<Count> read_count() {
    if (take('?')) return Count{0, 1};
    if (take('*')) return Count{0, std::nullopt};
    if (take('+')) return Count{1, std::nullopt};
    if (!take('{')) return Count{1, 1};
    RF_ASSIGN(const std::size_t least, read_number());
    if (take('}')) return Count{least, least};
    if (!take(',')) return refusal("expected ',' or '}' in a count");
    if (take('}')) return Count{least, std::nullopt};
    RF_ASSIGN(const std::size_t most, read_number());
    if (!take('}')) return refusal("expected '}' after a count");
    if (most < least) return refusal("a count runs backwards");
    return Count{least, most};
  }

  core::Result<std::size_t> read_number() {
    std::size_t number = 0;
    std::size_t n_digits = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++n_digits) {
      if (n_digits == 4) return refusal("a count is too large");
      number = number * 10 + static_cast<std::size_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (n_digits == 0) return refusal("expected a number in a count");
    return number;
  }

  core::Result<> add(Pattern::Class characters, const Count& count) {
    const std::size_t n_states = count.most ? *count.most : count.least + 1;
    if (pattern_.states_.size() + n_states > Pattern::kMostStates) return refusal("the pattern is too large");
    const std::size_t class_index = pattern_.classes_.size();
    pattern_.classes_.push_back(std::move(characters));
    for (std::size_t i = 0; i < n_states; ++i) {
      pattern_.states_.push_back({class_index, i >= count.least, !count.most && i == count.least});
    }
    return {};
  }

  std::string_view whole_;
  std::string_view rest_;
  Pattern pattern_;
};

bool Pattern::Class::contains(char32_t character) const {
  const bool found = std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
  return found != is_negated;
}

core::Result<Pattern> Pattern::read(std::string_view text) {
  return PatternReader(text).read();
}

bool Pattern::matches(std::string_view text) const {
  // open[i]: the text so far leads to state i. The end of the chain counts as one more state. No state
  // outside [low, high] is open.
  const std::size_t end = states_.size();
  std::vector<char> open(end + 1, 0);
  std::vector<char> next(end + 1, 0);
  std::size_t low = 0;
  std::size_t high = 0;
  const auto enter_optional = [&](std::vector<char>& states) {
    for (std::size_t i = low; i <= high && i < end; ++i) {
      if (states[i] == 0 || !states_[i].is_optional) continue;
      states[i + 1] = 1;
      high = std::max(high, i + 1);
    }
  };
  open[0] = 1;
  enter_optional(open);
  while (!text.empty() && low <= high) {
    if (!to_end_ && open[end] != 0) return true;
    const char32_t character = take_character(text);
    const std::size_t old_low = low;
    const std::size_t old_high = high;
    low = end + 1;
    high = 0;
    const auto enter = [&](std::size_t i) {
      next[i] = 1;
      low = std::min(low, i);
      high = std::max(high, i);
    };
    if (!from_start_) enter(0);
    for (std::size_t i = old_low; i <= old_high; ++i) {
      const bool was_open = std::exchange(open[i], 0) != 0;
      if (!was_open || i == end || !classes_[states_[i].class_index].contains(character)) continue;
      enter(i + 1);
      if (states_[i].repeats) enter(i);
    }
    enter_optional(next);
    open.swap(next);
  }
  return open[end] != 0;
}

}  // namespace rf::json
