// SPDX-License-Identifier: MIT
#include "json/difference.hpp"

#include <algorithm>

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

}  // namespace

std::optional<Difference> first_difference(const Value& expected, const Value& found) {
  return Walk().compare(expected, found);
}

}  // namespace rf::json
