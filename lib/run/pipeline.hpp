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

/// Where a run comes from. Only what was trained here may be said to be recorded here.
enum class Origin : std::uint8_t { kTrained, kOpened };

/// A finished training, or an emitted one read back. Holds bytes: what it hands out is what emit writes.
struct Run {
  Origin origin = Origin::kOpened;
  std::vector<artifact::File> files;  ///< result files, run.json included, names ascending
  std::map<std::string, double> metrics;
  json::Value found_now =
      json::Value::array();          ///< diagnostics that the version rendered as did not look for
  std::optional<SourceNote> untold;  ///< what run::take_source_facts returned
  std::string input_digest;
  std::string run_digest;  ///< SHA-256 of run.json, hex
  std::string run_id;      ///< of a run that was read back; else ""

  // What execution.v1.json tells; empty for a run that was read back.
  std::optional<std::string> dataset_path;
  std::vector<artifact::StageTime> stages;
  std::uint32_t threads = 1;

  /// Null when there is no such file.
  const artifact::File* find(std::string_view name) const;
};

/// Trains. Errors: those of table::select, table::read_target, the split, CLASS_NOT_IN_TRAINING,
/// COLUMN_NOT_FOUND (a declared kind or role for no column), NOT_FINITE, CANCELLED. Diagnostics go to the log
/// and into the record.
core::Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                               core::Context& context);

/// Where fingerprint, size and spelling of the file come from: another file may hold the table of the record.
enum class SourceFacts : std::uint8_t { kOfTheData, kOfTheRecord };
/// As which version files are rendered; `recorded` as run::as_of takes it.
struct RenderedAs {
  const artifact::AsOf& as_of;
  const Documents* recorded = nullptr;
  SourceFacts source = SourceFacts::kOfTheData;
};
core::Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                               const RenderedAs& rendered_as, core::Context& context);

}  // namespace rf::run
