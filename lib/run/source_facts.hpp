// SPDX-License-Identifier: MIT
// What a record says of where its table came from, judged where the table came another way: of a file with
// other bytes, or from memory. docs/formats/verify.md, "Notes"; pinned by tests/unit/run/verify_test.cpp.
#pragma once

#include <optional>
#include <string>

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
/// None where the table came as the record says: of that very file, or of none.
std::optional<SourceNote> source_note(const json::Value& recorded_dataset, const LoadedDataset& dataset);

/// Takes into `made` what the record says of its file (fingerprint, size, spelling), and what reading tells
/// of the table under the kinds that the record declares. A record that names no file does not say which
/// kinds were declared: of what reading tells without any, `made` has then what the record tells too. Returns
/// a note on the rest, if there is any.
std::optional<SourceNote> take_source_facts(const Documents& recorded, const LoadedDataset& dataset,
                                            const Dealt& dealt, core::Context& context, Documents& made);

}  // namespace rf::run
