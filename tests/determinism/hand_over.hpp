// SPDX-License-Identifier: MIT
// The cells of a CSV text handed over in memory through the C interface, as a caller in another language
// would. Engine code reads the text; from there on only the interface is used.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "runforge/runforge.h"
#include "table/dataset.hpp"

namespace rf::determinism {

/// The table and the source facts of a CSV text.
core::Result<table::Dataset> read_csv_text(std::string_view csv);

/// As columns of a builder, with a stride and validity bits. Errors are the interface's.
rf_status load_as_columns(const table::Table& table, rf_dataset** out, rf_error** error);
/// As an Arrow stream of batches; categories are plain or dictionary-coded text in turn.
rf_status load_as_arrow(const table::Table& table, const rf_hooks* hooks, rf_dataset** out, rf_error** error);

/// run.json of a table from memory with the source facts that the same table read from text has: the one
/// place where the two may differ (docs/DETERMINISM.md).
std::string with_source_facts(std::string_view run_json, const table::Source& source);

}  // namespace rf::determinism
