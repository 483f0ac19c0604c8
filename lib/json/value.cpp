// SPDX-License-Identifier: MIT
// Access to members of a JSON value, and the member order of RFC 8785.
//
// UTF-16 order differs from byte order in one place: the code points from U+E000 to U+FFFF (lead bytes EE,
// EF) come after the supplementary ones (lead bytes F0 to F4), which UTF-16 writes as surrogates D800 to
// DFFF. In valid UTF-8 the first differing byte of two texts is a lead byte in both or a continuation byte in
// both, so ranking that byte is enough. Pinned by tests/unit/json/value_test.cpp.
#include "json/value.hpp"

#include <algorithm>

namespace rf::json {
namespace {

unsigned utf16_rank(char c) {
  const unsigned byte = static_cast<unsigned char>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x100 : byte;
}

}  // namespace

bool Utf16Less::operator()(std::string_view a, std::string_view b) const {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_b == b.end()) return false;
  if (at_a == a.end()) return true;
  return utf16_rank(*at_a) < utf16_rank(*at_b);
}

Value::Value(const Value& other) = default;
Value::Value(Value&& other) noexcept = default;
Value& Value::operator=(const Value& other) = default;
Value& Value::operator=(Value&& other) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const auto found = as_object().find(key);
  return found == as_object().end() ? nullptr : &found->second;
}

Value& Value::set(std::string key, Value value) {
  if (is_null()) content_ = Object{};
  as_object().insert_or_assign(std::move(key), std::move(value));
  return *this;
}

Value& Value::push(Value value) {
  if (is_null()) content_ = Array{};
  as_array().push_back(std::move(value));
  return *this;
}

namespace {

/// The first key of a pointer and the rest of the pointer. Only the library's own pointers come here, in
/// which no key is escaped.
std::pair<std::string_view, std::string_view> first_step(std::string_view pointer) {
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  return {pointer.substr(1, end - 1), pointer.substr(end)};
}

}  // namespace

const Value* at(const Value& document, std::string_view pointer) {
  if (pointer.empty()) return &document;
  const auto [key, rest] = first_step(pointer);
  const Value* const member = document.find(key);
  return member == nullptr ? nullptr : at(*member, rest);
}

void set_at(Value& document, std::string_view pointer, Value value) {
  if (!document.is_object()) return;
  const auto [key, rest] = first_step(pointer);
  if (rest.empty()) {
    document.set(std::string(key), std::move(value));
    return;
  }
  if (document.find(key) == nullptr) document.set(std::string(key), Value::object());
  set_at(document.as_object().find(key)->second, rest, std::move(value));
}

void erase_at(Value& document, std::string_view pointer) {
  if (!document.is_object()) return;
  const auto [key, rest] = first_step(pointer);
  Value::Object& members = document.as_object();
  const auto member = members.find(key);
  if (member == members.end()) return;
  if (!rest.empty()) {
    erase_at(member->second, rest);
    if (!member->second.is_object() || !member->second.as_object().empty()) return;
  }
  members.erase(member);
}

}  // namespace rf::json
