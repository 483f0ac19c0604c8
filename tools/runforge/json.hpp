// SPDX-License-Identifier: MIT
// JSON for the tool: reads --config files and shows the library's documents. Numbers and layout are those of
// the library's artifacts (RFC 8785 numbers, JSON.stringify's layout), so the output equals the file. View
// reads a document that may lack anything: an absent value is empty, and nothing asserts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include <rapidjson/document.h>

namespace rf::tool::json {

using Document = rapidjson::Document;
using Value = rapidjson::Value;

inline std::span<const Value::Member> members(const Value& object) {
  return {object.MemberBegin(), object.MemberCount()};
}
inline std::string_view text_of(const Value& text) {
  return {text.GetString(), text.GetStringLength()};
}

/// Throws INVALID_JSON naming `source`, line and column.
Document parse(std::string_view text, std::string_view source);

/// Indented by two spaces, keys in their own order, LF at the end.
std::string layout(const Value& value);
/// Without white space.
std::string compact(const Value& value);

/// Shortest text that reads back as the same double, laid out as ECMAScript does; value is finite.
std::string number_text(double value);

/// object[key] = value; replaces an earlier value.
void set(Document& document, Value& object, std::string_view key, Value value);
Value text_value(Document& document, std::string_view text);

/// set() for many members of one object, each in a step whose cost does not grow with their number. Nothing
/// else may add members meanwhile.
class MemberSetter {
 public:
  MemberSetter(Document& document, Value& object);
  void set(std::string_view key, Value value);

 private:
  Document& document_;
  Value& object_;
  std::unordered_map<std::string, rapidjson::SizeType> place_of_;
};
/// The member `key` of `object`; an empty object is made if it is absent.
Value& member_object(Document& document, Value& object, std::string_view key);

class View {
 public:
  explicit View(const Value* value = nullptr) : value_(value) {}
  explicit operator bool() const { return value_ != nullptr; }
  View operator[](std::string_view key) const;
  View operator[](std::size_t index) const;
  std::size_t size() const;  ///< of an array; 0 otherwise
  std::optional<double> number() const;
  std::uint64_t count() const;  ///< of a non-negative integer; 0 otherwise
  std::string text() const;     ///< of a string; "" otherwise
  bool is_true() const { return value_ && value_->IsTrue(); }
  std::string display() const;  ///< a string's text, any other value as JSON; "" if absent
  const Value* get() const { return value_; }

 private:
  const Value* value_;
};

}  // namespace rf::tool::json
