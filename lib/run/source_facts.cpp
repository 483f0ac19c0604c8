// SPDX-License-Identifier: MIT
// Compares the source of the given data with the one in the record, and takes recorded facts over if the
// source is another one. Pinned by tests/unit/audit/source_facts_test.cpp.
#include "run/source_facts.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/run_files.hpp"
#include "core/codes.hpp"
#include "core/text.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"
#include "run/options.hpp"
#include "table/infer.hpp"
#include "table/surprises.hpp"

namespace rf::run {
namespace {

using core::Code;

bool is_of_reading(const json::Value& diagnostic) {
  constexpr Code kCodes[] = {Code::kIntegerTooWide,     Code::kTextAmongNumbers, Code::kNumbersInText,
                             Code::kMixedKinds,         Code::kDatesAsText,      Code::kLeadingZeros,
                             Code::kThousandsSeparator, Code::kDecimalComma};
  const std::string& name = diagnostic.find("code")->as_string();
  return std::any_of(std::begin(kCodes), std::end(kCodes),
                     [&](Code code) { return core::code_name(code) == name; });
}

/// "CODE of column". It is unique among the diagnostics of one reading.
std::string subject_of(const json::Value& diagnostic) {
  const json::Value* const column = json::at(diagnostic, "/details/column");
  return diagnostic.find("code")->as_string() + " of " +
         core::quoted(column != nullptr && column->is_string() ? column->as_string() : "");
}

std::set<std::string> subjects_of_reading(const json::Value& diagnostics) {
  std::set<std::string> subjects;
  for (const json::Value& diagnostic : diagnostics.as_array())
    if (is_of_reading(diagnostic)) subjects.insert(subject_of(diagnostic));
  return subjects;
}

/// Returns the options of a reading as the version of `row` would have recorded them.
json::Value options_as_of(const artifact::AsOf& row, const table::Source& source) {
  json::Value options = *artifact::source_value(source).find("options");
  for (const artifact::Entry& entry : row.history().entries) {
    if (entry.thing != artifact::Thing::kReadingOption || row.knows(entry)) continue;
    const json::Value* const value = json::at(options, entry.name);
    if (value != nullptr && *value == entry.neutral) json::erase_at(options, entry.name);
  }
  return options;
}

}  // namespace

std::optional<SourceNote> source_note(const json::Value& recorded_dataset, const artifact::AsOf& row,
                                      const LoadedDataset& dataset) {
  const json::Value* const recorded = recorded_dataset.find("fingerprint_sha256");
  const table::Source* const given = dataset.dataset().source ? &*dataset.dataset().source : nullptr;
  if (recorded == nullptr && given == nullptr) return std::nullopt;
  if (recorded == nullptr)
    return SourceNote{
        "no_file_named",
        "the record names no file: the table was handed over in memory, and the file given holds "
        "the same table"};
  if (given == nullptr)
    return SourceNote{
        "data_in_memory",
        "the table was given in memory: it is the same as that of the file that the record names, "
        "which was not looked at"};
  if (recorded->as_string() != given->fingerprint_sha256)
    return SourceNote{
        "file_spelling",
        "the file given holds the same table and is another file than the record names: expected the "
        "fingerprint " +
            recorded->as_string() + ", found " + given->fingerprint_sha256};
  if (options_as_of(row, *given) != *json::at(recorded_dataset, "/source/options"))
    return SourceNote{"reading_options",
                      "the file was read with other options than the record names, and gave the same table"};
  return std::nullopt;
}

std::optional<SourceNote> take_source_facts(const Documents& recorded, const artifact::AsOf& row,
                                            const LoadedDataset& dataset, const Dealt& dealt,
                                            core::Context& context, Documents& made) {
  const json::Value& theirs = recorded.at(artifact::kRecord);
  const json::Value& their_dataset = *theirs.find("dataset");
  json::Value& record = made.at(artifact::kRecord);
  const bool names_a_file = their_dataset.find("source") != nullptr;
  const std::set<std::string> told_then = subjects_of_reading(*theirs.find("diagnostics"));
  if (!names_a_file && !dataset.dataset().source &&
      told_then == subjects_of_reading(*record.find("diagnostics")))
    return std::nullopt;

  json::Value& ours = record.as_object().at("dataset");
  const json::Value* const fingerprint = ours.find("fingerprint_sha256");
  if (names_a_file && fingerprint != nullptr && *fingerprint == *their_dataset.find("fingerprint_sha256")) {
    // It is the same file: everything except the options is compared.
    ours.as_object().at("source").set("options", *json::at(their_dataset, "/source/options"));
  } else {
    json::Value said = their_dataset;
    said.set("content_sha256", *ours.find("content_sha256"));
    ours = std::move(said);
  }

  const json::Value* const options_then = json::at(their_dataset, "/source/options");
  json::Value options = options_then != nullptr ? *options_then : json::Value::object();
  set_neutral_options(options, row);
  const core::Diagnostics told =
      of_used_columns(table::told_by_reading(dataset.table(), dataset_options_from(options), context),
                      dataset.table(), dealt);
  json::Value diagnostics = json::Value::array();
  std::string untold;
  const json::Value made_again = artifact::diagnostics_value(told);
  for (const json::Value& diagnostic : made_again.as_array()) {
    const std::string subject = subject_of(diagnostic);
    if (names_a_file || told_then.contains(subject))
      diagnostics.push(diagnostic);
    else
      untold += (untold.empty() ? "" : ", ") + subject;
  }
  for (const json::Value& diagnostic : record.find("diagnostics")->as_array())
    if (!is_of_reading(diagnostic)) diagnostics.push(diagnostic);
  record.set("diagnostics", std::move(diagnostics));
  if (untold.empty()) return std::nullopt;
  return SourceNote{
      "untold_reading",
      "the record names no file and lacks diagnostics that reading this table gives when no kind is "
      "declared: " +
          untold};
}

std::vector<Contradiction> impossible_reading(const json::Value& recorded_dataset,
                                              std::span<const ReadColumn> columns, std::uint64_t n_rows) {
  std::vector<Contradiction> found;
  const json::Value* const source = recorded_dataset.find("source");
  const json::Value* const recorded = source == nullptr ? nullptr : source->find("options");
  if (recorded == nullptr || !json::check_schema(*recorded, "dataset_options.v1")) return found;
  const table::ReadingOptions options = dataset_options_from(*recorded);
  const auto tell = [&](const std::string& option, std::string message) {
    found.push_back({"/dataset/source/options/" + option, std::move(message)});
  };
  const auto at_least = [&](const char* limit, std::uint64_t value, std::uint64_t needed, const char* what) {
    if (value < needed)
      tell(std::string("limits/") + limit, "expected at least " + core::decimal(needed) +
                                               ", which is the number of " + what + ", found " +
                                               core::decimal(value));
  };
  for (const auto& [name, kind] : options.kinds) {
    const auto column = std::find_if(columns.begin(), columns.end(),
                                     [&name = name](const ReadColumn& read) { return read.name == name; });
    const std::string pointer = "kinds/" + json::pointer_token(name);
    if (column == columns.end())
      tell(pointer, "declares a kind for a column that the table does not have");
    else if (column->kind != core::kind_name(kind))
      tell(pointer, "the column was read as " + core::quoted(column->kind) +
                        ", but the recorded option declares " + core::quoted(core::kind_name(kind)));
  }
  const json::Value* const delimiter = source->find("delimiter");
  if (options.delimiter && delimiter != nullptr &&
      delimiter->as_string() != std::string(1, *options.delimiter))
    tell("delimiter", "the file was read with " + core::quoted(delimiter->as_string()) +
                          ", but the recorded option declares " +
                          core::quoted(std::string(1, *options.delimiter)));
  at_least("max_rows", options.limits.max_rows, n_rows, "rows read");
  at_least("max_columns", options.limits.max_columns, columns.size(), "columns of the table");
  if (const json::Value* size = recorded_dataset.find("size_bytes"))
    at_least("max_bytes", options.limits.max_bytes, static_cast<std::uint64_t>(size->as_number()),
             "bytes of the file");
  const table::MissingTokens missing(options.missing_tokens);
  std::size_t longest = 0;
  for (const ReadColumn& column : columns)
    for (const std::string_view level : column.levels) {
      longest = std::max(longest, level.size());
      if (missing.matches(level))
        tell("missing_tokens", "means " + core::quoted(level) + " to be missing, which column " +
                                   core::quoted(column.name) + " holds");
    }
  at_least("max_cell_bytes", options.limits.max_cell_bytes, longest, "bytes of the longest cell");
  return found;
}

std::vector<ReadColumn> read_columns(const table::Table& table) {
  std::vector<ReadColumn> columns;
  for (const table::Column& column : table.columns) {
    columns.push_back({column.name, core::kind_name(column.kind()), {}});
    if (column.kind() != core::Kind::kCategory) continue;
    const std::vector<std::string>& levels = column.category().levels;
    columns.back().levels.assign(levels.begin(), levels.end());
  }
  return columns;
}

}  // namespace rf::run
