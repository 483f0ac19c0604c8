// SPDX-License-Identifier: MIT
// Uses libsodium. Pinned by tests/unit/crypto/ed25519_test.cpp with the vectors of RFC 8032, 7.1.
#include "crypto/ed25519.hpp"

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_sign_ed25519.h>

#include <utility>

#include "core/mutant.hpp"
#include "core/random_bytes.hpp"

namespace rf::crypto {
namespace {

static_assert(std::tuple_size_v<PublicKey> == crypto_sign_ed25519_PUBLICKEYBYTES);
static_assert(std::tuple_size_v<Signature> == crypto_sign_ed25519_BYTES);
static_assert(kSeedBytes == crypto_sign_ed25519_SEEDBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

core::Error signing_failed(const char* why) {
  return {core::Code::kSigningFailed, why, {}};
}

}  // namespace

bool verify_signature(std::string_view message, const Signature& signature, const PublicKey& key) {
  return RF_MUTANT(signatures_not_verified,
                   crypto_sign_ed25519_verify_detached(signature.data(), bytes_of(message), message.size(),
                                                       key.data()) == 0,
                   true);
}

Blake2b blake2b(std::string_view bytes) {
  Blake2b digest;
  crypto_generichash(digest.data(), digest.size(), bytes_of(bytes), bytes.size(), nullptr, 0);
  return digest;
}

core::Result<Signer> Signer::generate() {
  const StackWipe wipe;
  RF_ASSIGN(Secret seed, Secret::allocate(kSeedBytes));
  RF_TRY(core::fill_with_random_bytes(seed.bytes()));
  return from_seed(std::span<const std::uint8_t, kSeedBytes>(seed.bytes()));
}

core::Result<Signer> Signer::from_seed(std::span<const std::uint8_t, kSeedBytes> seed) {
  const StackWipe wipe;
  RF_ASSIGN(Secret key, Secret::allocate(crypto_sign_ed25519_SECRETKEYBYTES));
  Signer signer;
  crypto_sign_ed25519_seed_keypair(signer.public_key_.data(), key.bytes().data(), seed.data());
  signer.key_ = std::move(key);
  return signer;
}

Signer Signer::from_function(Sign sign, const PublicKey& public_key) {
  Signer signer;
  signer.public_key_ = public_key;
  signer.function_ = std::move(sign);
  return signer;
}

core::Result<Signature> Signer::sign(std::string_view message) const {
  Signature signature{};
  if (key_) {
    const StackWipe wipe;
    crypto_sign_ed25519_detached(signature.data(), nullptr, bytes_of(message), message.size(),
                                 key_->bytes().data());
    return signature;
  }
  if (!function_(message, signature)) return signing_failed("the signer's function failed");
  if (!verify_signature(message, signature, public_key_))
    return signing_failed("the signer's function gave a signature that is not by its public key");
  return signature;
}

std::span<const std::uint8_t> Signer::seed() const {
  return key_ ? key_->bytes().first(kSeedBytes) : std::span<const std::uint8_t>();
}

}  // namespace rf::crypto
