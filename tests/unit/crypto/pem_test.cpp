// SPDX-License-Identifier: MIT
// The key of RFC 8410, 10.3 (its seed is that of the private key there, its public key that of 10.1).
#include "crypto/pem.hpp"

#include <gtest/gtest.h>

#include "core/text.hpp"

namespace rf::crypto {
namespace {

const std::string kPrivate =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
const std::string kPublic =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";

std::string text_of(const Secret& secret) {
  return {reinterpret_cast<const char*>(secret.bytes().data()), secret.size()};
}

TEST(Pem, ReadsAndWritesTheStandardsKey) {
  const auto signer = signer_from_pem(kPrivate);
  ASSERT_TRUE(signer.ok() && signer->has_value());
  EXPECT_EQ(core::hex((*signer)->seed()), "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
  EXPECT_EQ((*signer)->public_key(), public_key_from_pem(kPublic));
  EXPECT_EQ(public_key_pem((*signer)->public_key()), kPublic);
  EXPECT_EQ(text_of(*private_key_pem(**signer)), kPrivate + kPublic);
  const auto again = signer_from_pem(kPrivate + kPublic);
  ASSERT_TRUE(again.ok() && again->has_value());
  EXPECT_EQ((*again)->public_key(), (*signer)->public_key());
}

TEST(Pem, OneBitThatChangedIsSeen) {
  const std::string whole = kPrivate + kPublic;
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      const auto signer = signer_from_pem(changed);
      ASSERT_TRUE(signer.ok());
      EXPECT_FALSE(signer->has_value()) << i << " " << bit;
    }
}

TEST(Pem, ALastLineFeedMayBeMissing) {
  EXPECT_TRUE(signer_from_pem(kPrivate.substr(0, kPrivate.size() - 1))->has_value());
  EXPECT_TRUE(public_key_from_pem(kPublic.substr(0, kPublic.size() - 1)));
}

TEST(Pem, EveryCharacterCounts) {
  const std::size_t base64_at = kPrivate.find('\n') + 1;
  for (std::size_t i = 0; i < kPrivate.size(); ++i) {
    // Of the digits, those of the key itself give another key.
    if (i >= base64_at + 21 && i < base64_at + 64) continue;
    std::string changed = kPrivate;
    changed[i] = '*';
    if (i + 1 == kPrivate.size()) changed += "x";
    EXPECT_FALSE(signer_from_pem(changed)->has_value()) << i;
  }
  for (std::size_t size = 0; size + 1 < kPrivate.size(); ++size)
    EXPECT_FALSE(signer_from_pem(kPrivate.substr(0, size))->has_value()) << size;
  for (std::size_t size = kPrivate.size() + 1; size + 1 < (kPrivate + kPublic).size(); ++size)
    EXPECT_FALSE(signer_from_pem((kPrivate + kPublic).substr(0, size))->has_value()) << size;
  EXPECT_FALSE(signer_from_pem(kPrivate + kPrivate)->has_value());
  for (std::size_t size = 0; size + 1 < kPublic.size(); ++size)
    EXPECT_FALSE(public_key_from_pem(kPublic.substr(0, size))) << size;
  EXPECT_FALSE(public_key_from_pem(kPrivate));
  EXPECT_FALSE(signer_from_pem(kPublic)->has_value());
}

}  // namespace
}  // namespace rf::crypto
