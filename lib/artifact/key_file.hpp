// SPDX-License-Identifier: MIT
// Reads and writes key files. A secret key is an Ed25519 private key as PEM of PKCS #8 (RFC 8410), which
// openssl reads and writes. A public key is minisign's two lines or PEM. docs/formats/signatures.md; pinned
// by tests/unit/artifact/key_file_test.cpp.
#pragma once

#include <string>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

struct KeyFile {
  crypto::Signer signer;
  bool open_to_others;  ///< users other than the owner may read or write the file
};

/// Reads a secret key. The secret is held in guarded memory only. FILE_NOT_FOUND, NOT_A_FILE, READ_FAILED;
/// INVALID_KEY if the file is not exactly one such key.
core::Result<KeyFile> read_key_file(const std::string& path);

/// Writes a new file of mode 0600. ALREADY_EXISTS, WRITE_FAILED; INVALID_ARGUMENT if the host holds the
/// signer's key.
core::Result<> write_key_file(const std::string& path, const crypto::Signer& signer);

/// INVALID_KEY if the file has neither form; also the errors of reading.
core::Result<crypto::PublicKey> read_public_key(const std::string& path);

}  // namespace rf::artifact
