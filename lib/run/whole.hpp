// SPDX-License-Identifier: MIT
// A run as the bytes that are held, and whether one that was opened holds together in them.
// tests/unit/run/sign_test.cpp.
#pragma once

#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/pipeline.hpp"

namespace rf::run {

/// What statements about a run are made from.
struct Held {
  json::Value record;        ///< run.json
  artifact::Digests sha256;  ///< of the bytes of each file
};
/// INVALID_RUN.
core::Result<Held> hold(const Run& run);

/// Nothing to look at where the run was trained here. RUN_ALTERED (layers files, digests and meaning),
/// CANCELLED.
core::Result<> check_whole(const Run& run, core::Context& context);

/// execution.v1.json of a run about to be written. Its version is the one of the run's record: all documents
/// of a directory are of one version. INVALID_RUN.
core::Result<artifact::File> execution_file(const Run& run, const artifact::ExecutionFacts& facts);

}  // namespace rf::run
