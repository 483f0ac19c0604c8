// SPDX-License-Identifier: MIT
// A run's files and what can be read from them: emitting, opening, the model, the options to read alike.
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

/// Writes the run below `parent`, whole or not at all, with the signatures of `signer` (may be null); returns
/// the path of the new directory. A run that was opened is looked at first: RUN_ALTERED. WRITE_FAILED,
/// SIGNING_FAILED, CANCELLED.
core::Result<std::string> emit(const run::Run& run, const std::string& parent,
                               const run::EmitOptions& options, const crypto::Signer* signer,
                               core::Context& context);

/// Reads an emitted run back; nothing is verified beyond what reading needs.
core::Result<std::shared_ptr<const run::Run>> open(const std::string& directory);

/// The run's model. INVALID_MODEL for a run whose file was changed.
core::Result<std::shared_ptr<const artifact::LoadedModel>> model_of(const run::Run& run);

/// dataset_options.v1 that reads another file as this run's was read, kinds of the model's features declared.
core::Result<json::Value> dataset_options_of(const run::Run& run);

/// dataset_options.v1 that reads the recorded file again as it was read; what the record's version did not
/// know is at its neutral value. UNSUPPORTED_FORMAT for an option that this library does not know.
core::Result<json::Value> reading_options_of(const run::Run& run, const artifact::History& history);

/// The diagnostics of the record, an array; messages made anew.
core::Result<json::Value> diagnostics_of(const run::Run& run);

/// model_describe.v1.
json::Value describe_model(const artifact::LoadedModel& model);

/// Compiler, flags, versions of what the library was built with; no path, no time.
json::Value build_info();

}  // namespace rf::audit
