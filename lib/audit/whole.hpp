// SPDX-License-Identifier: MIT
// The bytes of a run in memory, and the check that an opened run is consistent. Pinned by
// tests/unit/audit/sign_test.cpp.
#pragma once

#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/pipeline.hpp"

namespace rf::audit {

/// The input for statements about a run.
struct Held {
  json::Value record;        ///< run.json
  artifact::Digests sha256;  ///< of the bytes of each file
};
/// Returns the record and the digests of the run. INVALID_RUN.
core::Result<Held> hold(const run::Run& run);

/// Checks an opened run. A run that was trained here is not checked. RUN_ALTERED (layers files, digests and
/// meaning), UNSUPPORTED_VERSION for a run of another version, CANCELLED.
core::Result<> check_whole(const run::Run& run, core::Context& context);

/// Returns execution.v1.json of a run about to be written.
core::Result<artifact::File> execution_file(const artifact::ExecutionFacts& facts);

}  // namespace rf::audit
