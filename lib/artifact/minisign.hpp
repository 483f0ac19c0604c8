// SPDX-License-Identifier: MIT
// Public keys and signatures in minisign's text form, which `minisign -V` accepts and of which `signify`
// reads the public key. A signature is of the BLAKE2b of the signed bytes and covers its trusted comment as
// well. docs/formats/signatures.md gives the layout; tests/unit/artifact/minisign_test.cpp and
// tests/clients/signature_test.py pin it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::artifact {

/// 16 upper-case hexadecimal digits that name a public key, as minisign prints them: the first 8 bytes of its
/// SHA-256, read as a little-endian number.
std::string key_id(const crypto::PublicKey& key);

/// Two lines: a comment that names the key, and the key.
std::string public_key_text(const crypto::PublicKey& key);

/// None where the text is not exactly that, but for what the comment says.
std::optional<crypto::PublicKey> public_key_from_text(std::string_view text);

/// Signs; SIGNING_FAILED. `trusted_comment` is one line without control characters.
core::Result<std::string> minisign_text(std::string_view signed_bytes, std::string_view trusted_comment,
                                        const crypto::Signer& signer);

/// A signature file taken apart.
struct Minisign {
  std::string key_id;
  crypto::Signature signature{};
  std::string trusted_comment;
  crypto::Signature comment_signature{};  ///< of the signature and the trusted comment
};

/// Four lines in their one form; only the text of the untrusted comment is free. INVALID_SIGNATURE says what
/// is wrong.
core::Result<Minisign> read_minisign(std::string_view text);

/// INVALID_SIGNATURE: the signature, or that of its comment, is not one by `key`.
core::Result<> check_minisign(const Minisign& read, std::string_view signed_bytes,
                              const crypto::PublicKey& key);

}  // namespace rf::artifact
