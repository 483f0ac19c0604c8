// SPDX-License-Identifier: MIT
// A JSON Schema (draft-07) in memory: the known keywords and their arguments. Shared by schema*.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "json/pattern.hpp"
#include "json/value.hpp"

namespace rf::json {

/// A schema marks the places where later versions may add something with `"$comment": "open"`: an object, or
/// an anyOf whose first branch is the known form.
enum class OpenPlaces : std::uint8_t {
  kClosed,  ///< only what the schema names; other members and later branches are refused
  kOpen,    ///< as third-party validators read the schema, which ignore the mark
};

enum class Keyword {
  kNote,  ///< no effect on validity: title, description, ...
  kAdditionalProperties,
  kAllOf,
  kAnyOf,
  kConst,
  kContains,
  kDefinitions,
  kDependencies,
  kElse,
  kEnum,
  kExclusiveMaximum,
  kExclusiveMinimum,
  kIf,
  kItems,
  kMaximum,
  kMaxItems,
  kMaxLength,
  kMaxProperties,
  kMinimum,
  kMinItems,
  kMinLength,
  kMinProperties,
  kNot,
  kOneOf,
  kPattern,
  kPatternProperties,
  kProperties,
  kPropertyNames,
  kRef,
  kRequired,
  kThen,
  kType,
  kUniqueItems,
};

struct Schema;

/// One of the schemas in a keyword's argument.
struct Part {
  std::string_view name;                   ///< of the member, if the argument is an object
  const Schema* schema = nullptr;          ///< null if `dependencies` lists members, and for `pattern`
  const Value* names = nullptr;            ///< the members that `dependencies` lists
  std::unique_ptr<const Pattern> pattern;  ///< of `pattern` and of each `patternProperties`
};

struct Rule {
  Keyword keyword;
  const Value* argument;    ///< as it is in the schema
  std::vector<Part> parts;  ///< in the order of the schema; by name in UTF-16 order

  /// The part of that name, or null.
  const Part* find(std::string_view name) const;
};

/// A schema is a list of rules. A value is valid if every rule holds. The schema `false` accepts no value.
struct Schema {
  std::size_t index = 0;  ///< position in the tree
  bool is_false = false;
  const core::Monitor* monitor = nullptr;  ///< unless null, asked by each check
  std::vector<Rule> rules;

  const Rule* find(Keyword keyword) const;
  /// The schema at the end of the chain of `$ref`; this schema if it has none.
  const Schema& resolved() const;
  /// Whether `properties` or `patternProperties` covers the member, so that additionalProperties does not
  /// apply.
  bool names_member(std::string_view name) const;
  /// The schema of `then` or `else` that applies to the value, or null.
  const Schema* branch(const Value& value) const;
};

/// All schemas of one document. It borrows the document.
class SchemaTree {
 public:
  /// The tree also borrows the monitor, which may be null. INTERNAL, with the place in the schema: for an
  /// unknown keyword, argument or pattern; for a mark "open" on a schema that cannot be open; for a `$ref`
  /// other than `#` or an entry of `definitions`; for a schema that would check one value against itself
  /// without end.
  static core::Result<SchemaTree> read(const Value& document, OpenPlaces places,
                                       const core::Monitor* monitor = nullptr);

  const Schema& root() const { return schemas_.front(); }

 private:
  friend class SchemaReader;
  std::deque<Schema> schemas_;  ///< a deque, because growing does not move its elements
};

/// Whether the value is valid. Meaningless once the schema's monitor asks to stop: the check then ends early.
bool accepts(const Schema& schema, const Value& value);
/// Whether one rule of the schema holds for the value.
bool rule_holds(const Schema& schema, const Rule& rule, const Value& value);

}  // namespace rf::json
