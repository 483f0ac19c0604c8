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

/// Whether `signature` is one of `message` by the holder of `key`. Keys of small order and signatures in
/// other than their one form are refused.
bool verify_signature(std::string_view message, const Signature& signature, const PublicKey& key);

/// BLAKE2b with 64 bytes, without a key (RFC 7693).
Blake2b blake2b(std::string_view bytes);

/// Who signs: a key of ours, or a function of the host whose key stays where it is. Immutable.
class Signer {
 public:
  /// Writes the signature; false when it cannot.
  using Sign = std::function<bool(std::string_view message, Signature& signature)>;

  /// A new random key. OUT_OF_MEMORY; READ_FAILED when the system gives no random bytes.
  static core::Result<Signer> generate();
  /// OUT_OF_MEMORY. The caller's copy of the seed is the caller's to wipe.
  static core::Result<Signer> from_seed(std::span<const std::uint8_t, kSeedBytes> seed);
  static Signer from_function(Sign sign, const PublicKey& public_key);

  const PublicKey& public_key() const { return public_key_; }
  /// SIGNING_FAILED: the host's function failed, or its signature is none by the public key.
  core::Result<Signature> sign(std::string_view message) const;
  /// The seed to keep, in guarded memory of the signer; empty when the key is the host's.
  std::span<const std::uint8_t> seed() const;

 private:
  Signer() = default;

  PublicKey public_key_{};
  std::optional<Secret> key_;  ///< seed and public key, as libsodium wants it
  Sign function_;              ///< where there is no key_
};

}  // namespace rf::crypto
