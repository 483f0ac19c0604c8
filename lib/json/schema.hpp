// SPDX-License-Identifier: MIT
// The published JSON Schemas (draft-07), compiled into the library, and the check of a document against one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::json {

struct EmbeddedSchema {
  const char* name;  ///< "run.v1", "train_config.v1", ...
  const char* text;  ///< the file schemas/<name>.schema.json, NUL-terminated
};

/// All published schemas, names ascending.
std::span<const EmbeddedSchema> schemas();
/// Text of the named schema, or null.
const char* schema_text(std::string_view name);

/// Checks `document` against the named published schema as what this version may write: open places (marked
/// `"$comment": "open"`, docs/formats/evolution.md) hold only what the schema names. For writers, and for who
/// verifies a record of a version whose schema this is. On failure INVALID_VALUE (UNKNOWN_KEY for a member
/// that nothing names), with details `pointer` (where in the document), `expected`, `got`. INTERNAL when the
/// schema says what the checker does not know (SchemaTree::read).
core::Result<> check_schema(const Value& document, std::string_view name);
/// The same as foreign validators judge: open places may hold what a later version added. For readers.
core::Result<> check_schema_open(const Value& document, std::string_view name);
/// Both against a schema given as text; for tests of single keywords.
core::Result<> check_schema_text(const Value& document, std::string_view schema_text);
core::Result<> check_schema_text_open(const Value& document, std::string_view schema_text);

}  // namespace rf::json
