// SPDX-License-Identifier: MIT
// The layers of verifying, and what they hand each other.
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

/// Whether nothing is judged: the run names a version without a row, and nothing else is wrong with it.
inline bool is_of_unknown_version(const EmittedRun& run, const Findings& findings) {
  return !run.version.empty() && run.row == nullptr && findings.failures().empty();
}

/// What the record was made from, read again.
struct Reread {
  run::TrainConfig config;  ///< of requested_config, resolved as of the record's version
  artifact::LoadedModel loaded;
};

/// What of looking at a run takes time with the size of its files.
struct Groundwork {
  artifact::Digests sha256;                   ///< of every file
  core::Result<artifact::LoadedModel> model;  ///< of artifact::kModel
  bool model_is_as_written = false;           ///< this library would write it in these bytes
};

/// Renders documents as the record's version would have written them and compares the bytes of each: every
/// place that differs fails the layer. Gives what the version did not look for.
core::Result<json::Value> expect_documents(Layer layer, const EmittedRun& run, const artifact::AsOf& as_of,
                                           run::Documents made, const Groundwork& groundwork,
                                           Findings& findings, const core::Context& context);

/// Documents from the model, the configuration and each other (layer "meaning"). None where the configuration
/// or the model cannot be read.
core::Result<std::optional<Reread>> check_meaning(const EmittedRun& run, const artifact::AsOf& as_of,
                                                  Groundwork& groundwork, Findings& findings,
                                                  core::Context& context);

/// A run looked at without data and keys.
struct CheckedRun {
  EmittedRun run;
  Groundwork groundwork;
  std::optional<Reread> reread;
};
/// The layers files, digests and meaning. Where the run's version has no row, nothing is judged.
core::Result<CheckedRun> check_run(EmittedRun run, const artifact::History& history, Findings& findings,
                                   core::Context& context);

/// What the layer "data" found out beside failures.
struct DataChecked {
  bool is_other_data = false;  ///< the table is not the one that was trained on
  bool is_the_file =
      false;  ///< the file is the one that the record names, byte for byte; also where neither is a file
  json::Value found_now = json::Value::array();
};
/// All documents again from data and model (layer "data").
core::Result<DataChecked> check_data(const CheckedRun& checked, const artifact::AsOf& as_of,
                                     const run::LoadedDataset& dataset, Findings& findings,
                                     core::Context& context);

/// Signature files: each is well formed and about this run; those by one of `keys` are by it (layer
/// "signatures").
SignaturesFound look_at_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                   Findings& findings);
/// The same, and each of `keys` has stated what is wanted of it.
SignaturesFound check_signatures(const CheckedRun& checked, std::span<const WantedKey> keys,
                                 Findings& findings);

}  // namespace rf::audit
