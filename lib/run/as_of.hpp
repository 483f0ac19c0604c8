// SPDX-License-Identifier: MIT
// The only way from results to the files of a run: it renders documents made by this library as a given
// version would have written them, and computes all digests. Training renders as the running version. verify,
// reproduce and diff render as the version that the record names, and compare bytes.
// docs/decisions/0020-records-that-age.md; pinned by tests/unit/audit/past_records_test.cpp.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/history.hpp"
#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::run {

/// Documents by file name. Documents made here have no schema_version and no runforge_version, and their
/// digests are empty.
using Documents = std::map<std::string, json::Value>;

/// The model file of a run.
struct ModelFile {
  std::string sha256;
  std::uint64_t size_bytes = 0;
  std::string bytes = {};  ///< empty if only the digest is needed
};

struct Rendered {
  std::vector<artifact::File>
      files;  ///< including run.json, names ascending; without the model if it has no bytes
  std::string input_digest;
  json::Value found_now = json::Value::array();  ///< diagnostics that the version did not know
};

/// Returns the model file for the input digest, which is known only during rendering.
using ModelOf = std::function<ModelFile(const std::string& input_digest)>;

/// Renders `made` as the version of `as_of` would have written it. `made` holds run.json, metrics, the
/// explanation, the index and dataset.v1.json as this library makes them. Everything that the version of
/// `as_of` did not know is left out. `recorded` (may be null) holds the documents of the record: if the
/// version of `as_of` is not the running version, recorded prose is used where everything else is equal.
/// INVALID_RUN: a configuration member, a hyperparameter or a reading option that the version did not know
/// does not have its neutral value. CANCELLED.
core::Result<Rendered> as_of(Documents made, const ModelOf& model, const artifact::AsOf& as_of,
                             const Documents* recorded, const core::Monitor& monitor = {});

/// Renders the finished files of a run, which a later version wrote, as the version of `as_of` would have
/// written them.
core::Result<std::vector<artifact::File>> as_of(const std::vector<artifact::File>& files,
                                                const artifact::AsOf& as_of, const Documents* recorded,
                                                const core::Monitor& monitor = {});

/// The JSON files, parsed.
Documents documents_of(const std::vector<artifact::File>& files);

}  // namespace rf::run
