// SPDX-License-Identifier: MIT
// The one way from results to the files of a run: documents as this library makes them, rendered as a version
// would have written them, with all digests computed. Training renders as the running version; whoever judges
// a record renders as the version that the record names, and compares bytes.
// docs/decisions/0020-records-that-age.md; pinned by tests/unit/run/as_of_test.cpp.
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

/// Documents by file name. As made here: without schema_version and runforge_version, digests empty.
using Documents = std::map<std::string, json::Value>;

/// The model among the files of a run.
struct ModelFile {
  std::string sha256;
  std::uint64_t size_bytes = 0;
  std::string bytes = {};  ///< empty where only the digest is asked for
};

struct Rendered {
  std::vector<artifact::File>
      files;  ///< run.json among them, names ascending; without the model where it has no bytes
  std::string input_digest;
  json::Value found_now = json::Value::array();  ///< diagnostics that the row did not look for
};

/// Gives the model's file once the input digest is known.
using ModelOf = std::function<ModelFile(const std::string& input_digest)>;

/// `made` holds run.json, metrics, the explanation, the index and dataset.v1.json as this library makes them.
/// Leaves out what the row did not know. `recorded`, which may be null, holds the documents of the record:
/// where the row is not the running version, prose is taken from it where all else is equal. INVALID_RUN: a
/// member of the configuration or an option of reading that the row did not know is not at its neutral value.
/// CANCELLED.
core::Result<Rendered> as_of(Documents made, const ModelOf& model, const artifact::AsOf& as_of,
                             const Documents* recorded, const core::Monitor& monitor = {});

/// Finished files of a run, of a later version than the row, as the row would have written them.
core::Result<std::vector<artifact::File>> as_of(const std::vector<artifact::File>& files,
                                                const artifact::AsOf& as_of, const Documents* recorded,
                                                const core::Monitor& monitor = {});

/// The JSON files, parsed.
Documents documents_of(const std::vector<artifact::File>& files);

}  // namespace rf::run
