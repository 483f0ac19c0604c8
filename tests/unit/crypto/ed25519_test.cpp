// SPDX-License-Identifier: MIT
#include "crypto/ed25519.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/text.hpp"

namespace rf::crypto {
namespace {

std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

Signer signer_of(const std::vector<std::uint8_t>& seed) {
  return *Signer::from_seed(std::span<const std::uint8_t, kSeedBytes>(seed));
}

// RFC 8032, 7.1, tests 1 and 2.
TEST(Ed25519, SignsAsTheStandardSays) {
  struct Vector {
    const char *seed, *public_key, *message, *signature;
  };
  for (const Vector& vector : {
           Vector{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
                  "f9b46b"
                  "d25bf5f0595bbe24655141438e7a100b"},
           Vector{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
                  "f11d8c"
                  "387b2eaeb4302aeeb00d291612bb0c00"},
       }) {
    const Signer signer = signer_of(from_hex(vector.seed));
    EXPECT_EQ(core::hex(signer.public_key()), vector.public_key);
    EXPECT_EQ(core::hex(signer.seed()), vector.seed);
    const std::vector<std::uint8_t> message = from_hex(vector.message);
    const std::string_view text(reinterpret_cast<const char*>(message.data()), message.size());
    const auto signature = signer.sign(text);
    ASSERT_TRUE(signature.ok());
    EXPECT_EQ(core::hex(*signature), vector.signature);
    EXPECT_TRUE(verify_signature(text, *signature, signer.public_key()));
  }
}

TEST(Ed25519, EveryBitOfMessageSignatureAndKeyCounts) {
  const Signer signer = signer_of(std::vector<std::uint8_t>(kSeedBytes, 7));
  const std::string message = "what is signed";
  const Signature signature = *signer.sign(message);
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    Signature changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify_signature(message, changed, signer.public_key())) << bit;
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    PublicKey changed = signer.public_key();
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify_signature(message, signature, changed)) << bit;
  }
  for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
    std::string changed = message;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(verify_signature(changed, signature, signer.public_key())) << bit;
  }
  EXPECT_FALSE(verify_signature(message, signature, PublicKey{})) << "a key of small order";
}

TEST(Ed25519, NewKeysDiffer) {
  const auto a = Signer::generate();
  const auto b = Signer::generate();
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NE(a->public_key(), b->public_key());
  EXPECT_TRUE(verify_signature("x", *a->sign("x"), a->public_key()));
}

TEST(Ed25519, AFunctionOfTheHostMustSignWithItsKey) {
  const Signer own = signer_of(std::vector<std::uint8_t>(kSeedBytes, 1));
  const auto sign = [&own](std::string_view message, Signature& signature) {
    signature = *own.sign(message);
    return true;
  };
  EXPECT_EQ(*Signer::from_function(sign, own.public_key()).sign("x"), *own.sign("x"));
  EXPECT_TRUE(Signer::from_function(sign, own.public_key()).seed().empty());

  const Signer other = signer_of(std::vector<std::uint8_t>(kSeedBytes, 2));
  EXPECT_EQ(Signer::from_function(sign, other.public_key()).sign("x").error().code,
            core::Code::kSigningFailed);
  const auto refuse = [](std::string_view, Signature&) { return false; };
  EXPECT_EQ(Signer::from_function(refuse, own.public_key()).sign("x").error().code,
            core::Code::kSigningFailed);
}

// RFC 7693, appendix A.
TEST(Blake2b, OfAbc) {
  EXPECT_EQ(core::hex(blake2b("abc")),
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

}  // namespace
}  // namespace rf::crypto
