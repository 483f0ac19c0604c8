// SPDX-License-Identifier: MIT
// Signs runs: while they are written, afterwards, without a directory, and after a reproduction.
// docs/formats/signatures.md describes what is signed and how. Pinned by tests/unit/audit/sign_test.cpp.
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

/// Returns the name of a signature file, such as "SHA256SUMS.0123456789ABCDEF.minisig", for signers after the
/// first.
std::string minisig_name(const std::string& key_id);

/// Returns the signed comment of a signature of SHA256SUMS. It names the run, and it shows whether the
/// signature belongs to a recording or to a check of the run. `says` is kRecorded or kSigned.
std::string trusted_comment(artifact::Says says, const std::string& run_id, const std::string& run_digest);

/// Returns the files that the first signer adds to a run about to be written. They state that the run was
/// recorded if it was trained here. Otherwise they state that it was found whole, which the caller must have
/// checked (check_whole). RUN_ALTERED, SIGNING_FAILED.
core::Result<std::vector<artifact::File>> signature_files(const run::Run& run, const std::string& run_id,
                                                          const std::string& sums,
                                                          const crypto::Signer& signer);

/// Returns one DSSE line with the statement that signature_files() makes. An opened run is checked first.
/// RUN_ALTERED, SIGNING_FAILED, CANCELLED.
core::Result<std::string> sign_statement(const run::Run& run, const crypto::Signer& signer,
                                         core::Context& context);

/// Checks an emitted run and adds the signer's statement that it was found whole. If an earlier attempt left
/// a file out, that file is added. With `dataset` (may be null) the data is checked too, and the statement
/// says that the run holds for it. RUN_ALTERED (layers files, digests and meaning are checked first),
/// DATASET_MISMATCH, UNSUPPORTED_VERSION, ALREADY_EXISTS if this key has already stated as much,
/// SIGNING_FAILED, WRITE_FAILED, FILE_NOT_FOUND, CANCELLED. On an error nothing is added.
core::Result<> sign(const std::string& directory, const run::LoadedDataset* dataset,
                    const crypto::Signer& signer, core::Context& context);

/// Adds a line which states that training again with this library gave the files of `record`, which was read
/// from `directory`. The same line is not added twice. RUN_ALTERED, SIGNING_FAILED, WRITE_FAILED.
core::Result<> attest(const std::string& directory, const artifact::Record& record,
                      const crypto::Signer& signer, core::Context& context);

}  // namespace rf::audit
