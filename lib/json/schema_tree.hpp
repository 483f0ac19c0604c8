// SPDX-License-Identifier: MIT
// A JSON Schema (draft-07) read for use: which keywords are known and what they take. Shared by schema*.cpp
// only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "json/pattern.hpp"
#include "json/value.hpp"

namespace rf::json {

/// Schemas mark where later versions may add: an object that bears `"$comment": "open"`, or an anyOf whose
/// first branch is what is known.
enum class OpenPlaces : std::uint8_t {
  kClosed,  ///< only what the schema names; other members and later branches are refused
  kOpen,    ///< as foreign validators read the schema, for which the mark says nothing
};

enum class Keyword {
  kNote,  ///< says nothing about validity: title, description, ...
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

/// One of the schemas that a keyword holds.
struct Part {
  std::string_view name;                   ///< of the member, where the keyword holds an object
  const Schema* schema = nullptr;          ///< null: `dependencies` lists members; `pattern`
  const Value* names = nullptr;            ///< the members that `dependencies` lists
  std::unique_ptr<const Pattern> pattern;  ///< of `pattern` and of each `patternProperties`
};

struct Rule {
  Keyword keyword;
  const Value* argument;    ///< as the schema has it
  std::vector<Part> parts;  ///< in the order of the schema; by name in UTF-16 order

  /// The part of that name, or null.
  const Part* find(std::string_view name) const;
};

/// A schema is its rules: a value is valid when every rule holds. `false` is a schema that holds for nothing.
struct Schema {
  std::size_t index = 0;  ///< place in the tree
  bool is_false = false;
  std::vector<Rule> rules;

  const Rule* find(Keyword keyword) const;
  /// The schema that `$ref` leads to, as far as it leads; else this one.
  const Schema& resolved() const;
  /// Whether `properties` or `patternProperties` speak of the member, so that additionalProperties does not.
  bool names_member(std::string_view name) const;
  /// What `then` or `else` asks of the value, or null.
  const Schema* branch(const Value& value) const;
};

/// All schemas of one document. It borrows the document.
class SchemaTree {
 public:
  /// INTERNAL, with the place in the schema, for a keyword, an argument or a pattern that is not known here,
  /// for a mark "open" on what cannot be open, for a `$ref` to anything but `#` or an entry of `definitions`,
  /// and for schemas that lead to themselves on the same value.
  static core::Result<SchemaTree> read(const Value& document, OpenPlaces places);

  const Schema& root() const { return schemas_.front(); }

 private:
  friend class SchemaReader;
  std::deque<Schema> schemas_;  ///< does not move what it holds
};

/// Whether the value is valid.
bool accepts(const Schema& schema, const Value& value);
/// Whether one rule of the schema holds for the value.
bool rule_holds(const Schema& schema, const Rule& rule, const Value& value);

}  // namespace rf::json
