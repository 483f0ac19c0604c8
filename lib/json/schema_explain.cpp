// SPDX-License-Identifier: MIT
// Says in words why a document does not match its schema. valijson names the place; the schemas that apply
// there are found by walking the same way through the schema, and the first that refuses the value gives the
// expectation:
// `/params/C: expected a number greater than 0, found "x"`.
//
// This decides nothing: a keyword that it does not know costs a message its detail, never a verdict.
// Pinned by tests/unit/json/schema_test.cpp.
#include "json/schema_internal.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/text.hpp"
#include "json/schema_words.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

using Schemas = std::vector<const Value*>;

/// Walks through one schema document.
class Walker {
 public:
  explicit Walker(const Value& root) : words_(root) {}

  /// Adds `schema` and every schema it applies to the same value.
  void collect(const Value& schema, const Value& value, Schemas& out) const {
    const Value& target = words_.resolve(schema);
    out.push_back(&target);
    if (const Value* parts = target.find("allOf")) {
      for (const Value& part : parts->as_array()) collect(part, value, out);
    }
    if (const Value* condition = target.find("if")) {
      const Value* branch = target.find(words_.accepts(*condition, value) ? "then" : "else");
      if (branch != nullptr) collect(*branch, value, out);
    }
  }

  /// The schemas that apply to the member or element `step` of `value`, given those that apply to `value`.
  Schemas descend(const Schemas& schemas, const Value& value, const std::string& step,
                  const Value& child) const {
    Schemas out;
    for (const Value* schema : schemas) {
      const Value* next = nullptr;
      if (value.is_array()) {
        next = schema->find("items");
      } else {
        const Value* properties = schema->find("properties");
        next = properties != nullptr ? properties->find(step) : nullptr;
        if (next == nullptr) next = schema->find("additionalProperties");
      }
      if (next != nullptr) collect(*next, child, out);
    }
    return out;
  }

  const SchemaWords& words() const { return words_; }

 private:
  SchemaWords words_;
};

const Value* child_of(const Value& value, const std::string& step) {
  if (!value.is_array()) return value.find(step);
  const auto& items = value.as_array();
  std::size_t index = 0;
  for (const char digit : step) {
    if (digit < '0' || digit > '9' || index > items.size()) return nullptr;
    index = index * 10 + static_cast<std::size_t>(digit - '0');
  }
  return index < items.size() ? &items[index] : nullptr;
}

std::string found_text(const Value& value) {
  if (value.is_string()) return core::quoted(value.as_string());
  if (value.is_array()) {
    return std::string("an array of ")
        .append(core::decimal(static_cast<std::int64_t>(value.as_array().size())));
  }
  if (value.is_object()) return "an object";
  return canonical(value);
}

std::string below(const std::string& pointer, const std::string& step) {
  return std::string(pointer).append("/").append(pointer_token(step));
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text = names.empty() ? "no member" : "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) text.append(i == 0 ? "" : ", ").append(names[i]);
  return text;
}

core::Error error_at(core::Code code, const std::string& pointer, std::string_view what, std::string expected,
                     std::string got) {
  std::string message = pointer;
  message.append(pointer.empty() ? "" : ": ").append(what);
  return {code,
          std::move(message),
          {{"pointer", pointer}, {"expected", std::move(expected)}, {"got", std::move(got)}}};
}

/// A place in the document, and the schemas that apply to it.
struct Place {
  std::string pointer;
  const Value* value;
  Schemas schemas;
};

/// A member that additionalProperties forbids.
core::Result<> check_unknown_member(const Place& place) {
  if (!place.value->is_object()) return {};
  for (const Value* schema : place.schemas) {
    const Value* additional = schema->find("additionalProperties");
    if (additional == nullptr || !additional->is_bool() || additional->as_bool()) continue;
    std::vector<std::string> known;
    if (const Value* properties = schema->find("properties")) {
      for (const auto& [name, member] : properties->as_object()) known.push_back(name);
    }
    for (const auto& [name, member] : place.value->as_object()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      return error_at(core::Code::kUnknownKey, below(place.pointer, name),
                      std::string("unknown key").append(core::did_you_mean(name, known)), one_of(known),
                      name);
    }
  }
  return {};
}

core::Result<> check_missing_member(const Place& place) {
  if (!place.value->is_object()) return {};
  for (const Value* schema : place.schemas) {
    const Value* required = schema->find("required");
    if (required == nullptr) continue;
    for (const Value& name : required->as_array()) {
      if (place.value->find(name.as_string()) != nullptr) continue;
      const std::string member = std::string("the member ").append(core::quoted(name.as_string()));
      return error_at(core::Code::kInvalidValue, place.pointer, std::string(member).append(" is missing"),
                      member, "none");
    }
  }
  return {};
}

/// A member whose schema is `false`: it does not go with the rest of the document.
core::Result<> check_forbidden_member(const Place& place) {
  for (const Value* schema : place.schemas) {
    const Value* properties = schema->find("properties");
    if (properties == nullptr || !place.value->is_object()) continue;
    for (const auto& [name, member] : properties->as_object()) {
      if (member != Value(false) || place.value->find(name) == nullptr) continue;
      return error_at(core::Code::kInvalidValue, below(place.pointer, name),
                      "does not go with the rest of the document", "no such member",
                      found_text(*place.value->find(name)));
    }
  }
  return {};
}

core::Result<> check_value(const Place& place, const SchemaWords& words) {
  for (const Value* schema : place.schemas) {
    const bool may_be_form = place.value->is_string() && words.asks_for_form(*schema);
    if (words.accepts_itself(*schema, *place.value) && !may_be_form) continue;
    std::string expected = words.describe(*schema);
    std::string got = found_text(*place.value);
    const std::string what = std::string("expected ").append(expected).append(", found ").append(got);
    return error_at(core::Code::kInvalidValue, place.pointer, what, std::move(expected), std::move(got));
  }
  return {};
}

core::Result<> explain_place(const Place& place, const SchemaWords& words) {
  RF_TRY(check_unknown_member(place));
  RF_TRY(check_missing_member(place));
  RF_TRY(check_forbidden_member(place));
  return check_value(place, words);
}

/// As far as the way leads through the document.
Place place_of(const Value& document, const Walker& walker, const Value& schema,
               const std::vector<std::string>& path) {
  Place place{"", &document, {}};
  walker.collect(schema, document, place.schemas);
  for (const std::string& step : path) {
    const Value* child = child_of(*place.value, step);
    if (child == nullptr) break;
    place.schemas = walker.descend(place.schemas, *place.value, step, *child);
    place.pointer = below(place.pointer, step);
    place.value = child;
  }
  return place;
}

}  // namespace

core::Error explain_violations(const Value& document, const Value& schema,
                               const std::vector<Violation>& violations) {
  const Walker walker(schema);
  for (const Violation& violation : violations) {
    const Place place = place_of(document, walker, schema, violation.path);
    if (auto result = explain_place(place, walker.words()); !result.ok()) return std::move(result).error();
  }
  const Place place = place_of(document, walker, schema, violations.front().path);
  return error_at(core::Code::kInvalidValue, place.pointer, violations.front().description,
                  violations.front().description, found_text(*place.value));
}

}  // namespace rf::json
