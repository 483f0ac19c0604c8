// SPDX-License-Identifier: MIT
// Layout and refusals; that minisign and signify read what is written here is seen in
// tests/clients/signature_test.py.
#include "artifact/minisign.hpp"

#include <gtest/gtest.h>

#include <array>

#include "crypto/base64.hpp"

namespace rf::artifact {
namespace {

crypto::Signer signer_with(std::uint8_t byte) {
  std::array<std::uint8_t, crypto::kSeedBytes> seed;
  seed.fill(byte);
  return *crypto::Signer::from_seed(seed);
}

const std::string kSigned = "0123  run.json\n";

std::string signature_text() {
  return *minisign_text(kSigned, "run 7", signer_with(1));
}

TEST(Minisign, APublicKeyIsTwoLines) {
  const crypto::PublicKey key = signer_with(1).public_key();
  const std::string text = public_key_text(key);
  EXPECT_EQ(text.find("untrusted comment: RunForge public key " + key_id(key) + "\nR"), 0u) << text;
  EXPECT_EQ(public_key_from_text(text), key);
  EXPECT_EQ(key_id(key).size(), 16u);
  EXPECT_NE(key_id(key), key_id(signer_with(2).public_key()));
}

TEST(Minisign, ThePublicKeysNumberIsItsOwn) {
  std::string text = public_key_text(signer_with(1).public_key());
  const std::size_t at = text.find('\n') + 1;
  for (std::size_t i = at; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(public_key_from_text(changed)) << i;
  }
  EXPECT_FALSE(public_key_from_text(text + "\n"));
  EXPECT_FALSE(public_key_from_text(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(public_key_from_text(""));
}

TEST(Minisign, WhatIsSignedIsRead) {
  const auto read = read_minisign(signature_text());
  ASSERT_TRUE(read.ok()) << read.error().message;
  const crypto::PublicKey key = signer_with(1).public_key();
  EXPECT_EQ(read->key_id, key_id(key));
  EXPECT_EQ(read->trusted_comment, "run 7");
  EXPECT_TRUE(check_minisign(*read, kSigned, key).ok());
  EXPECT_FALSE(check_minisign(*read, kSigned + " ", key).ok());
  EXPECT_FALSE(check_minisign(*read, kSigned, signer_with(2).public_key()).ok());
}

/// Refused, or a signature that does not hold, or one that names another key.
bool is_caught(const std::string& text) {
  const crypto::PublicKey key = signer_with(1).public_key();
  const auto read = read_minisign(text);
  return !read || read->key_id != key_id(key) || !check_minisign(*read, kSigned, key);
}

// The text of the untrusted comment is the one place that the signature does not cover.
TEST(Minisign, EveryByteOutsideTheUntrustedCommentCounts) {
  const std::string text = signature_text();
  const std::size_t comment_begin = std::string("untrusted comment: ").size();
  const std::size_t comment_end = text.find('\n');
  std::size_t n_free = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const int flip : {0x01, 0x20, 0x80}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const bool is_free = i >= comment_begin && i < comment_end && flip != 0x80 && changed[i] >= ' ';
      if (is_free) ++n_free;
      EXPECT_NE(is_caught(changed), is_free) << i << " " << flip;
    }
  EXPECT_GT(n_free, 0u);
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_TRUE(is_caught(text.substr(0, size))) << size;
  EXPECT_TRUE(is_caught(text + "\n"));
  EXPECT_FALSE(is_caught(text));
}

TEST(Minisign, SignaturesThatAreNotPrehashedAreRefused) {
  std::string text = signature_text();
  const std::size_t at = text.find('\n') + 1;
  const std::size_t end = text.find('\n', at);
  std::string bytes = *crypto::from_base64(text.substr(at, end - at));
  bytes[1] = 'd';
  text.replace(at, end - at, crypto::base64(bytes));
  EXPECT_NE(read_minisign(text).error().message.find("prehashed"), std::string::npos);
}

}  // namespace
}  // namespace rf::artifact
