// SPDX-License-Identifier: MIT
// Where two documents part. Pinned by tests/unit/json/difference_test.cpp.
#pragma once

#include <optional>
#include <string>

#include "json/value.hpp"

namespace rf::json {

struct Difference {
  std::string pointer;                  ///< RFC 6901; "" is the document
  std::optional<std::string> expected;  ///< as RFC 8785 text; none where only the other document has it
  std::optional<std::string> found;
};

/// The first in document order: members in RFC 8785 order, elements in theirs; none where they are equal.
std::optional<Difference> first_difference(const Value& expected, const Value& found);

}  // namespace rf::json
