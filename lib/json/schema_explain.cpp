// SPDX-License-Identifier: MIT
// Explains in words why a document is not valid. Starting at the root, the search descends into the first
// member or element that its schemas refuse, and repeats this as deep as possible. There, the schemas that
// apply to the value give the reason:
// `/params/C: expected a number greater than 0, found "x"`.
// Pinned by tests/unit/json/schema_explain_test.cpp.
#include "json/schema_explain.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "json/schema_words.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

using Schemas = std::vector<const Schema*>;

/// Adds `schema` and every schema that it applies to the same value unconditionally.
void collect(const Schema& schema, const Value& value, Schemas& out) {
  const Schema& target = schema.resolved();
  out.push_back(&target);
  for (const Rule& rule : target.rules) {  // there may be two: closing an open anyOf makes another
    if (rule.keyword != Keyword::kAllOf) continue;
    for (const Part& part : rule.parts) collect(*part.schema, value, out);
  }
  if (const Schema* branch = target.branch(value)) collect(*branch, value, out);
}

/// A place in the document, and the schemas that apply to it.
struct Place {
  std::string pointer;
  const Value* value;
  Schemas schemas;
};

/// The schemas that `properties` and `patternProperties` give for the member.
Schemas named_schemas(const Schema& schema, std::string_view name) {
  Schemas out;
  if (const Rule* properties = schema.find(Keyword::kProperties)) {
    if (const Part* part = properties->find(name)) out.push_back(part->schema);
  }
  if (const Rule* patterns = schema.find(Keyword::kPatternProperties)) {
    for (const Part& part : patterns->parts) {
      if (part.pattern->matches(name)) out.push_back(part.schema);
    }
  }
  return out;
}

Place member_place(const Place& parent, const std::string& name, const Value& member) {
  Place place{parent.pointer + "/" + pointer_token(name), &member, {}};
  for (const Schema* schema : parent.schemas) {
    Schemas below = named_schemas(*schema, name);
    const Rule* additional = schema->find(Keyword::kAdditionalProperties);
    if (below.empty() && additional != nullptr) below.push_back(additional->parts.front().schema);
    for (const Schema* next : below) collect(*next, member, place.schemas);
  }
  return place;
}

Place element_place(const Place& parent, std::size_t index, const Value& element) {
  Place place{parent.pointer + "/" + core::decimal(static_cast<std::int64_t>(index)), &element, {}};
  for (const Schema* schema : parent.schemas) {
    const Rule* items = schema->find(Keyword::kItems);
    if (items == nullptr || (items->argument->is_array() && index >= items->parts.size())) continue;
    collect(*items->parts[items->argument->is_array() ? index : 0].schema, element, place.schemas);
  }
  return place;
}

bool refuses(const Schema* schema, const Place& place) {
  return !accepts(*schema, *place.value);
}

/// Whether the element is invalid.
bool is_refused_element(const Place& place) {
  return std::any_of(place.schemas.begin(), place.schemas.end(),
                     [&](const Schema* schema) { return refuses(schema, place); });
}

/// Whether the member's value is invalid. A forbidden member is reported by its enclosing object.
bool is_refused_member(const Place& place) {
  return std::any_of(place.schemas.begin(), place.schemas.end(),
                     [&](const Schema* schema) { return !schema->is_false && refuses(schema, place); });
}

std::optional<Place> first_refused_below(const Place& place) {
  if (place.value->is_object()) {
    for (const auto& [name, member] : place.value->as_object()) {
      Place below = member_place(place, name, member);
      if (is_refused_member(below)) return below;
    }
  }
  if (place.value->is_array()) {
    const auto& elements = place.value->as_array();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      Place below = element_place(place, i, elements[i]);
      if (is_refused_element(below)) return below;
    }
  }
  return std::nullopt;
}

