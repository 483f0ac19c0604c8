// SPDX-License-Identifier: MIT
// Signing runs: while they are written, afterwards, without a directory, and as the one who reproduced. What is
// signed and how stands in docs/formats/signatures.md; tests/unit/run/sign_test.cpp pins it.
#pragma once

#include <string>
#include <vector>

#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "run/pipeline.hpp"

namespace rf::run {

/// "SHA256SUMS.0123456789ABCDEF.minisig", for signers after the first.
std::string minisig_name(const std::string& key_id);

/// The files a first signer adds to a run about to be written. SIGNING_FAILED.
core::Result<std::vector<artifact::File>> signature_files(const Run& run, const std::string& run_id,
                                                          const std::string& sums,
                                                          const crypto::Signer& signer);

/// One DSSE line that says that the run was recorded. SIGNING_FAILED.
core::Result<std::string> sign_statement(const Run& run, const crypto::Signer& signer);

/// Adds the signer's signatures to an emitted run that holds together; what a first try left out is made up
/// for. RUN_ALTERED (layers files, digests and meaning are looked at first), ALREADY_EXISTS when this key has
/// signed, SIGNING_FAILED, WRITE_FAILED, FILE_NOT_FOUND, CANCELLED.
core::Result<> sign(const std::string& directory, const crypto::Signer& signer, core::Context& context);

/// Adds a line that says that training again gave the files of `run`, which was read from `directory`. The same
/// line is not added twice. SIGNING_FAILED, WRITE_FAILED.
core::Result<> attest(const std::string& directory, const Run& run, const artifact::ReproducedBy& by,
                      const crypto::Signer& signer);

}  // namespace rf::run
