// SPDX-License-Identifier: MIT
// Ed25519 keys as PEM (RFC 7468) of PKCS #8 and SubjectPublicKeyInfo (RFC 8410), as openssl writes and reads
// them. Secrets stay in guarded memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace rf::crypto {

/// Reads the text of a private key, alone or followed by its public key. Nothing if the text is anything else
/// or if the two keys do not belong together. OUT_OF_MEMORY.
core::Result<std::optional<Signer>> signer_from_pem(std::string_view text);

/// The text of the signer's private key followed by its public key. The signer must hold the key itself, not
/// a function of the host. OUT_OF_MEMORY.
core::Result<Secret> private_key_pem(const Signer& signer);

std::string public_key_pem(const PublicKey& key);
/// Nothing if the text is not the PEM of an Ed25519 public key.
std::optional<PublicKey> public_key_from_pem(std::string_view text);

}  // namespace rf::crypto
