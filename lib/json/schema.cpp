// SPDX-License-Identifier: MIT
// Checks a document against a published JSON Schema (draft-07): schema_tree.cpp reads the schema,
// schema_check.cpp gives the verdict and, on a refusal, schema_explain.cpp makes the message. The texts are
// embedded at build time by cmake/EmbedSchemas.cmake; each use reads its schema again, which costs a fraction
// of a millisecond and needs no global state. Pinned by tests/unit/json/schema_test.cpp and, against
// third-party validators, by tests/schemas/ and tests/unit/json/schema_differential_test.cpp.
#include "json/schema.hpp"

#include <algorithm>
#include <utility>

#include "json/parse.hpp"
#include "json/schema_explain.hpp"
#include "json/schema_tree.hpp"

namespace rf::json {
namespace {

core::Result<> check(const Value& document, std::string_view schema_text, OpenPlaces places,
                     const core::Monitor* monitor = nullptr) {
  RF_ASSIGN(const Value source, parse(schema_text));
  RF_ASSIGN(const SchemaTree schema, SchemaTree::read(source, places, monitor));
  core::Result<> checked;
  if (!accepts(schema.root(), document)) checked = explain(schema.root(), document);
  if (monitor != nullptr) RF_TRY(monitor->check());
  return checked;
}

core::Result<> check_named(const Value& document, std::string_view name, OpenPlaces places,
                           const core::Monitor* monitor = nullptr) {
  const char* text = schema_text(name);
  if (text == nullptr) {
    return core::Error{core::Code::kInternal, "there is no schema named " + std::string(name), {}};
  }
  return check(document, text, places, monitor);
}

}  // namespace

const char* schema_text(std::string_view name) {
  const auto all = schemas();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [name](const EmbeddedSchema& schema) { return schema.name == name; });
  return found == all.end() ? nullptr : found->text;
}

core::Result<> check_schema(const Value& document, std::string_view name, const core::Monitor* monitor) {
  return check_named(document, name, OpenPlaces::kClosed, monitor);
}

core::Result<> check_schema_open(const Value& document, std::string_view name) {
  return check_named(document, name, OpenPlaces::kOpen);
}

core::Result<> check_schema_text(const Value& document, std::string_view schema_text) {
  return check(document, schema_text, OpenPlaces::kClosed);
}

core::Result<> check_schema_text_open(const Value& document, std::string_view schema_text) {
  return check(document, schema_text, OpenPlaces::kOpen);
}

}  // namespace rf::json
