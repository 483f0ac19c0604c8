// SPDX-License-Identifier: MIT
// Reads a schema document into rules. It reads every schema in the document, used or not, and refuses
// everything that it would otherwise ignore silently, because a misspelt keyword must not look like a check
// that passes. Pinned by tests/unit/json/schema_tree_test.cpp.
#include "json/schema_tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/text.hpp"
#include "json/write.hpp"

namespace rf::json {
namespace {

enum class Takes {
  kAnything,
  kString,
  kNumber,
  kCount,
  kBool,
  kStrings,
  kValues,
  kType,
  kPattern,
  kSchema,
  kSchemas,
  kSchemaOrSchemas,
  kNamedSchemas,
  kPatternSchemas,
  kDependencies
};

struct Known {
  std::string_view name;
  Keyword keyword;
  Takes takes;
};

// Names ascending.
constexpr auto kKnown = std::to_array<Known>({
    {"$comment", Keyword::kNote, Takes::kString},
    {"$id", Keyword::kNote, Takes::kString},
    {"$ref", Keyword::kRef, Takes::kString},
    {"$schema", Keyword::kNote, Takes::kString},
    {"additionalProperties", Keyword::kAdditionalProperties, Takes::kSchema},
    {"allOf", Keyword::kAllOf, Takes::kSchemas},
    {"anyOf", Keyword::kAnyOf, Takes::kSchemas},
    {"const", Keyword::kConst, Takes::kAnything},
    {"contains", Keyword::kContains, Takes::kSchema},
    {"default", Keyword::kNote, Takes::kAnything},
    {"definitions", Keyword::kDefinitions, Takes::kNamedSchemas},
    {"dependencies", Keyword::kDependencies, Takes::kDependencies},
    {"description", Keyword::kNote, Takes::kString},
    {"else", Keyword::kElse, Takes::kSchema},
    {"enum", Keyword::kEnum, Takes::kValues},
    {"examples", Keyword::kNote, Takes::kValues},
    {"exclusiveMaximum", Keyword::kExclusiveMaximum, Takes::kNumber},
    {"exclusiveMinimum", Keyword::kExclusiveMinimum, Takes::kNumber},
    {"if", Keyword::kIf, Takes::kSchema},
    {"items", Keyword::kItems, Takes::kSchemaOrSchemas},
    {"maxItems", Keyword::kMaxItems, Takes::kCount},
    {"maxLength", Keyword::kMaxLength, Takes::kCount},
    {"maxProperties", Keyword::kMaxProperties, Takes::kCount},
    {"maximum", Keyword::kMaximum, Takes::kNumber},
    {"minItems", Keyword::kMinItems, Takes::kCount},
    {"minLength", Keyword::kMinLength, Takes::kCount},
    {"minProperties", Keyword::kMinProperties, Takes::kCount},
    {"minimum", Keyword::kMinimum, Takes::kNumber},
    {"not", Keyword::kNot, Takes::kSchema},
    {"oneOf", Keyword::kOneOf, Takes::kSchemas},
    {"pattern", Keyword::kPattern, Takes::kPattern},
    {"patternProperties", Keyword::kPatternProperties, Takes::kPatternSchemas},
    {"properties", Keyword::kProperties, Takes::kNamedSchemas},
    {"propertyNames", Keyword::kPropertyNames, Takes::kSchema},
    {"required", Keyword::kRequired, Takes::kStrings},
    {"then", Keyword::kThen, Takes::kSchema},
    {"title", Keyword::kNote, Takes::kString},
    {"type", Keyword::kType, Takes::kType},
    {"uniqueItems", Keyword::kUniqueItems, Takes::kBool},
});

static_assert(std::is_sorted(kKnown.begin(), kKnown.end(),
                             [](const Known& a, const Known& b) { return a.name < b.name; }));

const Known* find_known(std::string_view name) {
  const auto* found =
      std::lower_bound(kKnown.begin(), kKnown.end(), name,
                       [](const Known& known, std::string_view wanted) { return known.name < wanted; });
  return found == kKnown.end() || found->name != name ? nullptr : found;
}

constexpr std::array<std::string_view, 7> kTypes = {"array",  "boolean", "integer", "null",
                                                    "number", "object",  "string"};

bool is_type_name(const Value& value) {
  return value.is_string() && std::find(kTypes.begin(), kTypes.end(), value.as_string()) != kTypes.end();
}

bool is_string(const Value& value) {
  return value.is_string();
}

bool is_array_of(const Value& value, bool (*test)(const Value&)) {
  return value.is_array() && std::all_of(value.as_array().begin(), value.as_array().end(), test);
}

/// Whether the argument has the form that the keyword takes. Schemas in it are checked when they are read.
bool is_well_formed(Takes takes, const Value& argument) {
  constexpr double kMostCount = 9007199254740991;  // 2^53 - 1
  switch (takes) {
    case Takes::kString:
    case Takes::kPattern:
      return argument.is_string();
    case Takes::kNumber:
      return argument.is_number();
    case Takes::kCount:
      return argument.is_number() && argument.as_number() >= 0 && argument.as_number() <= kMostCount &&
             std::trunc(argument.as_number()) == argument.as_number();
    case Takes::kBool:
      return argument.is_bool();
    case Takes::kStrings:
      return is_array_of(argument, is_string);
    case Takes::kType:
      return is_type_name(argument) || (is_array_of(argument, is_type_name) && !argument.as_array().empty());
    case Takes::kValues:
    case Takes::kSchemas:
      return argument.is_array() && !argument.as_array().empty();
    case Takes::kNamedSchemas:
    case Takes::kPatternSchemas:
    case Takes::kDependencies:
      return argument.is_object();
    case Takes::kAnything:
    case Takes::kSchema:
    case Takes::kSchemaOrSchemas:
      return true;
  }
  return false;
}

/// The member name that a token of a JSON pointer represents (RFC 6901).
std::string unescaped(std::string_view token) {
  std::string name;
  for (; !token.empty(); token.remove_prefix(1)) {
    const bool is_escape = token.starts_with("~0") || token.starts_with("~1");
    if (is_escape) token.remove_prefix(1);
    name += !is_escape ? token.front() : token.front() == '0' ? '~' : '/';
  }
  return name;
}

core::Error fault(std::string_view what) {
  return {core::Code::kInternal, ": " + std::string(what), {}};
}

/// Prepends the enclosing schema or keyword to the error's path.
core::Error inside(std::string_view step, core::Error error) {
  error.message.insert(0, "/" + pointer_token(step));
  return error;
}

/// The mark of an open place, or null: `"$comment": "open"`, or "open: " followed by text.
const Value* open_mark(const Value& schema) {
  const Value* comment = schema.find("$comment");
  return comment != nullptr && comment->is_string() && comment->as_string().starts_with("open") ? comment
                                                                                                : nullptr;
}

}  // namespace

class SchemaReader {
 public:
  SchemaReader(OpenPlaces places, const core::Monitor* monitor) : places_(places), monitor_(monitor) {}

