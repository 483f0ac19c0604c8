// SPDX-License-Identifier: MIT
// Code shared by all documents of a run. finish_document() is the last step: it sets schema and version,
// checks the document and lays it out. The other functions build small values that several documents contain.
// Pinned by tests/unit/artifact/documents_test.cpp.
#include "artifact/documents.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/version.hpp"
#include "core/messages.hpp"
#include "core/mutant.hpp"
#include "crypto/sha256.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

std::string_view newline_name(table::Newline newline) {
  switch (newline) {
    case table::Newline::kNone:
      return "none";
    case table::Newline::kLf:
      return "lf";
    case table::Newline::kCrLf:
      return "crlf";
    case table::Newline::kCr:
      return "cr";
    case table::Newline::kMixed:
      break;
  }
  return "mixed";
}

std::string_view severity_name(core::Severity severity) {
  return severity == core::Severity::kWarning ? "warning" : "info";
}

std::optional<core::Code> diagnostic_code(std::string_view name) {
  const auto found = std::find_if(core::kCodeTable.begin(), core::kCodeTable.end(),
                                  [&](const core::CodeInfo& info) { return info.name == name; });
  if (found == core::kCodeTable.end() || found->status != core::Status::kOk) return std::nullopt;
  return static_cast<core::Code>(found - core::kCodeTable.begin());
}

json::Value texts_value(const std::vector<std::string>& texts) {
  json::Value array = json::Value::array();
  for (const std::string& text : texts) array.push(text);
  return array;
}

std::string text_of(const json::Value* value) {
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

}  // namespace

std::string File::sha256() const {
  return crypto::sha256_hex(bytes);
}

core::Result<File> finish_document(std::string name, std::string_view schema_version, json::Value document) {
  return finish_document(std::move(name), schema_version, std::move(document), runforge_version());
}

core::Result<File> finish_document(std::string name, std::string_view schema_version, json::Value document,
                                   std::string_view version, const core::Monitor* monitor) {
  document.set("schema_version", schema_version).set("runforge_version", version);
  if (core::Result<> checked = RF_MUTANT(
          schema_not_asked, json::check_schema(document, schema_version, monitor), core::Result<>());
      !checked.ok()) {
    core::Error error = std::move(checked).error();
    if (error.code == core::Code::kCancelled) return error;
    error.code = core::Code::kInternal;
    error.message =
        name + " does not match its own schema " + std::string(schema_version) + ": " + error.message;
    return error;
  }
  const core::Monitor never;
  RF_ASSIGN(std::string bytes, json::pretty(document, monitor != nullptr ? *monitor : never));
  return File{std::move(name), std::string(schema_version), std::move(bytes)};
}

json::Value class_label_value(const core::ClassLabel& label) {
  return std::visit([](const auto& value) { return json::Value(value); }, label);
}

json::Value details_value(const core::Details& details) {
  json::Value object = json::Value::object();
  for (const core::Detail& detail : details) {
    object.set(detail.key, std::visit([](const auto& value) { return json::Value(value); }, detail.value));
  }
  return object;
}

json::Value diagnostics_value(const core::Diagnostics& diagnostics) {
  json::Value array = json::Value::array();
  for (const core::Diagnostic& diagnostic : diagnostics) {
    json::Value entry;
    entry.set("code", core::code_name(diagnostic.code))
        .set("severity", severity_name(diagnostic.severity))
        .set("message", diagnostic.message);
    if (!diagnostic.details.empty()) entry.set("details", details_value(diagnostic.details));
    array.push(std::move(entry));
  }
  return array;
}

core::Details details_of(const json::Value& details) {
  constexpr double most = 9'007'199'254'740'992;  // 2^53
  core::Details facts;
  if (!details.is_object()) return facts;
  for (const auto& [key, value] : details.as_object()) {
    if (value.is_string()) facts.push_back({key, value.as_string()});
    if (!value.is_number() || !(value.as_number() >= -most && value.as_number() <= most)) continue;
    const auto number = static_cast<std::int64_t>(value.as_number());
    if (static_cast<double>(number) == value.as_number()) facts.push_back({key, number});
  }
  return facts;
}

json::Value with_messages(const json::Value& diagnostics) {
  json::Value array = json::Value::array();
  if (!diagnostics.is_array()) return array;
  for (const json::Value& recorded : diagnostics.as_array()) {
    json::Value entry = json::Value::object();
    for (const char* kept : {"code", "severity", "details"})
      if (const json::Value* value = recorded.find(kept)) entry.set(kept, *value);
    const auto code = diagnostic_code(text_of(recorded.find("code")));
    const auto severity = text_of(recorded.find("severity")) == severity_name(core::Severity::kInfo)
                              ? core::Severity::kInfo
                              : core::Severity::kWarning;
    const json::Value* details = recorded.find("details");
    entry.set("message", code ? core::diagnostic_message(*code, severity,
                                                         details ? details_of(*details) : core::Details())
                              : "this version of RunForge does not know this code");
    array.push(std::move(entry));
  }
  return array;
}

json::Value parameter_value(const params::Value& value) {
  return std::visit([](const auto& content) { return json::Value(content); }, value);
}

json::Value reading_options_value(const table::ReadingOptions& options) {
  json::Value kinds = json::Value::object();
  for (const auto& [column, kind] : options.kinds) kinds.set(column, core::kind_name(kind));
  json::Value limits;
  limits.set("max_bytes", options.limits.max_bytes)
      .set("max_cell_bytes", options.limits.max_cell_bytes)
      .set("max_columns", options.limits.max_columns)
      .set("max_rows", options.limits.max_rows);
  json::Value value;
  if (options.delimiter) value.set("delimiter", std::string(1, *options.delimiter));
  value.set("rules", static_cast<int>(options.rules))
      .set("comment", options.comment)
      .set("skip_rows", options.skip_rows)
      .set("header", options.header)
      .set("missing_tokens", texts_value(options.missing_tokens))
      .set("missing_number_tokens", texts_value(options.missing_number_tokens))
      .set("trim", options.trim)
      .set("kinds", std::move(kinds))
      .set("limits", std::move(limits));
  return value;
}

json::Value source_value(const table::Source& source) {
  json::Value value;
  value.set("delimiter", std::string(1, source.delimiter))
      .set("quote", "\"")
      .set("newline", newline_name(source.newline))
      .set("bom", source.bom)
      .set("blank_lines", source.blank_lines)
      .set("options", reading_options_value(source.options));
  // Seldom true, and named only then.
  if (source.second_bom) value.set("second_bom", true);
  if (source.sep_line) value.set("sep_line", true);
  if (source.trailing_delimiters) value.set("trailing_delimiters", true);
  return value;
}

}  // namespace rf::artifact
