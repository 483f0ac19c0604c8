// SPDX-License-Identifier: MIT
// Reads strict JSON with RapidJSON's iterative SAX reader into a json::Value.
//
// RapidJSON 1.1 alone is not strict enough: its number parser rounds wrongly (so it delivers numbers as text
// and core/number_text parses them), it treats a NUL byte as the end of the text, and it accepts a lone low
// surrogate as a character. Therefore the bytes are checked before it runs and the strings afterwards. Pinned
// by tests/unit/json/parse_test.cpp.
#include "json/parse.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::json {
namespace {

core::Error error_at(std::string_view text, std::size_t offset, core::Code code, std::string_view what) {
  std::int64_t line = 1;
  std::int64_t column = 1;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    const bool continues_character = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if (!continues_character) {
      ++column;
    }
  }
  std::string message =
      "JSON line " + core::decimal(line) + ", column " + core::decimal(column) + ": " + std::string(what);
  return {code, std::move(message), {{"line", line}, {"column", column}}};
}

/// The reader's memory. RapidJSON's own allocator returns null if there is no memory, and the reader then
/// writes through that pointer.
class ReaderMemory {
 public:
  [[maybe_unused]] static constexpr bool kNeedFree = true;
  void* Malloc(std::size_t size) { return size == 0 ? nullptr : ::operator new(size); }
  void* Realloc(void* old, std::size_t old_size, std::size_t new_size) {
    void* memory = Malloc(new_size);
    if (old != nullptr && memory != nullptr) std::memcpy(memory, old, std::min(old_size, new_size));
    Free(old);
    return memory;
  }
  static void Free(void* memory) { ::operator delete(memory); }
};

/// Builds the value from the reader's events; an error is kept in `refusal`.
class Builder {
 public:
  Builder(const ParseOptions& options, std::size_t text_bytes)
      : max_depth_(options.max_depth),
        max_memory_(options.max_memory_factor * text_bytes + options.free_memory),
        monitor_(options.monitor) {
    open_.push_back({Value::array(), {}});
  }

  struct Refusal {
    core::Code code;
    std::string what;
  };
  std::optional<Refusal> refusal;

  /// The value, once the reader has reported success.
  Value take() && { return std::move(open_.front().container.as_array().front()); }

  bool Null() { return add(Value()); }
  bool Bool(bool value) { return add(value); }
  bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
    const std::string_view text(digits, length);
    const auto number = core::parse_number(text);
    if (!number || !std::isfinite(number->value)) return refuse_number(text);
    return add(number->value);
  }
  bool String(const char* characters, rapidjson::SizeType length, bool) {
    const std::string_view text(characters, length);
    return check_surrogates(text) && take_memory(text.size()) && add(text);
  }
  bool Key(const char* characters, rapidjson::SizeType length, bool) {
    const std::string_view key(characters, length);
    if (!check_surrogates(key)) return false;
    if (key.find('\0') != std::string_view::npos) return refuse("a member name must not contain NUL");
    if (open_.back().container.find(key) != nullptr) {
      return refuse("the member " + core::quoted(key) + " appears twice in one object");
    }
    open_.back().key = key;
    return take_memory(kMemberBytes + key.size());
  }
  bool StartObject() { return start(Value::object()); }
  bool StartArray() { return start(Value::array()); }
  bool EndObject(rapidjson::SizeType) { return end(); }
  bool EndArray(rapidjson::SizeType) { return end(); }

  // The reader delivers numbers as text. These functions only complete the interface that it requires.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  struct Open {
    Value container;
    std::string key;
  };

  bool refuse(std::string what, core::Code code = core::Code::kInvalidJson) {
    refusal = Refusal{code, std::move(what)};
    return false;
  }
  bool refuse_number(std::string_view text) {
    return refuse("the number " + core::quoted(text) + " is out of the range of a double");
  }
  /// A lone surrogate can come only from an escape, because the text itself is valid UTF-8.
  bool check_surrogates(std::string_view text) {
    if (core::find_invalid_utf8(text) == std::string_view::npos) return true;
    return refuse("a \\u escape names half a surrogate pair");
  }

  bool start(Value container) {
    if (open_.size() > max_depth_) {
      return refuse("nested deeper than " + core::counted(max_depth_, "level"), core::Code::kLimitReached);
    }
    open_.push_back({std::move(container), {}});
    return true;
  }
  bool end() {
    Value closed = std::move(open_.back().container);
    open_.pop_back();
    return add(std::move(closed));
  }
  bool take_memory(std::size_t n_bytes) {
    memory_ += n_bytes;
    if (memory_ <= max_memory_) return true;
    return refuse("this needs more than " + core::counted(max_memory_, "byte") + " of memory",
                  core::Code::kLimitReached);
  }
  bool add(Value value) {
    constexpr std::size_t kValuesBetween = 4096;
    if (monitor_ != nullptr && ++n_values_ % kValuesBetween == 0 && monitor_->cancelled())
      return refuse("", core::Code::kCancelled);
    if (!take_memory(sizeof(Value))) return false;
    Open& parent = open_.back();
    if (parent.container.is_array()) {
      parent.container.push(std::move(value));
    } else {
      parent.container.set(std::move(parent.key), std::move(value));
    }
    return true;
  }

  /// Memory of a member in addition to its value: the name and the links of a tree node.
  static constexpr std::size_t kMemberBytes = sizeof(std::string) + 4 * sizeof(void*);

  std::size_t max_depth_;
  std::size_t max_memory_;
  const core::Monitor* monitor_;
  std::size_t n_values_ = 0;
  std::size_t memory_ = 0;
  std::vector<Open> open_;  ///< the containers not yet closed; the first is an array around the whole text
};

