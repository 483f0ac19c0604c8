// SPDX-License-Identifier: MIT
// An Ed25519 key has one encoding: fixed bytes followed by the 32 bytes of the key, on one line. The public
// key follows the private key in a block of its own. Readers that expect only the private key skip that
// block, and a changed bit in either key is noticed. Pinned by tests/unit/crypto/pem_test.cpp, which holds
// keys that openssl wrote.
#include "crypto/pem.hpp"

#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "crypto/base64.hpp"

namespace rf::crypto {
namespace {

// SEQUENCE { version 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING of 32 bytes } }
constexpr std::array<std::uint8_t, 16> kPrivatePrefix = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                         0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }
constexpr std::array<std::uint8_t, 12> kPublicPrefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::string_view kPrivateBegin = "-----BEGIN PRIVATE KEY-----\n";
constexpr std::string_view kPrivateEnd = "\n-----END PRIVATE KEY-----\n";
constexpr std::string_view kPublicBegin = "-----BEGIN PUBLIC KEY-----\n";
constexpr std::string_view kPublicEnd = "\n-----END PUBLIC KEY-----\n";
constexpr std::size_t kPrivateBytes = kPrivatePrefix.size() + kSeedBytes;
constexpr std::size_t kPrivateDigits = kPrivateBytes / 3 * 4;
static_assert(kPrivateBytes % 3 == 0);

constexpr std::size_t kPublicBytes = kPublicPrefix.size() + std::tuple_size_v<PublicKey>;
constexpr std::size_t kPublicDigits = (kPublicBytes + 2) / 3 * 4;
constexpr std::size_t kPrivateSize = kPrivateBegin.size() + kPrivateDigits + kPrivateEnd.size();
constexpr std::size_t kPublicSize = kPublicBegin.size() + kPublicDigits + kPublicEnd.size();

/// The text between the lines `begin` and `end`; the last line feed may be missing. Empty if the two lines
/// are not there.
std::string_view body(std::string_view text, std::string_view begin, std::string_view end) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  end.remove_suffix(1);
  if (text.size() < begin.size() + end.size() || !text.starts_with(begin) || !text.ends_with(end)) return {};
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

}  // namespace

core::Result<std::optional<Signer>> signer_from_pem(std::string_view text) {
  const StackWipe wipe;
  const std::string_view public_text =
      text.size() > kPrivateSize ? text.substr(kPrivateSize) : std::string_view();
  text = text.substr(0, kPrivateSize);
  if (!public_text.empty() && !text.ends_with('\n')) return std::optional<Signer>();
  const std::string_view digits = body(text, kPrivateBegin, kPrivateEnd);
  if (digits.size() != kPrivateDigits) return std::optional<Signer>();
  // libsodium accepts some bytes above 0x7F as digits.
  if (std::any_of(digits.begin(), digits.end(), [](char c) { return (c & 0x80) != 0; }))
    return std::optional<Signer>();
  RF_ASSIGN(Secret bytes, Secret::allocate(kPrivateBytes));
  std::size_t n_bytes = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.bytes().data(), kPrivateBytes, digits.data(), digits.size(), nullptr, &n_bytes,
                        &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != digits.data() + digits.size() || n_bytes != kPrivateBytes ||
      !std::equal(kPrivatePrefix.begin(), kPrivatePrefix.end(), bytes.bytes().begin()))
    return std::optional<Signer>();
  RF_ASSIGN(Signer signer, Signer::from_seed(bytes.bytes().subspan<kPrivatePrefix.size(), kSeedBytes>()));
  if (!public_text.empty() && public_key_from_pem(public_text) != signer.public_key())
    return std::optional<Signer>();
  return std::optional<Signer>(std::move(signer));
}

core::Result<Secret> private_key_pem(const Signer& signer) {
  const StackWipe wipe;
  RF_ASSIGN(Secret bytes, Secret::allocate(kPrivateBytes));
  std::copy(kPrivatePrefix.begin(), kPrivatePrefix.end(), bytes.bytes().begin());
  std::copy_n(signer.seed().begin(), kSeedBytes, bytes.bytes().begin() + kPrivatePrefix.size());
  RF_ASSIGN(Secret text, Secret::allocate(kPrivateSize + kPublicSize));
  char* out = reinterpret_cast<char*>(text.bytes().data());
  out = std::copy(kPrivateBegin.begin(), kPrivateBegin.end(), out);
  // libsodium ends its base64 with a NUL; the line feed written next overwrites it.
  sodium_bin2base64(out, kPrivateDigits + 1, bytes.bytes().data(), kPrivateBytes,
                    sodium_base64_VARIANT_ORIGINAL);
  out = std::copy(kPrivateEnd.begin(), kPrivateEnd.end(), out + kPrivateDigits);
  const std::string public_text = public_key_pem(signer.public_key());
  std::copy(public_text.begin(), public_text.end(), out);
  return text;
}

std::string public_key_pem(const PublicKey& key) {
  std::string bytes(kPublicPrefix.begin(), kPublicPrefix.end());
  bytes.append(key.begin(), key.end());
  return std::string(kPublicBegin) + base64(bytes) + std::string(kPublicEnd);
}

std::optional<PublicKey> public_key_from_pem(std::string_view text) {
  const auto bytes = from_base64(body(text, kPublicBegin, kPublicEnd));
  if (!bytes || bytes->size() != kPublicBytes) return std::nullopt;
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes->data());
  if (!std::equal(kPublicPrefix.begin(), kPublicPrefix.end(), begin)) return std::nullopt;
  PublicKey key;
  std::copy_n(begin + kPublicPrefix.size(), key.size(), key.begin());
  return key;
}

}  // namespace rf::crypto
