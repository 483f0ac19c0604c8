// SPDX-License-Identifier: MIT
// Finds where two documents differ. Pinned by tests/unit/json/difference_test.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/value.hpp"

namespace rf::json {

struct Difference {
  std::string pointer;                  ///< RFC 6901; "" is the document
  std::optional<std::string> expected;  ///< as RFC 8785 text; nothing if only the other document has it
  std::optional<std::string> found;
};

/// Returns the first difference in document order: members in RFC 8785 order, elements by index. Returns
/// nullopt if the documents are equal.
std::optional<Difference> first_difference(const Value& expected, const Value& found);

struct LeafDifference {
  std::string pointer;  ///< RFC 6901
  const Value* a;       ///< null if only the other document has it; borrowed from the documents
  const Value* b;
};

/// Returns all differences in document order. Two objects are compared member by member and two arrays
/// element by element, so the two values of a difference are scalars, empty objects, empty arrays, or values
/// of different types. If only one document has an object or array, each leaf below it is a difference of its
/// own.
std::vector<LeafDifference> leaf_differences(const Value& a, const Value& b);

}  // namespace rf::json
