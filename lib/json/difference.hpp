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

/// The first difference in document order: members in RFC 8785 order, elements by index. Nothing if the
/// documents are equal.
std::optional<Difference> first_difference(const Value& expected, const Value& found);

struct LeafDifference {
  std::string pointer;  ///< RFC 6901
  const Value* a;       ///< null if only the other document has it; borrowed from the documents
  const Value* b;
};

/// All differences, in document order, each as deep as possible: the two values at a pointer are scalars,
/// empty objects or arrays, or of different types. If only one document has an object or array, the leaves
/// below it are listed.
std::vector<LeafDifference> leaf_differences(const Value& a, const Value& b);

}  // namespace rf::json
