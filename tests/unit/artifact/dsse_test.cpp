// SPDX-License-Identifier: MIT
#include "artifact/dsse.hpp"

#include <gtest/gtest.h>

#include <array>

#include "artifact/minisign.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

crypto::Signer signer() {
  std::array<std::uint8_t, crypto::kSeedBytes> seed;
  seed.fill(9);
  return *crypto::Signer::from_seed(seed);
}

std::string line_without_feed() {
  std::string line = *dsse_line(R"({"a":1})", signer());
  EXPECT_EQ(line.back(), '\n');
  line.pop_back();
  return line;
}

// The example of the DSSE specification.
TEST(Dsse, WhatIsSignedIsThePreAuthenticationEncoding) {
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(Dsse, AnEnvelopeIsRead) {
  const auto envelope = read_dsse_line(line_without_feed());
  ASSERT_TRUE(envelope.ok()) << envelope.error().message;
  EXPECT_EQ(envelope->statement, R"({"a":1})");
  EXPECT_EQ(envelope->key_id, key_id(signer().public_key()));
  EXPECT_TRUE(check_envelope(*envelope, signer().public_key()).ok());
}

TEST(Dsse, EveryByteCounts) {
  const std::string line = line_without_feed();
  for (std::size_t i = 0; i < line.size(); ++i)
    for (const int flip : {0x01, 0x20}) {
      std::string changed = line;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const auto envelope = read_dsse_line(changed);
      EXPECT_TRUE(!envelope || envelope->key_id != key_id(signer().public_key()) ||
                  !check_envelope(*envelope, signer().public_key()))
          << i << ": " << changed;
    }
  for (std::size_t size = 0; size < line.size(); ++size)
    EXPECT_FALSE(read_dsse_line(line.substr(0, size)).ok());
}

TEST(Dsse, OtherFormsAreRefused) {
  const json::Value good = *json::parse(line_without_feed());
  EXPECT_FALSE(read_dsse_line(json::pretty(good)).ok()) << "another layout";
  for (const char* key : {"payload", "payloadType", "signatures"}) {
    json::Value changed = good;
    changed.as_object().erase(key);
    EXPECT_FALSE(read_dsse_line(json::canonical(changed)).ok()) << "without " << key;
  }
  json::Value twice = good;
  json::Value::Array& signatures = twice.as_object().at("signatures").as_array();
  signatures.push_back(signatures.front());
  EXPECT_FALSE(read_dsse_line(json::canonical(twice)).ok()) << "two signatures";
  json::Value more = good;
  more.set("note", "x");
  EXPECT_FALSE(read_dsse_line(json::canonical(more)).ok()) << "an unknown member";
  for (const char* text : {"", "[]", "null", "{}", "{\"signatures\":[1]}"})
    EXPECT_FALSE(read_dsse_line(text).ok()) << text;
}

}  // namespace
}  // namespace rf::artifact
