// SPDX-License-Identifier: MIT
// From what a training found to the files that tell of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "evaluate/metrics.hpp"
#include "model/model.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/deal.hpp"

namespace rf::run {

/// All that a training found out.
struct Outcome {
  Dealt dealt;
  model::Model model;
  std::optional<model::SolverReport> solver;
  evaluate::Metrics metrics;
  core::Diagnostics diagnostics;  ///< in the order of the stages
};

struct ResultFiles {
  std::vector<artifact::File> files;  ///< names ascending, run.json among them
  std::string input_digest;
};

/// Adds DUPLICATE_ROWS_ACROSS_SPLIT to the outcome's diagnostics where it holds.
core::Result<ResultFiles> result_files(const LoadedDataset& dataset, const TrainConfig& config, Outcome& outcome,
                                       core::Context& context);

/// SHA-256 of the RFC 8785 bytes of {config, content_sha256, numeric_profile}, hex.
std::string input_digest(const json::Value& resolved_config, const std::string& content_sha256,
                         std::uint32_t numeric_profile = artifact::kNumericProfile);

/// What run.json says of the profile the caller named; none without one.
std::optional<artifact::ProfileFacts> profile_facts(const TrainConfig& config);

}  // namespace rf::run
