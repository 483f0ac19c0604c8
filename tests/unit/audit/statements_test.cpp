// SPDX-License-Identifier: MIT
// What a key is asked for it must have stated of this very run: what was torn off, carried over from another
// run, said in other words or signed by a key that signs everything does not stand in for it.
#include <cstdint>

#include "artifact/dsse.hpp"
#include "audit/reproduce.hpp"
#include "unit/audit/signed_fixture.hpp"

namespace rf::audit {
namespace {

class Statements : public SignedRuns {};

TEST_F(Statements, AStrippedRecordingIsNone) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files good = read(directory);
  for (const char* lost : {artifact::kFirstMinisig, artifact::kEnvelopes}) {
    put(directory, good);
    std::filesystem::remove(directory + "/" + lost);
    const Verification found = check(directory, {of(author_)});
    EXPECT_FALSE(found.passed) << lost;
    EXPECT_TRUE(checked(found).empty()) << lost;
    EXPECT_FALSE(holds(directory, author_, Wanted::kRecorded)) << lost;
    // The key cannot say anything else of a run whose recording was torn.
    const Files torn = read(directory);
    EXPECT_EQ(sign_now(directory, author_).error().code, core::Code::kRunAltered) << lost;
    EXPECT_EQ(read(directory), torn) << lost;
  }
}

TEST_F(Statements, WhatAKeySaidLaterDoesNotMendATornRecording) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(sign_now(directory, author_, small_.get()).ok());
  EXPECT_TRUE(holds(directory, author_, Wanted::kAny));
  Files files = read(directory);
  const std::vector<std::string> lines = lines_of(files);
  ASSERT_EQ(lines.size(), 2u);
  files[artifact::kEnvelopes] = lines[1];
  put(directory, files);
  for (const Wanted wanted : {Wanted::kAny, Wanted::kRecorded, Wanted::kSigned})
    EXPECT_FALSE(holds(directory, author_, wanted));
}

TEST_F(Statements, AReproductionDoesNotStandInForARecording) {
  run::OwnContext own;
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(reproduce(directory, *small_, &author_, history_, own.context).ok());
  Files files = read(directory);
  for (const Wanted wanted : {Wanted::kAny, Wanted::kRecorded, Wanted::kReproduced})
    EXPECT_TRUE(holds(directory, author_, wanted));
  const std::vector<std::string> lines = lines_of(files);
  ASSERT_EQ(lines.size(), 2u);
  files[artifact::kEnvelopes] = lines[1];
  put(directory, files);
  EXPECT_FALSE(holds(directory, author_, Wanted::kAny)) << "the signature of SHA256SUMS lost its line";
  files.erase(artifact::kFirstMinisig);
  put(directory, files);
  EXPECT_TRUE(holds(directory, author_, Wanted::kAny)) << "as if it had never recorded";
  EXPECT_TRUE(holds(directory, author_, Wanted::kReproduced));
  EXPECT_FALSE(holds(directory, author_, Wanted::kRecorded));
  files[artifact::kEnvelopes] = lines[0] + lines[1];
  put(directory, files);
  EXPECT_FALSE(holds(directory, author_, Wanted::kRecorded)) << "its signature of SHA256SUMS is gone";
}

TEST_F(Statements, EachKeyIsAskedWhatIsWantedOfIt) {
  run::OwnContext own;
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(reproduce(directory, *small_, &reviewer_, history_, own.context).ok());
  EXPECT_TRUE(check(directory, {of(author_, Wanted::kRecorded), of(reviewer_, Wanted::kReproduced)}).passed);
  const Verification turned =
      check(directory, {of(author_, Wanted::kReproduced), of(reviewer_, Wanted::kRecorded)});
  EXPECT_EQ(turned.report.find("failures")->as_array().size(), 2u);
  EXPECT_NE(turned.first_failure.find("by key " + author_id_ + " that it reproduced"), std::string::npos)
      << turned.first_failure;
  EXPECT_TRUE(check(directory, {of(author_), of(author_, Wanted::kRecorded)}).passed)
      << "one key, two wishes";
  EXPECT_FALSE(check(directory, {of(author_), of(author_, Wanted::kReproduced)}).passed);
}

