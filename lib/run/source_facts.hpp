// SPDX-License-Identifier: MIT
// Handles the recorded source of a table if the given table has another source: a file with other bytes,
// other reading options, or memory. docs/formats/verify.md, "Notes"; pinned by
// tests/unit/audit/source_facts_test.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/history.hpp"
#include "core/context.hpp"
#include "run/as_of.hpp"
#include "run/dataset.hpp"
#include "run/deal.hpp"

namespace rf::run {

/// A note for the reader of a report; `about` is a word of the report's schema.
struct SourceNote {
  std::string about;
  std::string message;
};

/// nullopt if the table has the recorded source: the same file with the same options, or no file in both
/// cases. Otherwise a note that describes the difference.
std::optional<SourceNote> source_note(const json::Value& recorded_dataset, const artifact::AsOf& row,
                                      const LoadedDataset& dataset);

/// Puts into `made` the recorded facts about the file (fingerprint, size, spelling, options), and the
/// diagnostics that reading gives for the table under the recorded options. A record that names no file does
/// not contain the declared kinds. Then `made` gets those diagnostics of a reading without declared kinds
/// that the record contains too. Returns a note that lists the others, if there are any.
std::optional<SourceNote> take_source_facts(const Documents& recorded, const artifact::AsOf& row,
                                            const LoadedDataset& dataset, const Dealt& dealt,
                                            core::Context& context, Documents& made);

/// A column as it was read.
struct ReadColumn {
  std::string_view name;
  std::string_view kind;
  std::vector<std::string_view> levels;  ///< of a category column, all or some
};
/// A place in run.json that is impossible, and the reason.
struct Contradiction {
  std::string pointer;
  std::string message;
};
/// Returns the recorded options and facts of the file under which this table cannot have been read.
std::vector<Contradiction> impossible_reading(const json::Value& recorded_dataset,
                                              std::span<const ReadColumn> columns, std::uint64_t n_rows);

/// The columns of a table. The result borrows from the table.
std::vector<ReadColumn> read_columns(const table::Table& table);

}  // namespace rf::run
