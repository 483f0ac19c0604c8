// SPDX-License-Identifier: MIT
// The pipeline on one page: table, selection, target, split, encode, train, evaluate, explain, documents.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "artifact/documents.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "run/as_of.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/source_facts.hpp"

namespace rf::run {

/// The origin of a run. Only a run that was trained here may be signed as recorded.
enum class Origin : std::uint8_t { kTrained, kOpened };

/// A finished training, or an emitted run that was read back. It holds bytes: emit writes exactly the bytes
/// that it returns.
struct Run {
  Origin origin = Origin::kOpened;
  std::vector<artifact::File> files;  ///< result files including run.json, names ascending
  std::map<std::string, double> metrics;
  json::Value found_now =
      json::Value::array();          ///< found by this library; the version rendered as did not look for them
  std::optional<SourceNote> untold;  ///< the result of run::take_source_facts
  std::string input_digest;
  std::string run_digest;  ///< SHA-256 of run.json, hex
  std::string run_id;      ///< set if the run was read back; else ""

  // The facts for execution.v1.json; empty for a run that was read back.
  std::optional<std::string> dataset_path;
  std::vector<artifact::StageTime> stages;
  std::uint32_t threads = 1;

  /// Null if no such file exists.
  const artifact::File* find(std::string_view name) const;
};

/// Trains. Errors: those of table::select, table::read_target, the split, CLASS_NOT_IN_TRAINING,
/// COLUMN_NOT_FOUND (a declared kind or role for a column that does not exist), NOT_FINITE, CANCELLED.
/// Diagnostics go to the log and into the record.
core::Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                               core::Context& context);

/// The source of the file's fingerprint, size and spelling. They may come from the record, because another
/// file may contain the same table.
enum class SourceFacts : std::uint8_t { kOfTheData, kOfTheRecord };
/// The version as which files are rendered. `recorded` is passed to run::as_of.
struct RenderedAs {
  const artifact::AsOf& as_of;
  const Documents* recorded = nullptr;
  SourceFacts source = SourceFacts::kOfTheData;
};
core::Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                               const RenderedAs& rendered_as, core::Context& context);

}  // namespace rf::run