std::string_view describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "expected a value, found the end of the text";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "expected the end of the text after the value";
    case rapidjson::kParseErrorObjectMissName:
      return "expected a member name in double quotes";
    case rapidjson::kParseErrorObjectMissColon:
      return "expected ':' after the member name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "expected ',' or '}' after the member";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "expected ',' or ']' after the element";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "expected four hexadecimal digits after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a \\u escape names half a surrogate pair";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "invalid escape or control character in a string";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "the string is not closed";
    case rapidjson::kParseErrorNumberTooBig:
      return "the number is out of the range of a double";
    case rapidjson::kParseErrorNumberMissFraction:
      return "expected a digit after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "expected a digit in the exponent";
    default:
      return "expected a value";
  }
}

/// Errors that the bytes alone show, checked before the reader runs.
std::optional<core::Error> refuse_bytes(std::string_view text, const ParseOptions& options) {
  if (text.size() > options.max_bytes) {
    return core::Error{core::Code::kLimitReached,
                       "the JSON text has " + core::counted(text.size(), "byte") + "; the limit is " +
                           core::decimal(static_cast<std::int64_t>(options.max_bytes)),
                       {}};
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return error_at(text, 0, core::Code::kInvalidJson, "a byte order mark is not allowed");
  }
  if (const auto at = core::find_invalid_utf8(text); at != std::string_view::npos) {
    return error_at(text, at, core::Code::kInvalidJson, "the text is not valid UTF-8");
  }
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    return error_at(text, at, core::Code::kInvalidJson, "the text holds a NUL byte");
  }
  return std::nullopt;
}

}  // namespace

core::Result<Value> parse(std::string_view text, const ParseOptions& options) {
  if (auto refused = refuse_bytes(text, options)) return *std::move(refused);

  rapidjson::MemoryStream stream(text.data(), text.size());
  Builder builder(options, text.size());
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, ReaderMemory> reader;
  constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (builder.refusal) {
    if (builder.refusal->code == core::Code::kCancelled) return options.monitor->check().error();
    return error_at(text, result.Offset(), builder.refusal->code, builder.refusal->what);
  }
  if (result.IsError()) {
    return error_at(text, result.Offset(), core::Code::kInvalidJson, describe(result.Code()));
  }
  return std::move(builder).take();
}

}  // namespace rf::json
