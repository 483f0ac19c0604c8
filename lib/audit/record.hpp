// SPDX-License-Identifier: MIT
// Emits and opens runs. Returns the model of a run, its diagnostics, and the options to read data in the same
// way.
#pragma once

#include <memory>
#include <string>

#include "artifact/history.hpp"
#include "artifact/model_file.hpp"
#include "artifact/run_directory.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "json/value.hpp"
#include "run/options.hpp"
#include "run/pipeline.hpp"

namespace rf::audit {

/// Writes the run below `parent`, whole or not at all, with the signatures of `signer` (may be null). Returns
/// the path of the new directory. An opened run is checked first: RUN_ALTERED. WRITE_FAILED, SIGNING_FAILED,
/// CANCELLED.
core::Result<std::string> emit(const run::Run& run, const std::string& parent,
                               const run::EmitOptions& options, const crypto::Signer* signer,
                               core::Context& context);

/// Reads an emitted run. It verifies only what reading needs.
core::Result<std::shared_ptr<const run::Run>> open(const std::string& directory);

/// Returns the run's model. INVALID_MODEL if the model file was changed.
core::Result<std::shared_ptr<const artifact::LoadedModel>> model_of(const run::Run& run);

/// Returns dataset_options.v1 to read another file in the same way as this run's file. They declare the kinds
/// of the model's features. Errors as below.
core::Result<json::Value> dataset_options_of(const run::Run& run, const artifact::History& history);

/// Returns dataset_options.v1 to read the recorded file again in the same way. Options that the record's
/// version did not know have their neutral value. UNSUPPORTED_FORMAT for an option that this library does not
/// know.
core::Result<json::Value> reading_options_of(const run::Run& run, const artifact::History& history);

/// Returns the diagnostics of the record, an array. Their messages are made again.
core::Result<json::Value> diagnostics_of(const run::Run& run);

/// Returns model_describe.v1.
json::Value describe_model(const artifact::LoadedModel& model);

/// Returns version, numeric profile, compiler, flags, build type and kernels of the library; no path, no
/// time.
json::Value build_info();

}  // namespace rf::audit