std::string found_text(const Value& value) {
  if (value.is_string()) return core::quoted(value.as_string());
  if (value.is_array())
    return "an array of " + core::decimal(static_cast<std::int64_t>(value.as_array().size()));
  if (value.is_object()) return "an object";
  if (value.is_number() && !std::isfinite(value.as_number())) return "a number that is not finite";
  return canonical(value);
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

std::vector<std::string> known_names(const Schema& schema) {
  std::vector<std::string> names;
  if (const Rule* properties = schema.find(Keyword::kProperties)) {
    for (const Part& part : properties->parts) names.emplace_back(part.name);
  }
  return names;
}

/// A member that additionalProperties forbids.
core::Result<> check_unknown_member(const Place& place) {
  for (const Schema* schema : place.schemas) {
    const Rule* additional = schema->find(Keyword::kAdditionalProperties);
    if (additional == nullptr || !additional->parts.front().schema->resolved().is_false) continue;
    for (const auto& [name, member] : place.value->as_object()) {
      if (schema->names_member(name)) continue;
      const std::vector<std::string> known = known_names(*schema);
      return error_at(core::Code::kUnknownKey, place.pointer + "/" + pointer_token(name),
                      "unknown key" + core::did_you_mean(name, known), one_of(known), name);
    }
  }
  return {};
}

core::Result<> check_missing_member(const Place& place) {
  for (const Schema* schema : place.schemas) {
    const Rule* required = schema->find(Keyword::kRequired);
    if (required == nullptr) continue;
    for (const Value& name : required->argument->as_array()) {
      if (place.value->find(name.as_string()) != nullptr) continue;
      const std::string member = "the member " + core::quoted(name.as_string());
      return error_at(core::Code::kInvalidValue, place.pointer, member + " is missing", member, "none");
    }
  }
  return {};
}

/// A member whose schema is `false`: the rest of the document does not permit it.
core::Result<> check_forbidden_member(const Place& place) {
  for (const Schema* schema : place.schemas) {
    for (const auto& [name, member] : place.value->as_object()) {
      const Schemas named = named_schemas(*schema, name);
      if (std::none_of(named.begin(), named.end(), [](const Schema* s) { return s->resolved().is_false; }))
        continue;
      return error_at(core::Code::kInvalidValue, place.pointer + "/" + pointer_token(name),
                      "does not go with the rest of the document", "no such member", found_text(member));
    }
  }
  return {};
}

/// Whether the rule is about the value itself. The other rules concern members and elements, or schemas that
/// are also in Place::schemas.
bool is_about_itself(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAdditionalProperties:
    case Keyword::kAllOf:
    case Keyword::kIf:
    case Keyword::kItems:
    case Keyword::kPatternProperties:
    case Keyword::kProperties:
    case Keyword::kRequired:
      return false;
    default:
      return true;
  }
}

bool accepts_itself(const Schema& schema, const Value& value) {
  return !schema.is_false && std::all_of(schema.rules.begin(), schema.rules.end(), [&](const Rule& rule) {
    return !is_about_itself(rule.keyword) || rule_holds(schema, rule, value);
  });
}

core::Error explain_value(const Place& place) {
  const auto refusing = std::find_if(place.schemas.begin(), place.schemas.end(), [&](const Schema* schema) {
    return !accepts_itself(*schema, *place.value);
  });
  std::string expected = refusing == place.schemas.end() ? "another value" : describe(**refusing);
  std::string got = found_text(*place.value);
  const std::string what = "expected " + expected + ", found " + got;
  return error_at(core::Code::kInvalidValue, place.pointer, what, std::move(expected), std::move(got));
}

core::Error explain_place(const Place& place) {
  if (place.value->is_object()) {
    for (const auto check : {check_unknown_member, check_missing_member, check_forbidden_member}) {
      if (auto result = check(place); !result.ok()) return std::move(result).error();
    }
  }
  return explain_value(place);
}

}  // namespace

core::Error explain(const Schema& schema, const Value& document) {
  Place place{"", &document, {}};
  collect(schema, document, place.schemas);
  while (auto below = first_refused_below(place)) place = *std::move(below);
  return explain_place(place);
}

}  // namespace rf::json
