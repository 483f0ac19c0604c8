// SPDX-License-Identifier: MIT
// Trains again from a record and compares every result file. docs/formats/reproduce.md; pinned by
// tests/unit/audit/reproduce_test.cpp.
#pragma once

#include <string>

#include "artifact/history.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "json/value.hpp"
#include "run/dataset.hpp"

namespace rf::audit {

struct Reproduction {
  bool reproduced = false;
  std::string summary;     ///< "6 of 6 result files byte-identical", or the first difference
  core::Result<> verdict;  ///< NOT_REPRODUCED if training again gave other bytes; RUN_ALTERED if the run was
                           ///< inconsistent before, so nothing was trained
  json::Value report;      ///< reproduce.v2
};

/// Trains again from the record in `directory` and compares the result files. Errors before any training:
/// DATASET_MISMATCH (another content digest; with `signer` also another file), NUMERIC_PROFILE_MISMATCH,
/// UNSUPPORTED_VERSION, and INVALID_RUN if the record cannot be read. Then the errors of train. With `signer`
/// (may be null), a success adds a signed statement to the run; this may fail with SIGNING_FAILED or
/// WRITE_FAILED.
core::Result<Reproduction> reproduce(const std::string& directory, const run::LoadedDataset& dataset,
                                     const crypto::Signer* signer, const artifact::History& history,
                                     core::Context& context);

}  // namespace rf::audit
