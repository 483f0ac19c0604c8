// SPDX-License-Identifier: MIT
// The layers of verify, and the data that they pass to each other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/history.hpp"
#include "artifact/model_file.hpp"
#include "artifact/provenance.hpp"
#include "audit/emitted.hpp"
#include "audit/findings.hpp"
#include "audit/signatures.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"

namespace rf::audit {

/// True if the run cannot be judged, because the history has no entry for the version that it names, and no
/// failure has been found.
inline bool is_of_unknown_version(const EmittedRun& run, const Findings& findings) {
  return !run.version.empty() && run.row == nullptr && findings.failures().empty();
}

/// The configuration and the model of the record, read again.
struct Reread {
  run::TrainConfig config;  ///< from requested_config, resolved as of the record's version
  artifact::LoadedModel loaded;
};

/// Results of the steps whose time depends on the size of the run's files.
struct Groundwork {
  artifact::Digests sha256;                   ///< of every file
  core::Result<artifact::LoadedModel> model;  ///< of artifact::kModel
  bool model_is_as_written = false;           ///< this library would write the same bytes
};

/// Renders documents as the record's version would have written them and compares the bytes of each: every
/// place that differs fails the layer. Returns the diagnostics that the version did not look for.
core::Result<json::Value> expect_documents(Layer layer, const EmittedRun& run, const artifact::AsOf& as_of,
                                           run::Documents made, const Groundwork& groundwork,
                                           Findings& findings, const core::Context& context);

/// Checks the documents against the model, the configuration and each other (layer "meaning"). Returns
/// nullopt if the configuration or the model cannot be read.
core::Result<std::optional<Reread>> check_meaning(const EmittedRun& run, const artifact::AsOf& as_of,
                                                  Groundwork& groundwork, Findings& findings,
                                                  core::Context& context);

/// The result of check_run: a run whose layers files, digests and meaning were checked. These checks need
/// neither data nor keys.
struct CheckedRun {
  EmittedRun run;
  Groundwork groundwork;
  std::optional<Reread> reread;
};
/// Checks the layers files, digests and meaning. If the history has no entry for the run's version, nothing
/// is judged.
core::Result<CheckedRun> check_run(EmittedRun run, const artifact::History& history, Findings& findings,
                                   core::Context& context);

/// Results of the layer "data" apart from failures.
struct DataChecked {
  bool is_other_data = false;  ///< the table is not the training table
  bool is_the_file =
      false;  ///< the file is the one that the record names, byte for byte; also true if neither is a file
  json::Value found_now = json::Value::array();
};
/// Makes all documents again from data and model and compares them (layer "data").
core::Result<DataChecked> check_data(const CheckedRun& checked, const artifact::AsOf& as_of,
                                     const run::LoadedDataset& dataset, Findings& findings,
                                     core::Context& context);

/// Checks each signature file (layer "signatures"): it must be well formed and about this run. A signature
/// that names one of `keys` must also verify under that key.
SignaturesFound look_at_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                   Findings& findings);
/// As above. Also checks that each of `keys` has made the statement that is wanted of it.
SignaturesFound check_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                 Findings& findings);

}  // namespace rf::audit
