// SPDX-License-Identifier: MIT
// Keys in files. A secret key is an Ed25519 private key as PEM of PKCS #8 (RFC 8410), which openssl reads and
// writes; a public key is minisign's two lines or PEM. docs/formats/signatures.md;
// tests/unit/artifact/key_file_test.cpp.
#pragma once

#include <string>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

struct KeyFile {
  crypto::Signer signer;
  bool open_to_others;  ///< somebody else than the owner may read or write the file
};

/// The secret passes through guarded memory only. FILE_NOT_FOUND, NOT_A_FILE, READ_FAILED; INVALID_KEY for
/// anything but one such key.
core::Result<KeyFile> read_key_file(const std::string& path);

/// A new file of mode 0600. ALREADY_EXISTS, WRITE_FAILED; INVALID_ARGUMENT when the signer's key is the
/// host's.
core::Result<> write_key_file(const std::string& path, const crypto::Signer& signer);

/// INVALID_KEY where it is neither form, and the errors of reading.
core::Result<crypto::PublicKey> read_public_key(const std::string& path);

}  // namespace rf::artifact