  core::Result<SchemaTree> read(const Value& document) {
    RF_TRY(read_schema(document));
    for (Schema& schema : tree_.schemas_) RF_TRY(lead(schema));
    visits_.resize(tree_.schemas_.size(), Visit::kNew);
    for (const Schema& schema : tree_.schemas_) RF_TRY(refuse_circle(schema));
    return std::move(tree_);
  }

 private:
  enum class Visit : unsigned char { kNew, kOpen, kDone };

  Schema& add_schema() {
    Schema& schema = tree_.schemas_.emplace_back();
    schema.index = tree_.schemas_.size() - 1;
    schema.monitor = monitor_;
    return schema;
  }

  core::Result<const Schema*> read_schema(const Value& source) {
    Schema& schema = add_schema();
    if (source.is_bool()) {
      schema.is_false = !source.as_bool();
      return &schema;
    }
    if (!source.is_object()) return fault("a schema is an object, true or false");
    const auto& members = source.as_object();
    schema.rules.reserve(members.size());
    for (const auto& [name, argument] : members) {
      if (auto result = add_rule(schema, name, argument); !result.ok())
        return inside(name, std::move(result).error());
    }
    RF_TRY(apply_mark(schema, open_mark(source)));
    return check_company(schema);
  }

  /// Refuses a mark that would be ignored. If open places are closed, changes the schema to what it would be
  /// without the mark: an open object gets `additionalProperties: false`, and an open anyOf becomes an allOf
  /// of its first branch, so that messages describe the known form.
  core::Result<> apply_mark(Schema& schema, const Value* mark) {
    if (mark == nullptr) return {};
    const std::string& text = mark->as_string();
    if (text != "open" && !text.starts_with("open: "))
      return inside("$comment", fault("the mark of an open place is \"open\", or \"open: \" and words"));
    const bool is_object = schema.find(Keyword::kProperties) != nullptr;
    const auto choice = std::find_if(schema.rules.begin(), schema.rules.end(),
                                     [](const Rule& rule) { return rule.keyword == Keyword::kAnyOf; });
    const bool is_choice = choice != schema.rules.end() && choice->parts.size() > 1;
    if (is_object == is_choice || schema.find(Keyword::kAdditionalProperties) != nullptr)
      return inside("$comment",
                    fault("only an object with properties and without additionalProperties, or an "
                          "anyOf of more than one schema, may be open"));
    if (places_ == OpenPlaces::kOpen) return {};
    if (is_choice) {
      choice->keyword = Keyword::kAllOf;
      choice->parts.erase(choice->parts.begin() + 1, choice->parts.end());
      return {};
    }
    Rule& rule = schema.rules.emplace_back(Rule{Keyword::kAdditionalProperties, mark, {}});
    rule.parts.emplace_back().schema = nothing();
    return {};
  }

