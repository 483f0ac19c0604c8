// SPDX-License-Identifier: MIT
// Single schemas in words, and whether one accepts a value by the keywords known here; shared by schema*.cpp
// only.
#pragma once

#include <string>

#include "json/value.hpp"

namespace rf::json {

class SchemaWords {
 public:
  /// `root` is the schema document that `$ref`s point into; borrowed.
  explicit SchemaWords(const Value& root) : root_(root) {}

  /// Follows `$ref`s of the form `#/a/b`; an unknown target gives the schema itself.
  const Value& resolve(const Value& schema) const;
  /// Whether the schema accepts the value, members and elements included.
  bool accepts(const Value& schema, const Value& value) const;
  /// The same by the keywords about the value itself, not about its members or elements or by other schemas.
  bool accepts_itself(const Value& schema, const Value& value) const;
  /// Whether the schema has keywords about the characters of a text, which accepts() leaves to the validator.
  bool asks_for_form(const Value& schema) const;
  /// "a number greater than 0", "one of \"a\", \"b\"", ...
  std::string describe(const Value& schema) const;

 private:
  const Value& root_;
};

}  // namespace rf::json
