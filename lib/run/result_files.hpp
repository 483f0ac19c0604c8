// SPDX-License-Identifier: MIT
// Turns the outcome of a training into the documents that describe it.
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
#include "run/as_of.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/deal.hpp"

namespace rf::run {

/// All results of a training.
struct Outcome {
  Dealt dealt;
  model::Model model;
  std::optional<model::SolverReport> solver;
  evaluate::Metrics metrics;
  core::Diagnostics diagnostics;  ///< in the order of the stages
};

/// All documents of the result plane, as this library makes them now. run::as_of turns them into files. Adds
/// DUPLICATE_ROWS_ACROSS_SPLIT to the outcome's diagnostics if such rows exist.
core::Result<Documents> result_documents(const LoadedDataset& dataset, const TrainConfig& config,
                                         Outcome& outcome, core::Context& context);

/// The files that a run with this model has in addition to run.json, as this library makes them now; without
/// bytes, names ascending.
std::vector<artifact::File> files_left_by(const model::Model& model);
/// The documents that follow from the model and its metrics alone: metrics, explanation and index.
Documents documents_of_model(const model::Model& model, const evaluate::Metrics& metrics);

/// SHA-256 of the RFC 8785 bytes of {config, content_sha256, numeric_profile}, hex.
std::string input_digest(const json::Value& resolved_config, const std::string& content_sha256,
                         std::uint32_t numeric_profile = artifact::kNumericProfile);

/// The facts in run.json about the profile that the caller named; nullopt without a profile.
std::optional<artifact::ProfileFacts> profile_facts(const TrainConfig& config);

}  // namespace rf::run
