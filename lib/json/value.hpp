// SPDX-License-Identifier: MIT
// A JSON document as a tree of values. Object members are kept in RFC 8785 order (UTF-16 code units), so each
// document has exactly one form.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rf::json {

/// Orders UTF-8 texts as their UTF-16 code units would be ordered (RFC 8785, 3.2.3).
struct Utf16Less {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::map<std::string, Value, Utf16Less>;

  Value() = default;  ///< null
  // Out of line: gcc 12 at -O3 reports an inlined move of the variant as a use of uninitialised memory.
  Value(const Value& other);
  Value(Value&& other) noexcept;
  Value& operator=(const Value& other);
  Value& operator=(Value&& other) noexcept;
  ~Value();
  Value(bool value) : content_(value) {}
  /// The number must be finite, because writers refuse others. Integers must be within +-2^53.
  template <class Number,
            class = std::enable_if_t<std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>>>
  Value(Number value) : content_(static_cast<double>(value)) {}
  Value(std::string value) : content_(std::move(value)) {}
  Value(std::string_view value) : content_(std::string(value)) {}
  Value(const char* value) : content_(std::string(value)) {}
  Value(Array value) : content_(std::move(value)) {}
  Value(Object value) : content_(std::move(value)) {}

  static Value array() { return Array{}; }
  static Value object() { return Object{}; }

  bool is_null() const { return std::holds_alternative<std::monostate>(content_); }
  bool is_bool() const { return std::holds_alternative<bool>(content_); }
  bool is_number() const { return std::holds_alternative<double>(content_); }
  bool is_string() const { return std::holds_alternative<std::string>(content_); }
  bool is_array() const { return std::holds_alternative<Array>(content_); }
  bool is_object() const { return std::holds_alternative<Object>(content_); }

  // Access by type. The value must have that type.
  bool as_bool() const { return std::get<bool>(content_); }
  double as_number() const { return std::get<double>(content_); }
  const std::string& as_string() const { return std::get<std::string>(content_); }
  const Array& as_array() const { return std::get<Array>(content_); }
  Array& as_array() { return std::get<Array>(content_); }
  const Object& as_object() const { return std::get<Object>(content_); }
  Object& as_object() { return std::get<Object>(content_); }

  /// The member of an object, or null if there is no such member or the value is not an object.
  const Value* find(std::string_view key) const;
  /// Sets a member of an object (a null value becomes an object first). Returns *this for chaining.
  Value& set(std::string key, Value value);
  /// Appends to an array (a null value becomes an array first). Returns *this for chaining.
  Value& push(Value value);

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, double, std::string, Array, Object> content_;
};

/// The member at a JSON pointer through objects ("/split/fraction"), or null.
const Value* at(const Value& document, std::string_view pointer);
/// Sets that member and creates missing objects on the way. Does nothing if a value on the way is not an
/// object.
void set_at(Value& document, std::string_view pointer, Value value);
/// Removes that member, and each object on the way that becomes empty. Does nothing if the member does not
/// exist.
void erase_at(Value& document, std::string_view pointer);

}  // namespace rf::json
