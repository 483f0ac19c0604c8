// SPDX-License-Identifier: MIT
// Ed25519 signatures (RFC 8032). Signing is deterministic: the same key and message give the same signature.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/secret.hpp"

namespace rf::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using Blake2b = std::array<std::uint8_t, 64>;

inline constexpr std::size_t kSeedBytes = 32;

/// Whether `signature` is a valid signature of `message` under `key`. Refuses keys of small order and
/// signatures that are not in canonical form.
bool verify_signature(std::string_view message, const Signature& signature, const PublicKey& key);

/// BLAKE2b with a digest of 64 bytes and without a key (RFC 7693).
Blake2b blake2b(std::string_view bytes);

/// Signs with its own key, or with a function of the host, whose key is never passed to the library.
/// Immutable.
class Signer {
 public:
  /// Writes the signature; returns false if it fails.
  using Sign = std::function<bool(std::string_view message, Signature& signature)>;

  /// A new random key. OUT_OF_MEMORY; READ_FAILED if the system provides no random bytes.
  static core::Result<Signer> generate();
  /// OUT_OF_MEMORY. The caller must wipe its own copy of the seed.
  static core::Result<Signer> from_seed(std::span<const std::uint8_t, kSeedBytes> seed);
  static Signer from_function(Sign sign, const PublicKey& public_key);

  const PublicKey& public_key() const { return public_key_; }
  /// SIGNING_FAILED: the host's function failed, or its signature does not verify under the public key.
  core::Result<Signature> sign(std::string_view message) const;
  /// The seed to store, in the signer's guarded memory. Empty if the host holds the key.
  std::span<const std::uint8_t> seed() const;

 private:
  Signer() = default;

  PublicKey public_key_{};
  std::optional<Secret> key_;  ///< seed followed by public key, as libsodium expects
  Sign function_;              ///< used if there is no key_
};

}  // namespace rf::crypto
