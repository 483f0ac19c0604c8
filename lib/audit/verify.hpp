// SPDX-License-Identifier: MIT
// Whether an emitted run holds together, layer by layer, offline. docs/formats/verify.md says what each layer
// proves; tests/unit/audit/verify_test.cpp and tests/clients/verify_test.py pin it.
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

/// What verifying found, in a word.
enum class Claim : std::uint8_t {
  kVerified,       ///< everything holds, the data was given, and a key that was given stands behind run.json
  kHoldsTogether,  ///< what was looked at holds
  kFailed,
  kUnsupported,  ///< run.json names a version that this library does not know: nothing was judged
};

struct Verification {
  Claim claim = Claim::kUnsupported;
  bool passed = false;        ///< no layer failed
  std::string first_failure;  ///< one sentence; empty where passed
  /// What keeps the answer from being yes: RUN_ALTERED; DATASET_MISMATCH, where the data given is not the
  /// run's; UNSUPPORTED_VERSION.
  core::Result<> verdict;
  json::Value report;  ///< verify.v2
};

/// What is asked beside whether the run holds together.
struct VerifyRequest {
  const run::LoadedDataset* dataset =
      nullptr;  ///< what it was trained on; null: the layer that needs data is not checked
  std::span<const WantedKey> keys =
      {};  ///< each must have stated what is wanted of it; without keys nobody's signature is checked
};

/// What is wrong with the run stands in the report; an error is what kept it from being made: FILE_NOT_FOUND
/// (no such directory), READ_FAILED, CANCELLED.
core::Result<Verification> verify(const std::string& directory, const VerifyRequest& request,
                                  const artifact::History& history, core::Context& context);

}  // namespace rf::audit
