// SPDX-License-Identifier: MIT
// Reads the option documents for reading and for emitting and checks them against their schemas. Pinned by
// tests/unit/run/options_test.cpp.
#include "run/options.hpp"

#include <string>
#include <utility>

#include "core/host.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"

namespace rf::run {
namespace {

core::Result<json::Value> parsed(std::string_view text) {
  if (text.empty()) return json::Value::object();
  return json::parse(text);
}

core::Kind kind_of(std::string_view name) {
  return name == "numeric"   ? core::Kind::kNumeric
         : name == "boolean" ? core::Kind::kBoolean
                             : core::Kind::kCategory;
}

void read_limit(const json::Value& limits, std::string_view key, std::uint64_t& limit) {
  if (const json::Value* member = limits.find(key)) limit = static_cast<std::uint64_t>(member->as_number());
}

constexpr std::string_view kFirstRelease = "0.1.0";
constexpr ReadingOption kReadingOptions[] = {{"/delimiter", kFirstRelease},
                                             {"/missing_tokens", kFirstRelease},
                                             {"/trim", kFirstRelease},
                                             {"/kinds", kFirstRelease},
                                             {"/infer_text", kFirstRelease},
                                             {"/limits/max_bytes", kFirstRelease},
                                             {"/limits/max_cell_bytes", kFirstRelease},
                                             {"/limits/max_columns", kFirstRelease},
                                             {"/limits/max_rows", kFirstRelease},
                                             {"/rules", "0.2.0", "1"},
                                             {"/comment", "0.2.0", "\"\""},
                                             {"/skip_rows", "0.2.0", "0"},
                                             {"/header", "0.2.0", "true"},
                                             {"/missing_number_tokens", "0.2.0", "[]"}};

std::vector<std::string> texts_of(const json::Value& array) {
  std::vector<std::string> texts;
  for (const json::Value& text : array.as_array()) texts.push_back(text.as_string());
  return texts;
}

}  // namespace

std::span<const ReadingOption> reading_options() {
  return kReadingOptions;
}

void set_neutral_options(json::Value& options, const artifact::AsOf& as_of) {
  for (const artifact::Entry& entry : as_of.history().entries)
    if (entry.thing == artifact::Thing::kReadingOption && !as_of.knows(entry) && entry.neutral)
      json::set_at(options, entry.name, *entry.neutral);
}

table::ReadingOptions dataset_options_from(const json::Value& checked) {
  table::ReadingOptions options;
  if (const json::Value* rules = checked.find("rules"))
    options.rules = static_cast<table::ReadingRules>(rules->as_number());
  if (const json::Value* delimiter = checked.find("delimiter")) options.delimiter = delimiter->as_string()[0];
  if (const json::Value* comment = checked.find("comment")) options.comment = comment->as_string();
  if (const json::Value* skipped = checked.find("skip_rows"))
    options.skip_rows = static_cast<std::uint64_t>(skipped->as_number());
  if (const json::Value* header = checked.find("header")) options.header = header->as_bool();
  if (const json::Value* tokens = checked.find("missing_tokens")) options.missing_tokens = texts_of(*tokens);
  if (const json::Value* tokens = checked.find("missing_number_tokens"))
    options.missing_number_tokens = texts_of(*tokens);
  if (const json::Value* trim = checked.find("trim")) options.trim = trim->as_bool();
  if (const json::Value* infer = checked.find("infer_text")) options.infer_text = infer->as_bool();
  if (const json::Value* kinds = checked.find("kinds"))
    for (const auto& [name, kind] : kinds->as_object()) options.kinds[name] = kind_of(kind.as_string());
  if (const json::Value* limits = checked.find("limits")) {
    read_limit(*limits, "max_bytes", options.limits.max_bytes);
    read_limit(*limits, "max_rows", options.limits.max_rows);
    read_limit(*limits, "max_columns", options.limits.max_columns);
    read_limit(*limits, "max_cell_bytes", options.limits.max_cell_bytes);
  }
  return options;
}

core::Result<table::ReadingOptions> read_dataset_options(std::string_view text) {
  RF_ASSIGN(const json::Value options, parsed(text));
  RF_TRY(json::check_schema(options, "dataset_options.v1"));
  return dataset_options_from(options);
}

core::Result<EmitOptions> read_emit_options(std::string_view text) {
  RF_ASSIGN(const json::Value given, parsed(text));
  EmitOptions options;
  // Checked before the schema, which can only limit the length of such a text.
  if (const json::Value* timestamp = given.find("timestamp");
      timestamp != nullptr && timestamp->is_string()) {
    options.timestamp = core::parse_rfc3339(timestamp->as_string());
    if (!options.timestamp)
      return core::Error{core::Code::kInvalidValue,
                         "timestamp must be an RFC 3339 date and time with an offset, such as "
                         "\"2024-01-01T12:00:00Z\", which "
                         "in UTC is in the years 0000 to 9999; found " +
                             core::quoted(timestamp->as_string()),
                         {{"pointer", "/timestamp"}}};
  }
  RF_TRY(json::check_schema(given, "emit_options.v1"));
  if (const json::Value* details = given.find("execution_details"))
    options.execution_details = details->as_bool();
  return options;
}

}  // namespace rf::run
