// SPDX-License-Identifier: MIT
// The first difference comes from a merge of two sorted member lists, the leaf differences from a recursion
// over the union of the members. Both follow document order.
#include "json/difference.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "json/write.hpp"

namespace rf::json {
namespace {

class Walk {
 public:
  std::optional<Difference> compare(const Value& expected, const Value& found) {
    if (expected == found) return std::nullopt;
    if (expected.is_object() && found.is_object()) return objects(expected.as_object(), found.as_object());
    if (expected.is_array() && found.is_array()) return arrays(expected.as_array(), found.as_array());
    return here(&expected, &found);
  }

 private:
  std::optional<Difference> objects(const Value::Object& expected, const Value::Object& found) {
    auto a = expected.begin();
    auto b = found.begin();
    while (a != expected.end() || b != found.end()) {
      const bool only_expected =
          b == found.end() || (a != expected.end() && expected.key_comp()(a->first, b->first));
      const bool only_found = !only_expected && (a == expected.end() || found.key_comp()(b->first, a->first));
      const std::string& key = only_found ? b->first : a->first;
      if (auto difference =
              at(pointer_token(key), only_found ? nullptr : &a->second, only_expected ? nullptr : &b->second))
        return difference;
      if (!only_found) ++a;
      if (!only_expected) ++b;
    }
    return std::nullopt;
  }

  std::optional<Difference> arrays(const Value::Array& expected, const Value::Array& found) {
    for (std::size_t i = 0; i < std::max(expected.size(), found.size()); ++i)
      if (auto difference = at(std::to_string(i), i < expected.size() ? &expected[i] : nullptr,
                               i < found.size() ? &found[i] : nullptr))
        return difference;
    return std::nullopt;
  }

  std::optional<Difference> at(const std::string& token, const Value* expected, const Value* found) {
    const std::size_t length = pointer_.size();
    pointer_ += "/" + token;
    std::optional<Difference> difference =
        expected != nullptr && found != nullptr ? compare(*expected, *found) : here(expected, found);
    pointer_.resize(length);
    return difference;
  }

  std::optional<Difference> here(const Value* expected, const Value* found) const {
    const auto text = [](const Value* value) {
      return value == nullptr ? std::nullopt : std::optional(canonical(*value));
    };
    return Difference{pointer_, text(expected), text(found)};
  }

  std::string pointer_;
};

/// The children of both values, by their pointer token.
using Children = std::map<std::string, std::pair<const Value*, const Value*>, Utf16Less>;

bool can_be(const Value* value, bool (Value::*kind)() const) {
  return value == nullptr || (value->*kind)();
}

/// The members of either value. Each value is an object or null.
Children members(const Value* a, const Value* b) {
  Children children;
  if (a != nullptr)
    for (const auto& [key, member] : a->as_object()) children[pointer_token(key)].first = &member;
  if (b != nullptr)
    for (const auto& [key, member] : b->as_object()) children[pointer_token(key)].second = &member;
  return children;
}

void collect(const std::string& pointer, const Value* a, const Value* b, std::vector<LeafDifference>& out) {
  if (a != nullptr && b != nullptr && *a == *b) return;
  if (can_be(a, &Value::is_object) && can_be(b, &Value::is_object)) {
    const Children children = members(a, b);
    for (const auto& [token, child] : children)
      collect(pointer + "/" + token, child.first, child.second, out);
    if (!children.empty()) return;
  } else if (can_be(a, &Value::is_array) && can_be(b, &Value::is_array)) {
    const std::size_t of_a = a == nullptr ? 0 : a->as_array().size();
    const std::size_t of_b = b == nullptr ? 0 : b->as_array().size();
    for (std::size_t i = 0; i < std::max(of_a, of_b); ++i)
      collect(pointer + "/" + std::to_string(i), i < of_a ? &a->as_array()[i] : nullptr,
              i < of_b ? &b->as_array()[i] : nullptr, out);
    if (of_a + of_b > 0) return;
  }
  out.push_back({pointer, a, b});
}

}  // namespace

std::optional<Difference> first_difference(const Value& expected, const Value& found) {
  return Walk().compare(expected, found);
}

std::vector<LeafDifference> leaf_differences(const Value& a, const Value& b) {
  std::vector<LeafDifference> differences;
  collect("", &a, &b, differences);
  return differences;
}

}  // namespace rf::json
