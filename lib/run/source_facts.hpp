// SPDX-License-Identifier: MIT
// What a record says of where its table came from, judged where the table came another way: of a file with
// other bytes, read with other options, or from memory. docs/formats/verify.md, "Notes"; pinned by
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

/// What a reader of a report should know; `about` is a word of its schema.
struct SourceNote {
  std::string about;
  std::string message;
};

/// None where the table came as the record says: of that very file under the options that it names, or of no
/// file.
std::optional<SourceNote> source_note(const json::Value& recorded_dataset, const artifact::AsOf& row,
                                      const LoadedDataset& dataset);

/// Takes into `made` what the record says of its file (fingerprint, size, spelling, options), and what
/// reading tells of the table under the kinds that the record declares. A record that names no file does not
/// say which kinds were declared: of what reading tells without any, `made` has then what the record tells
/// too. Returns a note on the rest, if there is any.
std::optional<SourceNote> take_source_facts(const Documents& recorded, const LoadedDataset& dataset,
                                            const Dealt& dealt, core::Context& context, Documents& made);

/// A column as reading made it.
struct ReadColumn {
  std::string_view name;
  std::string_view kind;
  std::vector<std::string_view> levels;  ///< of a category, all or some
};
/// A place in run.json that cannot be so, and why.
struct Contradiction {
  std::string pointer;
  std::string message;
};
/// Options and facts of the recorded file under which this table cannot have been read.
std::vector<Contradiction> impossible_reading(const json::Value& recorded_dataset,
                                              std::span<const ReadColumn> columns, std::uint64_t n_rows);

/// The columns of a table. Borrows it.
std::vector<ReadColumn> read_columns(const table::Table& table);

}  // namespace rf::run
