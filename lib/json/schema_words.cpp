// SPDX-License-Identifier: MIT
// The small part of JSON Schema that messages need: what a schema asks of a value, in words and as a yes or
// no. It serves schema_explain.cpp and never decides whether a document is valid. Pinned by
// tests/unit/json/schema_test.cpp.
#include "json/schema_words.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/number_text.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

bool is_type(const Value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return value.is_number() && std::trunc(value.as_number()) == value.as_number();
}

std::string_view type_words(std::string_view type) {
  if (type == "object") return "an object";
  if (type == "array") return "an array";
  if (type == "string") return "a string";
  if (type == "boolean") return "true or false";
  if (type == "number") return "a number";
  if (type == "integer") return "an integer";
  return type;
}

/// The elements of a keyword that takes one value or an array of them.
Value::Array listed(const Value& keyword) {
  return keyword.is_array() ? keyword.as_array() : Value::Array{keyword};
}

template <class Test>
bool keyword_holds(const Value& schema, const char* keyword, Test test) {
  const Value* found = schema.find(keyword);
  return found == nullptr || test(*found);
}

bool within_bounds(const Value& schema, double number) {
  return keyword_holds(schema, "minimum", [&](const Value& bound) { return number >= bound.as_number(); }) &&
         keyword_holds(schema, "maximum", [&](const Value& bound) { return number <= bound.as_number(); }) &&
         keyword_holds(schema, "exclusiveMinimum",
                       [&](const Value& bound) { return number > bound.as_number(); }) &&
         keyword_holds(schema, "exclusiveMaximum",
                       [&](const Value& bound) { return number < bound.as_number(); });
}

bool within_sizes(const Value& schema, const Value::Array& array) {
  const auto size = static_cast<double>(array.size());
  return keyword_holds(schema, "minItems", [&](const Value& bound) { return size >= bound.as_number(); }) &&
         keyword_holds(schema, "maxItems", [&](const Value& bound) { return size <= bound.as_number(); });
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

void append_bounds(std::string& text, const Value& schema) {
  const auto append = [&](const char* keyword, std::string_view words) {
    const Value* bound = schema.find(keyword);
    if (bound == nullptr) return;
    text += words;
    text += core::number_text(bound->as_number());
  };
  if (schema.find("minimum") != nullptr && schema.find("maximum") != nullptr) {
    append("minimum", " from ");
    append("maximum", " to ");
  } else {
    append("minimum", " of at least ");
    append("exclusiveMinimum", " greater than ");
    const bool has_lower = schema.find("minimum") != nullptr || schema.find("exclusiveMinimum") != nullptr;
    append("maximum", has_lower ? " and at most " : " of at most ");
    append("exclusiveMaximum", has_lower ? " and less than " : " less than ");
  }
}

void append_sizes(std::string& text, const Value& schema) {
  const Value* least = schema.find("minItems");
  const Value* most = schema.find("maxItems");
  if (least != nullptr && most != nullptr && *least == *most) {
    text += " of " + core::number_text(least->as_number());
  } else if (least != nullptr) {
    text += " of at least " + core::number_text(least->as_number());
  } else if (most != nullptr) {
    text += " of at most " + core::number_text(most->as_number());
  }
}

void append_form(std::string& text, const Value& schema) {
  if (const Value* least = schema.find("minLength")) {
    text += " of at least " + core::number_text(least->as_number()) +
            (least->as_number() == 1 ? " character" : " characters");
  }
  if (const Value* pattern = schema.find("pattern")) text += " that matches " + pattern->as_string();
}

}  // namespace

const Value& SchemaWords::resolve(const Value& schema) const {
  const Value* reference = schema.find("$ref");
  if (reference == nullptr || !reference->is_string()) return schema;
  std::string_view way = reference->as_string();
  if (!way.starts_with("#/")) return schema;
  way.remove_prefix(2);
  const Value* target = &root_;
  while (target != nullptr && !way.empty()) {
    const std::string_view step = way.substr(0, way.find('/'));
    target = target->find(step);
    way.remove_prefix(std::min(way.size(), step.size() + 1));
  }
  return target == nullptr || target == &schema ? schema : resolve(*target);
}

bool SchemaWords::accepts_itself(const Value& schema, const Value& value) const {
  if (schema.is_bool()) return schema.as_bool();
  const auto equals = [&](const Value& other) { return other == value; };
  if (!keyword_holds(schema, "const", equals)) return false;
  if (!keyword_holds(schema, "enum", [&](const Value& options) {
        return std::any_of(options.as_array().begin(), options.as_array().end(), equals);
      })) {
    return false;
  }
  if (!keyword_holds(schema, "type", [&](const Value& types) {
        const auto names = listed(types);
        return std::any_of(names.begin(), names.end(),
                           [&](const Value& name) { return is_type(value, name.as_string()); });
      })) {
    return false;
  }
  if (!keyword_holds(schema, "anyOf", [&](const Value& options) {
        const auto& parts = options.as_array();
        return std::any_of(parts.begin(), parts.end(),
                           [&](const Value& part) { return accepts(part, value); });
      })) {
    return false;
  }
  if (value.is_number() && !within_bounds(schema, value.as_number())) return false;
  return !value.is_array() || within_sizes(schema, value.as_array());
}

bool SchemaWords::asks_for_form(const Value& schema) const {
  return schema.find("pattern") != nullptr || schema.find("minLength") != nullptr;
}

bool SchemaWords::accepts(const Value& schema, const Value& value) const {
  const Value& target = resolve(schema);
  if (!accepts_itself(target, value)) return false;
  if (!value.is_object()) return true;
  const bool has_required = keyword_holds(target, "required", [&](const Value& names) {
    return std::all_of(names.as_array().begin(), names.as_array().end(),
                       [&](const Value& name) { return value.find(name.as_string()) != nullptr; });
  });
  return has_required && keyword_holds(target, "properties", [&](const Value& properties) {
           return std::all_of(properties.as_object().begin(), properties.as_object().end(),
                              [&](const auto& property) {
                                const Value* member = value.find(property.first);
                                return member == nullptr || accepts(property.second, *member);
                              });
         });
}

std::string SchemaWords::describe(const Value& schema) const {
  const Value& target = resolve(schema);
  if (target.is_bool()) return target.as_bool() ? "any value" : "no value";
  if (const Value* constant = target.find("const")) return canonical(*constant);
  std::vector<std::string> parts;
  if (const Value* options = target.find("enum")) {
    for (const Value& option : options->as_array()) parts.push_back(canonical(option));
    return (parts.size() == 1 ? "" : "one of ") + joined(parts, ", ");
  }
  if (const Value* options = target.find("anyOf")) {
    for (const Value& option : options->as_array()) parts.push_back(describe(option));
    return joined(parts, " or ");
  }
  const Value* type = target.find("type");
  if (type != nullptr) {
    for (const Value& name : listed(*type)) parts.emplace_back(type_words(name.as_string()));
  }
  std::string text = parts.empty() ? "a value" : joined(parts, " or ");
  append_bounds(text, target);
  append_sizes(text, target);
  append_form(text, target);
  return text;
}

}  // namespace rf::json
