// SPDX-License-Identifier: MIT
// Public keys and signatures in minisign's text form. `minisign -V` accepts both, and `signify` reads the
// public key. A signature covers the BLAKE2b hash of the signed bytes; a second signature covers the trusted
// comment. docs/formats/signatures.md gives the layout; pinned by tests/unit/artifact/minisign_test.cpp and
// tests/clients/signature_test.py.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

/// The name of a public key as minisign prints it: 16 upper-case hexadecimal digits. They are the first 8
/// bytes of the key's SHA-256, read as a little-endian number.
std::string key_id(const crypto::PublicKey& key);

/// Two lines: a comment that names the key, and the key.
std::string public_key_text(const crypto::PublicKey& key);

/// Reads the text of public_key_text(). The text of the comment is free; any other deviation gives nullopt.
std::optional<crypto::PublicKey> public_key_from_text(std::string_view text);

/// Signs `signed_bytes`. `trusted_comment` must be one line without control characters. SIGNING_FAILED.
core::Result<std::string> minisign_text(std::string_view signed_bytes, std::string_view trusted_comment,
                                        const crypto::Signer& signer);

/// The parts of a signature file.
struct Minisign {
  std::string key_id;
  crypto::Signature signature{};
  std::string trusted_comment;
  crypto::Signature comment_signature{};  ///< covers the signature and the trusted comment
};

/// Reads four lines of fixed form; only the text of the untrusted comment is free. INVALID_SIGNATURE names
/// the fault.
core::Result<Minisign> read_minisign(std::string_view text);

/// INVALID_SIGNATURE: the signature, or that of its comment, does not verify under `key`.
core::Result<> check_minisign(const Minisign& read, std::string_view signed_bytes,
                              const crypto::PublicKey& key);

}  // namespace rf::artifact