  /// A schema that accepts no value.
  const Schema* nothing() {
    Schema& schema = add_schema();
    schema.is_false = true;
    return &schema;
  }

  core::Result<> add_rule(Schema& schema, std::string_view name, const Value& argument) {
    const Known* known = find_known(name);
    if (known == nullptr) return fault("this keyword is not known");
    if (!is_well_formed(known->takes, argument)) return fault("the keyword does not take this");
    if (name == "$schema" && argument != Value("http://json-schema.org/draft-07/schema#"))
      return fault("only draft-07 is known");
    if (name == "$id" && schema.index != 0) return fault("only the whole document may have an $id");
    if (known->keyword == Keyword::kNote) return {};
    Rule& rule = schema.rules.emplace_back(Rule{known->keyword, &argument, {}});
    return read_parts(rule, known->takes);
  }

  /// Refuses keywords that need another keyword which is missing, and keywords next to `$ref`, which would be
  /// ignored.
  static core::Result<const Schema*> check_company(const Schema& schema) {
    if (schema.find(Keyword::kRef) != nullptr && schema.rules.size() > 1)
      return fault("what stands beside $ref is passed over");
    if (schema.find(Keyword::kIf) == nullptr &&
        (schema.find(Keyword::kThen) != nullptr || schema.find(Keyword::kElse) != nullptr))
      return fault("then and else say nothing without if");
    return &schema;
  }

  core::Result<> read_parts(Rule& rule, Takes takes) {
    const Value& argument = *rule.argument;
    switch (takes) {
      case Takes::kPattern:
        return add_pattern(rule.parts.emplace_back(), argument.as_string());
      case Takes::kSchemaOrSchemas:
        return argument.is_array() ? read_list(rule) : read_one(rule);
      case Takes::kSchema:
        return read_one(rule);
      case Takes::kSchemas:
        return read_list(rule);
      case Takes::kNamedSchemas:
      case Takes::kPatternSchemas:
      case Takes::kDependencies:
        return read_named(rule, takes);
      default:
        return {};
    }
  }

  core::Result<> read_one(Rule& rule) {
    RF_ASSIGN(rule.parts.emplace_back().schema, read_schema(*rule.argument));
    return {};
  }

  core::Result<> read_list(Rule& rule) {
    const auto& sources = rule.argument->as_array();
    rule.parts.reserve(sources.size());
    for (const Value& source : sources) {
      auto schema = read_schema(source);
      if (!schema.ok())
        return inside(core::decimal(static_cast<std::int64_t>(rule.parts.size())), std::move(schema).error());
      rule.parts.emplace_back().schema = *schema;
    }
    return {};
  }

