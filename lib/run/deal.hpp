// SPDX-License-Identifier: MIT
// Deals out a table: which columns and rows are used, what the label says, which rows train and which
// validate.
#pragma once

#include <vector>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "table/selection.hpp"
#include "table/split.hpp"
#include "table/target.hpp"

namespace rf::run {

/// What is known once the rows are dealt out.
struct Dealt {
  table::Selection selection;
  table::Target target;
  std::vector<double> weights;                       ///< one per kept row; empty without a weight column
  table::Split split;                                ///< positions among the kept rows
  SplitMethod split_method = SplitMethod::kShuffle;  ///< what ran
  std::vector<core::RowIndex> train_rows;            ///< table rows, in split order
  std::vector<core::RowIndex> validation_rows;
};

/// What the configuration asks of the table.
table::SelectionRequest selection_request(const TrainConfig& config);

/// Errors: those of table::select, table::read_target, table::read_weights and the splits,
/// CLASS_NOT_IN_TRAINING, COLUMN_NOT_FOUND (a declared kind for no column), WEIGHT_INVALID (no training row
/// has any weight), CANCELLED.
core::Result<Dealt> deal(const LoadedDataset& dataset, const TrainConfig& config,
                         const core::Monitor& monitor);

/// Those of `told`, by reading, that are about columns that are used. They may quote a cell: of columns that
/// are left out the record shows none.
core::Diagnostics of_used_columns(const core::Diagnostics& told, const table::Table& table,
                                  const Dealt& dealt);
/// What reading noticed about columns that are used.
core::Diagnostics reading_diagnostics(const LoadedDataset& dataset, const Dealt& dealt);

}  // namespace rf::run
