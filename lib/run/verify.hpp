// SPDX-License-Identifier: MIT
// Whether an emitted run holds together, layer by layer, offline. docs/formats/verify.md says what each layer
// proves; tests/unit/run/verify_test.cpp and tests/clients/verify_test.py pin it.
#pragma once

#include <span>
#include <string>

#include "core/context.hpp"
#include "core/result.hpp"
#include "json/value.hpp"
#include "run/dataset.hpp"
#include "run/signatures.hpp"

namespace rf::run {

struct Verification {
  bool passed = false;        ///< no layer failed
  std::string first_failure;  ///< one sentence; empty where passed
  core::Code failure_code = core::Code::kRunAltered;  ///< what a call returns where not passed
  json::Value report;         ///< verify.v1
};

/// `dataset` may be null: the layer that needs data is then not checked. Each of `keys` must have stated
/// what is wanted of it; without keys nobody's signature is checked. What is wrong with the run stands in
/// the report; an error is what kept it from being made: FILE_NOT_FOUND (no such directory), READ_FAILED,
/// CANCELLED.
core::Result<Verification> verify(const std::string& directory, const LoadedDataset* dataset,
                                  std::span<const WantedKey> keys, core::Context& context);

}  // namespace rf::run