  core::Result<> read_named(Rule& rule, Takes takes) {
    const auto& sources = rule.argument->as_object();
    rule.parts.reserve(sources.size());
    for (const auto& [name, source] : sources) {
      Part& part = rule.parts.emplace_back();
      part.name = name;
      if (auto result = read_named_part(part, takes, source); !result.ok())
        return inside(name, std::move(result).error());
    }
    return {};
  }

  core::Result<> read_named_part(Part& part, Takes takes, const Value& source) {
    if (takes == Takes::kPatternSchemas) RF_TRY(add_pattern(part, part.name));
    if (takes == Takes::kDependencies && source.is_array()) {
      if (!is_array_of(source, is_string)) return fault("the keyword does not take this");
      part.names = &source;
      return {};
    }
    RF_ASSIGN(part.schema, read_schema(source));
    return {};
  }

  static core::Result<> add_pattern(Part& part, std::string_view text) {
    auto pattern = Pattern::read(text);
    if (!pattern.ok()) return fault(pattern.error().message);
    part.pattern = std::make_unique<const Pattern>(std::move(pattern).value());
    return {};
  }

  /// Resolves `$ref` to its target schema.
  core::Result<> lead(Schema& schema) {
    if (schema.rules.empty() || schema.rules.front().keyword != Keyword::kRef) return {};
    Rule& rule = schema.rules.front();
    const Schema* target = find_target(rule.argument->as_string());
    if (target == nullptr) return fault("$ref leads nowhere: " + core::quoted(rule.argument->as_string()));
    rule.parts.emplace_back().schema = target;
    return {};
  }

  const Schema* find_target(std::string_view reference) const {
    constexpr std::string_view kDefinitions = "#/definitions/";
    if (reference == "#") return &tree_.root();
    const Rule* definitions = tree_.root().find(Keyword::kDefinitions);
    if (definitions == nullptr || !reference.starts_with(kDefinitions)) return nullptr;
    const Part* part = definitions->find(unescaped(reference.substr(kDefinitions.size())));
    return part == nullptr ? nullptr : part->schema;
  }

  /// Whether the keyword applies its schemas to the value itself, not to its members or elements.
  static bool stays_on_the_value(Keyword keyword) {
    switch (keyword) {
      case Keyword::kAllOf:
      case Keyword::kAnyOf:
      case Keyword::kDependencies:
      case Keyword::kElse:
      case Keyword::kIf:
      case Keyword::kNot:
      case Keyword::kOneOf:
      case Keyword::kRef:
      case Keyword::kThen:
        return true;
      default:
        return false;
    }
  }

  core::Result<> refuse_circle(const Schema& schema) {
    Visit& visit = visits_[schema.index];
    if (visit == Visit::kDone) return {};
    if (visit == Visit::kOpen) return fault("a schema leads to itself on the same value");
    visit = Visit::kOpen;
    for (const Rule& rule : schema.rules) {
      if (!stays_on_the_value(rule.keyword)) continue;
      for (const Part& part : rule.parts) {
        if (part.schema != nullptr) RF_TRY(refuse_circle(*part.schema));
      }
    }
    visit = Visit::kDone;
    return {};
  }

  OpenPlaces places_;
  const core::Monitor* monitor_;
  SchemaTree tree_;
  std::vector<Visit> visits_;
};

const Part* Rule::find(std::string_view name) const {
  const auto found = std::lower_bound(
      parts.begin(), parts.end(), name,
      [](const Part& part, std::string_view wanted) { return Utf16Less{}(part.name, wanted); });
  return found == parts.end() || found->name != name ? nullptr : &*found;
}

const Rule* Schema::find(Keyword keyword) const {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [keyword](const Rule& rule) { return rule.keyword == keyword; });
  return found == rules.end() ? nullptr : &*found;
}

const Schema& Schema::resolved() const {
  const Schema* schema = this;
  while (const Rule* reference = schema->find(Keyword::kRef)) schema = reference->parts.front().schema;
  return *schema;
}

core::Result<SchemaTree> SchemaTree::read(const Value& document, OpenPlaces places,
                                          const core::Monitor* monitor) {
  auto tree = SchemaReader(places, monitor).read(document);
  if (tree.ok()) return tree;
  core::Error error = std::move(tree).error();
  error.message.insert(0, "the schema cannot be used: #");
  return error;
}

}  // namespace rf::json
