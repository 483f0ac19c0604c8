// SPDX-License-Identifier: MIT
// Signing runs: while they are written, afterwards, without a directory, and as the one who reproduced. What
// is signed and how stands in docs/formats/signatures.md; tests/unit/audit/sign_test.cpp pins it.
#pragma once

#include <string>
#include <vector>

#include "artifact/provenance.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "crypto/ed25519.hpp"
#include "run/dataset.hpp"
#include "run/pipeline.hpp"

namespace rf::audit {

/// "SHA256SUMS.0123456789ABCDEF.minisig", for signers after the first.
std::string minisig_name(const std::string& key_id);

/// The signed comment of a signature of SHA256SUMS: which run it is of, and whether it came with a recording
/// or with a look at the run. `says` is kRecorded or kSigned.
std::string trusted_comment(artifact::Says says, const std::string& run_id, const std::string& run_digest);

/// The files a first signer adds to a run about to be written: that it was recorded where it was trained
/// here, else that it was found whole, which the caller has looked at (check_whole). RUN_ALTERED,
/// SIGNING_FAILED.
core::Result<std::vector<artifact::File>> signature_files(const run::Run& run, const std::string& run_id,
                                                          const std::string& sums,
                                                          const crypto::Signer& signer);

/// One DSSE line that says the same. A run that was opened is looked at first. RUN_ALTERED, SIGNING_FAILED,
/// CANCELLED.
core::Result<std::string> sign_statement(const run::Run& run, const crypto::Signer& signer,
                                         core::Context& context);

/// Adds to an emitted run that holds together what says that the signer found it so; what a first try left
/// out is made up for. With `dataset` (may be null) the data is looked at too, and the statement says that
/// the run holds for it. RUN_ALTERED (layers files, digests and meaning are looked at first),
/// DATASET_MISMATCH, UNSUPPORTED_VERSION, ALREADY_EXISTS when this key has said as much, SIGNING_FAILED,
/// WRITE_FAILED, FILE_NOT_FOUND, CANCELLED. At an error nothing is added.
core::Result<> sign(const std::string& directory, const run::LoadedDataset* dataset,
                    const crypto::Signer& signer, core::Context& context);

/// Adds a line that says that training again with this library gave the files of `run`, which was read from
/// `directory`. The same line is not added twice. RUN_ALTERED, SIGNING_FAILED, WRITE_FAILED.
core::Result<> attest(const std::string& directory, const artifact::Record& record,
                      const crypto::Signer& signer, core::Context& context);

}  // namespace rf::audit