// Version 0.1.0 said so of another version's runs; that comparison did not look at the bytes of the model.
TEST_F(Statements, NumbersAloneDoNotReproduce) {
  const std::string directory = emit_run(*small_, "{}");
  ASSERT_TRUE(attest_held(directory, *open(directory).value()).ok());
  Files files = read(directory);
  const json::Value envelope = *json::parse(files.at(artifact::kEnvelopes));
  json::Value statement = *json::parse(*crypto::from_base64(envelope.find("payload")->as_string()));
  at(statement, {"predicate"})
      .set("compared", "numbers")
      .set("verdict", "numbers-identical")
      .set("runforge_version", "0.1.0");
  files[artifact::kEnvelopes] = artifact::dsse_line(json::canonical(statement), reviewer_).value();
  put(directory, files);
  const Verification found = check(directory, {of(reviewer_)});
  ASSERT_FALSE(found.report.find("signatures")->as_array().empty()) << found.first_failure;
  const json::Value& signature = found.report.find("signatures")->as_array().front();
  EXPECT_EQ(signature.find("compared")->as_string(), "numbers");
  EXPECT_TRUE(signature.find("checked")->as_bool());
  EXPECT_FALSE(holds(directory, reviewer_, Wanted::kReproduced));
}

TEST_F(Statements, LinesOfAnotherRunAreRefused) {
  run::OwnContext own;
  const std::string directory = emit_run(*small_, "{}");
  const Files good = read(directory);
  const std::string other = emit_run(*small_, R"({"seed": 7})", &author_);
  ASSERT_TRUE(sign_now(other, author_, small_.get()).ok());
  ASSERT_TRUE(reproduce(other, *small_, &author_, history_, own.context).ok());
  const std::vector<std::string> lines = lines_of(read(other));
  ASSERT_EQ(lines.size(), 3u);
  for (const std::string& line : lines) {
    Files files = good;
    files[artifact::kEnvelopes] = line;
    put(directory, files);
    for (const Wanted wanted : {Wanted::kAny, Wanted::kRecorded, Wanted::kReproduced, Wanted::kSigned})
      EXPECT_FALSE(holds(directory, author_, wanted)) << line;
    EXPECT_FALSE(check(directory, {}).passed) << "it is not about this run, whoever signed it";
    EXPECT_EQ(sign_now(directory, reviewer_).error().code, core::Code::kRunAltered);
  }
}

/// The signature with the order of the group added to its second half: the same number modulo that order.
crypto::Signature malleated(crypto::Signature signature) {
  const std::string order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const auto digit = static_cast<unsigned>(std::stoi(order.substr(2 * i, 2), nullptr, 16));
    carry += signature[32 + i] + digit;
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  EXPECT_EQ(carry, 0u);
  return signature;
}

std::string_view bytes_of(const crypto::Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

/// The line with another key and signature.
std::string line_with(const std::string& line, const std::string& key_id,
                      const crypto::Signature& signature) {
  json::Value envelope = *json::parse(line);
  at(envelope, {"signatures", "0"}).set("keyid", key_id).set("sig", crypto::base64(bytes_of(signature)));
  return json::canonical(envelope) + "\n";
}

TEST_F(Statements, TheSameSignatureInAnotherFormIsRefused) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files good = read(directory);
  const std::string& line = good.at(artifact::kEnvelopes);
  Files files = good;
  const artifact::Envelope envelope = artifact::read_dsse_line(line.substr(0, line.size() - 1)).value();
  files[artifact::kEnvelopes] = line_with(line, author_id_, malleated(envelope.signature));
  put(directory, files);
  EXPECT_TRUE(names(check(directory, {of(author_)}), artifact::kEnvelopes));

  files = good;
  const artifact::Minisign read = artifact::read_minisign(good.at(artifact::kFirstMinisig)).value();
  std::string& text = files[artifact::kFirstMinisig];
  const std::string old = crypto::base64(bytes_of(read.comment_signature));
  text.replace(text.find(old), old.size(), crypto::base64(bytes_of(malleated(read.comment_signature))));
  put(directory, files);
  EXPECT_TRUE(names(check(directory, {of(author_)}), artifact::kFirstMinisig));
}

// For the neutral element as key, the neutral element and 0 are a signature of everything where nobody
// refuses it.
TEST_F(Statements, AKeyThatSignsEverythingIsRefused) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  Files files = read(directory);
  crypto::PublicKey weak{};
  weak[0] = 1;
  crypto::Signature of_everything{};
  of_everything[0] = 1;
  files[artifact::kEnvelopes] +=
      line_with(files[artifact::kEnvelopes], artifact::key_id(weak), of_everything);
  put(directory, files);
  for (const Wanted wanted : {Wanted::kAny, Wanted::kRecorded})
    EXPECT_FALSE(check(directory, {{weak, wanted}}).passed);
}

}  // namespace
}  // namespace rf::audit
