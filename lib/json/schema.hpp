// SPDX-License-Identifier: MIT
// The published JSON Schemas (draft-07), compiled into the library, and the check of a document against one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/monitor.hpp"
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

/// Checks `document` against the named published schema by the rules for writing: open places (marked
/// `"$comment": "open"`, docs/formats/evolution.md) may hold only members that the schema names. For writers,
/// and for verifying a record that was written with exactly this schema. On failure INVALID_VALUE
/// (UNKNOWN_KEY for a member that no schema names), with details `pointer` (where in the document),
/// `expected`, `got`. INTERNAL if the schema uses something that the checker does not know
/// (SchemaTree::read). CANCELLED if the monitor, which may be null, asks to stop.
core::Result<> check_schema(const Value& document, std::string_view name,
                            const core::Monitor* monitor = nullptr);
/// As above by the rules for reading, with the same verdict as third-party validators: open places may hold
/// additions of later versions. For readers.
core::Result<> check_schema_open(const Value& document, std::string_view name);
/// The two checks against a schema given as text; for tests of single keywords.
core::Result<> check_schema_text(const Value& document, std::string_view schema_text);
core::Result<> check_schema_text_open(const Value& document, std::string_view schema_text);

}  // namespace rf::json
