// SPDX-License-Identifier: MIT
// Describes schemas in words. If a keyword has no words, the message is less detailed; the verdict is never
// affected. Pinned by tests/unit/json/schema_explain_test.cpp.
#include "json/schema_words.hpp"

#include <string_view>
#include <vector>

#include "core/number_text.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

std::string_view type_words(std::string_view type) {
  if (type == "object") return "an object";
  if (type == "array") return "an array";
  if (type == "string") return "a string";
  if (type == "boolean") return "true or false";
  if (type == "number") return "a number";
  if (type == "integer") return "an integer";
  return type;
}

/// The argument of a keyword, or null.
const Value* argument_of(const Schema& schema, Keyword keyword) {
  const Rule* rule = schema.find(keyword);
  return rule == nullptr ? nullptr : rule->argument;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string options_text(const Rule& rule, std::string_view separator) {
  std::vector<std::string> parts;
  for (const Part& part : rule.parts) parts.push_back(describe(*part.schema));
  return joined(parts, separator);
}

void append_bounds(std::string& text, const Schema& schema) {
  const auto append = [&](Keyword keyword, std::string_view words) {
    const Value* bound = argument_of(schema, keyword);
    if (bound == nullptr) return;
    text += words;
    text += core::number_text(bound->as_number());
  };
  const bool has_minimum = schema.find(Keyword::kMinimum) != nullptr;
  if (has_minimum && schema.find(Keyword::kMaximum) != nullptr) {
    append(Keyword::kMinimum, " from ");
    append(Keyword::kMaximum, " to ");
    return;
  }
  append(Keyword::kMinimum, " of at least ");
  append(Keyword::kExclusiveMinimum, " greater than ");
  const bool has_lower = has_minimum || schema.find(Keyword::kExclusiveMinimum) != nullptr;
  append(Keyword::kMaximum, has_lower ? " and at most " : " of at most ");
  append(Keyword::kExclusiveMaximum, has_lower ? " and less than " : " less than ");
}

/// Appends " of at least 2 members" or the like for a minimum and a maximum keyword; nothing if both are
/// null.
void append_size(std::string& text, const Value* least, const Value* most, std::string_view unit) {
  if (least == nullptr && most == nullptr) return;
  const Value& size = least != nullptr ? *least : *most;
  const bool is_exact = least != nullptr && most != nullptr && *least == *most;
  text += is_exact ? " of " : least != nullptr ? " of at least " : " of at most ";
  text += core::number_text(size.as_number());
  if (!is_exact && least != nullptr && most != nullptr)
    text += " and at most " + core::number_text(most->as_number());
  if (unit.empty()) return;
  const bool is_one = (most != nullptr ? most : least)->as_number() == 1;
  text.append(" ").append(unit).append(is_one ? "" : "s");
}

void append_sizes(std::string& text, const Schema& schema) {
  append_size(text, argument_of(schema, Keyword::kMinItems), argument_of(schema, Keyword::kMaxItems), "");
  append_size(text, argument_of(schema, Keyword::kMinLength), argument_of(schema, Keyword::kMaxLength),
              "character");
  append_size(text, argument_of(schema, Keyword::kMinProperties),
              argument_of(schema, Keyword::kMaxProperties), "member");
}

void append_form(std::string& text, const Schema& schema) {
  if (const Value* pattern = argument_of(schema, Keyword::kPattern))
    text += " that matches " + pattern->as_string();
  if (schema.find(Keyword::kUniqueItems) != nullptr) text += " without equal elements";
  if (schema.find(Keyword::kContains) != nullptr) text += " with an element of the right form";
  if (schema.find(Keyword::kPropertyNames) != nullptr) text += " with member names of the right form";
  if (schema.find(Keyword::kDependencies) != nullptr)
    text += " with every member that its other members require";
  if (const Rule* other = schema.find(Keyword::kNot)) text += " but not " + options_text(*other, "");
}

std::string type_text(const Schema& schema) {
  const Value* type = argument_of(schema, Keyword::kType);
  if (type == nullptr) return "a value";
  if (type->is_string()) return std::string(type_words(type->as_string()));
  std::vector<std::string> parts;
  for (const Value& name : type->as_array()) parts.emplace_back(type_words(name.as_string()));
  return joined(parts, " or ");
}

}  // namespace

std::string describe(const Schema& schema) {
  const Schema& target = schema.resolved();
  if (target.is_false) return "no value";
  if (target.rules.empty()) return "any value";
  if (const Value* constant = argument_of(target, Keyword::kConst)) return canonical(*constant);
  if (const Value* options = argument_of(target, Keyword::kEnum)) {
    std::vector<std::string> parts;
    for (const Value& option : options->as_array()) parts.push_back(canonical(option));
    return (parts.size() == 1 ? "" : "one of ") + joined(parts, ", ");
  }
  if (const Rule* options = target.find(Keyword::kAnyOf)) return options_text(*options, " or ");
  if (const Rule* options = target.find(Keyword::kOneOf))
    return "just one of: " + options_text(*options, "; ");
  std::string text = type_text(target);
  append_bounds(text, target);
  append_sizes(text, target);
  append_form(text, target);
  return text;
}

}  // namespace rf::json
