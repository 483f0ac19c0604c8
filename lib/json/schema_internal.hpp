// SPDX-License-Identifier: MIT
// The two halves of a schema check, shared by schema*.cpp only: valijson's verdict, and our words for it.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::json {

/// One finding of the validator: the way from the root of the document, and what it says. A finding about a
/// container follows those about its members.
struct Violation {
  std::vector<std::string> path;
  std::string description;
};

/// All findings; empty when the document is valid. INTERNAL when the schema itself cannot be used.
core::Result<std::vector<Violation>> find_violations(const Value& document, const Value& schema);

/// The error to report for findings (at least one) of find_violations.
core::Error explain_violations(const Value& document, const Value& schema,
                               const std::vector<Violation>& violations);

}  // namespace rf::json
