// SPDX-License-Identifier: MIT
// The verdict: whether a value is valid (draft-07, "JSON Schema Validation", sections 6 and 9 of the core). A
// keyword about one type accepts values of all other types. Numbers are doubles, so 1 and 1.0 are the same
// value; a number without a fraction is an integer. The recursion is no deeper than the document, whose depth
// the parser limits, and the schema. Pinned by tests/unit/json/schema_test.cpp and
// schema_differential_test.cpp; third-party validators check the same cases in tests/schemas/.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "json/schema_tree.hpp"

namespace rf::json {
namespace {

bool type_holds(std::string_view type, const Value& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return value.is_number() && std::isfinite(value.as_number()) &&
         std::trunc(value.as_number()) == value.as_number();
}

bool one_type_holds(const Value& types, const Value& value) {
  if (types.is_string()) return type_holds(types.as_string(), value);
  return std::any_of(types.as_array().begin(), types.as_array().end(),
                     [&](const Value& type) { return type_holds(type.as_string(), value); });
}

double n_characters(std::string_view text) {
  return static_cast<double>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// An arbitrary total order of values, used to find equal ones.
struct ValueLess {
  bool operator()(const Value* a, const Value* b) const { return less(*a, *b); }

  static int rank(const Value& value) {
    return value.is_null()     ? 0
           : value.is_bool()   ? 1
           : value.is_number() ? 2
           : value.is_string() ? 3
           : value.is_array()  ? 4
                               : 5;
  }
  static bool less(const Value& a, const Value& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a.is_bool()) return a.as_bool() < b.as_bool();
    if (a.is_number()) return a.as_number() < b.as_number();
    if (a.is_string()) return a.as_string() < b.as_string();
    if (a.is_array()) {
      return std::lexicographical_compare(a.as_array().begin(), a.as_array().end(), b.as_array().begin(),
                                          b.as_array().end(), less);
    }
    if (!a.is_object()) return false;
    return std::lexicographical_compare(a.as_object().begin(), a.as_object().end(), b.as_object().begin(),
                                        b.as_object().end(), [](const auto& x, const auto& y) {
                                          return x.first != y.first ? x.first < y.first
                                                                    : less(x.second, y.second);
                                        });
  }
};

bool has_no_equals(const Value::Array& items) {
  std::set<const Value*, ValueLess> seen;
  return std::all_of(items.begin(), items.end(),
                     [&](const Value& item) { return seen.insert(&item).second; });
}

bool number_rule_holds(const Rule& rule, double number) {
  const double bound = rule.argument->as_number();
  switch (rule.keyword) {
    case Keyword::kMinimum:
      return number >= bound;
    case Keyword::kMaximum:
      return number <= bound;
    case Keyword::kExclusiveMinimum:
      return number > bound;
    default:
      return number < bound;
  }
}

bool string_rule_holds(const Rule& rule, std::string_view text) {
  switch (rule.keyword) {
    case Keyword::kMinLength:
      return n_characters(text) >= rule.argument->as_number();
    case Keyword::kMaxLength:
      return n_characters(text) <= rule.argument->as_number();
    default:
      return rule.parts.front().pattern->matches(text);
  }
}

bool items_hold(const Rule& rule, const Value::Array& items) {
  if (!rule.argument->is_array()) {
    const Schema& schema = *rule.parts.front().schema;
    return std::all_of(items.begin(), items.end(), [&](const Value& item) { return accepts(schema, item); });
  }
  const std::size_t n = std::min(items.size(), rule.parts.size());
  for (std::size_t i = 0; i < n; ++i) {
    if (!accepts(*rule.parts[i].schema, items[i])) return false;
  }
  return true;
}

bool array_rule_holds(const Rule& rule, const Value::Array& items) {
  const auto size = static_cast<double>(items.size());
  switch (rule.keyword) {
    case Keyword::kMinItems:
      return size >= rule.argument->as_number();
    case Keyword::kMaxItems:
      return size <= rule.argument->as_number();
    case Keyword::kUniqueItems:
      return !rule.argument->as_bool() || has_no_equals(items);
    case Keyword::kContains:
      return std::any_of(items.begin(), items.end(),
                         [&](const Value& item) { return accepts(*rule.parts.front().schema, item); });
    default:
      return items_hold(rule, items);
  }
}

bool has_all(const Value& object, const Value& names) {
  return std::all_of(names.as_array().begin(), names.as_array().end(),
                     [&](const Value& name) { return object.find(name.as_string()) != nullptr; });
}

bool properties_hold(const Rule& rule, const Value& object) {
  return std::all_of(rule.parts.begin(), rule.parts.end(), [&](const Part& part) {
    const Value* member = object.find(part.name);
    return member == nullptr || accepts(*part.schema, *member);
  });
}

bool dependencies_hold(const Rule& rule, const Value& object) {
  return std::all_of(rule.parts.begin(), rule.parts.end(), [&](const Part& part) {
    if (object.find(part.name) == nullptr) return true;
    return part.names != nullptr ? has_all(object, *part.names) : accepts(*part.schema, object);
  });
}

template <class Test>
bool all_members(const Value& object, Test test) {
  return std::all_of(object.as_object().begin(), object.as_object().end(),
                     [&](const auto& member) { return test(member.first, member.second); });
}

bool pattern_properties_hold(const Rule& rule, const Value& object) {
  return all_members(object, [&](const std::string& name, const Value& member) {
    return std::all_of(rule.parts.begin(), rule.parts.end(), [&](const Part& part) {
      return !part.pattern->matches(name) || accepts(*part.schema, member);
    });
  });
}

bool object_rule_holds(const Schema& schema, const Rule& rule, const Value& object) {
  const auto size = static_cast<double>(object.as_object().size());
  switch (rule.keyword) {
    case Keyword::kMinProperties:
      return size >= rule.argument->as_number();
    case Keyword::kMaxProperties:
      return size <= rule.argument->as_number();
    case Keyword::kRequired:
      return has_all(object, *rule.argument);
    case Keyword::kProperties:
      return properties_hold(rule, object);
    case Keyword::kPatternProperties:
      return pattern_properties_hold(rule, object);
    case Keyword::kDependencies:
      return dependencies_hold(rule, object);
    case Keyword::kPropertyNames:
      return all_members(object, [&](const std::string& name, const Value&) {
        return accepts(*rule.parts.front().schema, Value(name));
      });
    default:  // additionalProperties
      return all_members(object, [&](const std::string& name, const Value& member) {
        return schema.names_member(name) || accepts(*rule.parts.front().schema, member);
      });
  }
}

}  // namespace

bool Schema::names_member(std::string_view name) const {
  const Rule* properties = find(Keyword::kProperties);
  if (properties != nullptr && properties->find(name) != nullptr) return true;
  const Rule* patterns = find(Keyword::kPatternProperties);
  return patterns != nullptr && std::any_of(patterns->parts.begin(), patterns->parts.end(),
                                            [&](const Part& part) { return part.pattern->matches(name); });
}

const Schema* Schema::branch(const Value& value) const {
  const Rule* condition = find(Keyword::kIf);
  if (condition == nullptr) return nullptr;
  const Rule* branch =
      find(accepts(*condition->parts.front().schema, value) ? Keyword::kThen : Keyword::kElse);
  return branch == nullptr ? nullptr : branch->parts.front().schema;
}

bool rule_holds(const Schema& schema, const Rule& rule, const Value& value) {
  const auto part_accepts = [&](const Part& part) { return accepts(*part.schema, value); };
  switch (rule.keyword) {
    case Keyword::kType:
      return one_type_holds(*rule.argument, value);
    case Keyword::kConst:
      return *rule.argument == value;
    case Keyword::kEnum: {
      const auto& options = rule.argument->as_array();
      return std::find(options.begin(), options.end(), value) != options.end();
    }
    case Keyword::kExclusiveMaximum:
    case Keyword::kExclusiveMinimum:
    case Keyword::kMaximum:
    case Keyword::kMinimum:
      return !value.is_number() || number_rule_holds(rule, value.as_number());
    case Keyword::kMaxLength:
    case Keyword::kMinLength:
    case Keyword::kPattern:
      return !value.is_string() || string_rule_holds(rule, value.as_string());
    case Keyword::kContains:
    case Keyword::kItems:
    case Keyword::kMaxItems:
    case Keyword::kMinItems:
    case Keyword::kUniqueItems:
      return !value.is_array() || array_rule_holds(rule, value.as_array());
    case Keyword::kAdditionalProperties:
    case Keyword::kDependencies:
    case Keyword::kMaxProperties:
    case Keyword::kMinProperties:
    case Keyword::kPatternProperties:
    case Keyword::kProperties:
    case Keyword::kPropertyNames:
    case Keyword::kRequired:
      return !value.is_object() || object_rule_holds(schema, rule, value);
    case Keyword::kAllOf:
    case Keyword::kRef:
      return std::all_of(rule.parts.begin(), rule.parts.end(), part_accepts);
    case Keyword::kAnyOf:
      return std::any_of(rule.parts.begin(), rule.parts.end(), part_accepts);
    case Keyword::kOneOf:
      return std::count_if(rule.parts.begin(), rule.parts.end(), part_accepts) == 1;
    case Keyword::kNot:
      return !accepts(*rule.parts.front().schema, value);
    case Keyword::kIf: {
      const Schema* branch = schema.branch(value);
      return branch == nullptr || accepts(*branch, value);
    }
    case Keyword::kDefinitions:
    case Keyword::kElse:
    case Keyword::kNote:
    case Keyword::kThen:
      return true;
  }
  return false;
}

bool accepts(const Schema& schema, const Value& value) {
  if (schema.monitor != nullptr && schema.monitor->cancelled()) return false;
  return !schema.is_false && std::all_of(schema.rules.begin(), schema.rules.end(),
                                         [&](const Rule& rule) { return rule_holds(schema, rule, value); });
}

}  // namespace rf::json
