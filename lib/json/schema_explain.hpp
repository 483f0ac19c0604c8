// SPDX-License-Identifier: MIT
// Explains why a document is not valid. Shared by schema*.cpp only.
#pragma once

#include "core/error.hpp"
#include "json/schema_tree.hpp"

namespace rf::json {

/// The error to report for a document that the schema does not accept: INVALID_VALUE, or UNKNOWN_KEY for a
/// member that additionalProperties forbids, with details `pointer`, `expected` and `got`.
core::Error explain(const Schema& schema, const Value& document);

}  // namespace rf::json
