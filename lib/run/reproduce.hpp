// SPDX-License-Identifier: MIT
// Trains again from a record and compares every result file. docs/formats/reproduce.md;
// tests/unit/run/reproduce_test.cpp pins it.
#pragma once

#include <string>

#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "json/value.hpp"
#include "run/dataset.hpp"

namespace rf::run {

struct Reproduction {
  bool reproduced = false;
  std::string summary;  ///< "6 of 6 result files byte-identical", or the first difference
  json::Value report;   ///< reproduce.v1
};

/// DATASET_MISMATCH (another content digest) and NUMERIC_PROFILE_MISMATCH come before any training;
/// INVALID_RUN where the record cannot be read or does not resolve to its own configuration; and the errors
/// of train.
/// With `signer` (may be null) a success is attested beside the run, and SIGNING_FAILED and WRITE_FAILED may come.
core::Result<Reproduction> reproduce(const std::string& directory, const LoadedDataset& dataset,
                                     const crypto::Signer* signer, core::Context& context);

}  // namespace rf::run
