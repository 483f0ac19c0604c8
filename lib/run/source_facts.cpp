// SPDX-License-Identifier: MIT
#include "run/source_facts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "artifact/documents.hpp"
#include "core/codes.hpp"
#include "core/text.hpp"
#include "data/surprises.hpp"
#include "run/emitted.hpp"
#include "run/options.hpp"

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

/// "CODE of column", which no two diagnostics of one reading share.
std::string subject_of(const json::Value& diagnostic) {
  const json::Value* const column = json::at(diagnostic, "/details/column");
  return diagnostic.find("code")->as_string() + " of " +
         core::quoted(column != nullptr && column->is_string() ? column->as_string() : "");
}

bool tells(const json::Value& diagnostics, const std::string& subject) {
  const json::Value::Array& all = diagnostics.as_array();
  return std::any_of(all.begin(), all.end(),
                     [&](const json::Value& diagnostic) { return subject_of(diagnostic) == subject; });
}

}  // namespace

std::optional<SourceNote> source_note(const json::Value& recorded_dataset, const LoadedDataset& dataset) {
  const json::Value* const recorded = recorded_dataset.find("fingerprint_sha256");
  const data::Source* const given = dataset.dataset().source ? &*dataset.dataset().source : nullptr;
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
  if (recorded->as_string() == given->fingerprint_sha256) return std::nullopt;
  return SourceNote{
      "file_spelling",
      "the file given holds the same table and is another file than the record names: expected the "
      "fingerprint " +
          recorded->as_string() + ", found " + given->fingerprint_sha256};
}

std::optional<SourceNote> take_source_facts(const Documents& recorded, const LoadedDataset& dataset,
                                            const Dealt& dealt, core::Context& context, Documents& made) {
  const json::Value& theirs = recorded.at(kRecord);
  json::Value& record = made.at(kRecord);
  json::Value said = *theirs.find("dataset");
  said.set("content_sha256", *record.find("dataset")->find("content_sha256"));
  record.set("dataset", std::move(said));

  const bool names_a_file = theirs.find("dataset")->find("source") != nullptr;
  json::Value options = json::Value::object();
  if (const json::Value* kinds = json::at(theirs, "/dataset/source/options/kinds"))
    options.set("kinds", *kinds);
  const core::Diagnostics told =
      of_used_columns(data::told_by_reading(dataset.table(), dataset_options_from(options).kinds, context),
                      dataset.table(), dealt);

  json::Value diagnostics = json::Value::array();
  std::string untold;
  const json::Value made_again = artifact::diagnostics_value(told);
  for (const json::Value& diagnostic : made_again.as_array()) {
    const std::string subject = subject_of(diagnostic);
    if (names_a_file || tells(*theirs.find("diagnostics"), subject))
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
      "the record, which names no file, does not tell what reading tells of this table where no kind "
      "is declared: " +
          untold};
}

}  // namespace rf::run
