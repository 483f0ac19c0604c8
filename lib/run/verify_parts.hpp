// SPDX-License-Identifier: MIT
// The layers of verifying that ask what documents mean.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model_file.hpp"
#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"
#include "run/signatures.hpp"

namespace rf::run {

/// What the record was made from, read again.
struct Reread {
  TrainConfig config;  ///< of requested_config
  artifact::LoadedModel loaded;
};

/// Fails the layer where what `name` holds is not what follows from the other files. Members in `ignored` are
/// not compared, nor are schema_version and runforge_version.
void expect_document(Layer layer, const EmittedRun& run, const std::string& name, json::Value expected,
                     std::initializer_list<std::string_view> ignored, Findings& findings);

/// What of looking at a run takes time with the size of its files.
struct Groundwork {
  artifact::Digests sha256;                   ///< of every file
  core::Result<artifact::LoadedModel> model;  ///< of kModel
  bool model_is_as_written = false;           ///< this library would write it in these bytes
};

/// Metrics, ranks, orders, pointers, digests of what went in: each from the others (layer "meaning"). None
/// where the configuration or the model cannot be read.
core::Result<std::optional<Reread>> check_meaning(const EmittedRun& run, Groundwork groundwork,
                                                  Findings& findings, core::Context& context);

/// A run looked at without data and keys.
struct CheckedRun {
  EmittedRun run;
  std::optional<Reread> reread;
  artifact::Digests sha256;  ///< of each file's bytes
};
/// The layers files, digests and meaning, of files in memory and of a directory.
core::Result<CheckedRun> check_files(EmittedRun run, Findings& findings, core::Context& context);
core::Result<CheckedRun> check_run(const std::string& directory, Findings& findings, core::Context& context);

/// Digests of the data, the split and all metrics again from data and model (layer "data").
core::Result<> check_data(const EmittedRun& run, const Reread& reread, const LoadedDataset& dataset,
                          Findings& findings, core::Context& context);

/// Signature files: each is well formed and about this run; those by one of `keys` are by it (layer "signatures").
SignaturesFound look_at_signatures(const CheckedRun& checked, std::span<const WantedKey> keys, Findings& findings);
/// The same, and each of `keys` has stated what is wanted of it.
SignaturesFound check_signatures(const CheckedRun& checked, std::span<const WantedKey> keys, Findings& findings);

}  // namespace rf::run
