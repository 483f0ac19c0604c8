// SPDX-License-Identifier: MIT
#include "crypto/sha256.hpp"

#include <gtest/gtest.h>
#include <sodium/crypto_hash_sha256.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "core/file.hpp"
#include "crypto/sha256_blocks.hpp"

namespace rf::crypto {
namespace {

// FIPS 180-4's example messages, as NIST's "SHA-256 examples" and "additional" print their digests.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowBytesArrive) {
  const std::string bytes(1000, 'r');
  for (const std::size_t piece : {1, 3, 63, 64, 65, 999}) {
    Sha256 hash;
    for (std::size_t i = 0; i < bytes.size(); i += piece)
      hash.update(std::string_view(bytes).substr(i, piece));
    hash.update("", 0);
    hash.update(nullptr, 0);
    EXPECT_EQ(hash.finish(), sha256(bytes)) << piece;
  }
}

/// What libsodium alone makes of the same bytes.
Digest by_libsodium(std::string_view bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

std::string varied_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t x = 12345;
  for (char& byte : bytes) byte = static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
  return bytes;
}

TEST(Sha256, EveryLengthGivesTheDigestOfLibsodium) {
  if (best_compress() == nullptr)
    std::printf("this processor has no SHA instructions: libsodium beside itself\n");
  const std::string bytes = varied_bytes(401);
  for (std::size_t begin : {0, 1}) {  // also unaligned
    for (std::size_t size = 0; begin + size <= bytes.size(); ++size) {
      const std::string_view text = std::string_view(bytes).substr(begin, size);
      ASSERT_EQ(sha256(text), by_libsodium(text)) << size;
    }
  }
}

TEST(Sha256, AnySplitGivesTheDigestOfLibsodium) {
  const std::string bytes = varied_bytes(5000);
  const Digest expected = by_libsodium(bytes);
  std::uint32_t x = 1;
  for (int round = 0; round < 2000; ++round) {
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size();) {
      x = x * 1664525 + 1013904223;
      const std::size_t size =
          std::min<std::size_t>(bytes.size() - at, (x >> 16) % (round % 2 == 0 ? 70 : 900));
      hash.update(bytes.data() + at, size);
      at += size;
    }
    ASSERT_EQ(hash.finish(), expected) << round;
  }
}

TEST(Sha256, TwoAtOnceGiveTheDigestsOfEach) {
  std::string text_a, text_b;
  for (int i = 0; i < 2000; ++i) {
    text_a += static_cast<char>(i * 7);
    text_b += static_cast<char>(i * 11 + 1);
  }
  for (const std::size_t before_a : {0, 1, 63, 64, 100}) {
    for (const std::size_t before_b : {0, 1, 100, 165}) {
      for (const std::size_t size : {0, 1, 62, 63, 64, 65, 127, 128, 129, 1000}) {
        Sha256 a, b;
        a.update(text_a.data(), before_a);
        b.update(text_b.data(), before_b);
        Sha256::update_two(a, text_a.data() + before_a, b, text_b.data() + before_b, size);
        a.update("end");
        EXPECT_EQ(hex(a.finish()), sha256_hex(text_a.substr(0, before_a + size) + "end"))
            << before_a << " " << before_b << " " << size;
        EXPECT_EQ(hex(b.finish()), sha256_hex(text_b.substr(0, before_b + size)))
            << before_a << " " << before_b << " " << size;
      }
    }
  }
}

TEST(Sha256, NumbersAreLittleEndian) {
  Sha256 numbers;
  numbers.update_u64(0x0c0b0a0908070605);
  EXPECT_EQ(numbers.finish(), sha256("\x05\x06\x07\x08\x09\x0a\x0b\x0c"));
}

TEST(Sha256, CopiesGoOnIndependently) {
  Sha256 hash;
  hash.update("ab");
  Sha256 copy = hash;
  hash.update("c");
  copy.update("x");
  EXPECT_EQ(hash.finish(), sha256("abc"));
  EXPECT_EQ(copy.finish(), sha256("abx"));
}

TEST(Sha256, HexIsLowerCase) {
  Digest digest{};
  digest[0] = 0xAB;
  digest[31] = 0x0F;
  EXPECT_EQ(hex(digest), "ab" + std::string(60, '0') + "0f");
}

TEST(Sha256, AgreesWithSha256sum) {
  if (std::system("sha256sum --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "sha256sum is not installed";
  const std::string folder = RUNFORGE_TEST_DATA_DIR;
  const auto names = core::list_entries(folder);
  ASSERT_TRUE(names.ok() && !names->empty());
  for (const core::FolderEntry& entry : *names) {
    if (entry.kind != core::EntryKind::kFile) continue;
    const std::string path = folder + "/" + entry.name;
    std::FILE* pipe = ::popen(("sha256sum < '" + path + "'").c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    char line[65] = {};
    const std::size_t n_read = std::fread(line, 1, 64, pipe);
    ::pclose(pipe);
    ASSERT_EQ(n_read, 64u);
    EXPECT_EQ(sha256_hex(*core::read_file(path)), line) << entry.name;
  }
}

}  // namespace
}  // namespace rf::crypto
