// SPDX-License-Identifier: MIT
// Deals out a table: selects the used columns and rows, reads the target, and splits the rows into training
// and validation rows. Pinned by tests/unit/run/deal_test.cpp.
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

/// The result of dealing out the rows.
struct Dealt {
  table::Selection selection;
  table::Target target;
  std::vector<double> weights;                       ///< one per kept row; empty without a weight column
  table::Split split;                                ///< kept rows
  SplitMethod split_method = SplitMethod::kShuffle;  ///< the method that ran
  std::vector<core::TableRow> train_rows;            ///< in split order
  std::vector<core::TableRow> validation_rows;
};

/// The selection that the configuration requests.
table::SelectionRequest selection_request(const TrainConfig& config);

/// Errors: those of table::select, table::read_target, table::read_weights and the splits,
/// CLASS_NOT_IN_TRAINING, COLUMN_NOT_FOUND (a declared kind for a column that does not exist), WEIGHT_INVALID
/// (no training row has any weight), CANCELLED.
core::Result<Dealt> deal(const LoadedDataset& dataset, const TrainConfig& config,
                         const core::Monitor& monitor);

/// Returns those diagnostics in `told`, which come from reading, that are about a feature, the label or no
/// column. A diagnostic may quote a cell, and the record must not show cells of unused columns.
core::Diagnostics of_used_columns(const core::Diagnostics& told, const table::Table& table,
                                  const Dealt& dealt);
/// What is known before anything is learned: the diagnostics of reading that are about used columns, those of
/// the selection, and features that repeat the label in the training rows.
core::Result<core::Diagnostics> dealt_diagnostics(const LoadedDataset& dataset, const Dealt& dealt,
                                                  core::Context& context);

}  // namespace rf::run
