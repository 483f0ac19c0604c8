// SPDX-License-Identifier: MIT
// Checks layer by layer, offline, that an emitted run is consistent. docs/formats/verify.md describes what
// each layer proves. Pinned by tests/unit/audit/verify_test.cpp and tests/clients/verify_test.py.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "artifact/history.hpp"
#include "audit/signatures.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/dataset.hpp"

namespace rf::audit {

/// The result of verify in one word.
enum class Claim : std::uint8_t {
  kVerified,  ///< everything holds, the data was given, and a given key has a valid statement about run.json
  kHoldsTogether,  ///< everything that was checked holds
  kFailed,
  kUnsupported,  ///< run.json names a version that this library does not know, so nothing was judged
};

struct Verification {
  Claim claim = Claim::kUnsupported;
  bool passed = false;        ///< no layer failed
  std::string first_failure;  ///< one sentence; empty if passed
  /// The reason if the answer is not yes: RUN_ALTERED; DATASET_MISMATCH if the given data is not the run's;
  /// UNSUPPORTED_VERSION.
  core::Result<> verdict;
  json::Value report;  ///< verify.v2
};

/// The caller's requests in addition to the check of the run itself.
struct VerifyRequest {
  const run::LoadedDataset* dataset = nullptr;  ///< the training data; null: the layer "data" is not checked
  std::span<const WantedKey> keys =
      {};  ///< each must have stated what is wanted of it; without keys no signature is verified
};

/// Checks the run in `directory`. The report lists its faults. An error means that the report could not be
/// made: FILE_NOT_FOUND (no such directory), READ_FAILED, CANCELLED.
core::Result<Verification> verify(const std::string& directory, const VerifyRequest& request,
                                  const artifact::History& history, core::Context& context);

}  // namespace rf::audit
