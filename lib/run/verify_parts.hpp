// SPDX-License-Identifier: MIT
// The layers of verifying that ask what documents mean.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model_file.hpp"
#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "run/config.hpp"
#include "run/dataset.hpp"
#include "run/emitted.hpp"
#include "run/findings.hpp"

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
  std::map<std::string, std::string> sha256;  ///< hexadecimal, by file name
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
};
/// The layers files, digests and meaning.
core::Result<CheckedRun> check_run(const std::string& directory, Findings& findings, core::Context& context);

/// Digests of the data, the split and all metrics again from data and model (layer "data").
core::Result<> check_data(const EmittedRun& run, const Reread& reread, const LoadedDataset& dataset,
                          Findings& findings, core::Context& context);

/// One signed statement beside the run.
struct Attestation {
  std::string key_id;
  artifact::Says says;
  bool is_checked;  ///< the key was given, and the signature is by it
};
/// Signature files: each is well formed and about this run; those by one of `keys` are by it; each of `keys`
/// has signed (layer "signatures"). In the order of the file.
std::vector<Attestation> check_signatures(const EmittedRun& run, std::span<const crypto::PublicKey> keys,
                                          Findings& findings);

}  // namespace rf::run
