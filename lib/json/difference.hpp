// SPDX-License-Identifier: MIT
// Where two documents part. Pinned by tests/unit/json/difference_test.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/value.hpp"

namespace rf::json {

struct Difference {
  std::string pointer;                  ///< RFC 6901; "" is the document
  std::optional<std::string> expected;  ///< as RFC 8785 text; none where only the other document has it
  std::optional<std::string> found;
};

/// The first in document order: members in RFC 8785 order, elements in theirs; none where they are equal.
std::optional<Difference> first_difference(const Value& expected, const Value& found);

struct LeafDifference {
  std::string pointer;  ///< RFC 6901
  const Value* a;       ///< null where only the other document has it; borrowed from the documents
  const Value* b;
};

/// Every place where the documents part, as far down as both go the same way or only one goes on: scalars,
/// empty objects and arrays, and values of two types. In document order.
std::vector<LeafDifference> leaf_differences(const Value& a, const Value& b);

}  // namespace rf::json
