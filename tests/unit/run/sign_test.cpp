// SPDX-License-Identifier: MIT
// Who signed a run can be told, and whatever is done to a signed run is found. That other programs accept the same
// signatures is seen in tests/clients/signature_test.py.
#include "run/sign.hpp"

#include <algorithm>

#include "artifact/minisign.hpp"
#include "run/emitted.hpp"
#include "run/reproduce.hpp"
#include "run/verify.hpp"
#include "unit/run/emitted_fixture.hpp"

namespace rf::run {
namespace {

using Keys = std::vector<crypto::PublicKey>;

class Sign : public EmittedRuns {
 protected:
  static Verification check(const std::string& directory, const Keys& keys) {
    OwnContext own;
    auto found = verify(directory, nullptr, keys, own.context);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? std::move(*found) : Verification{};
  }

  static const json::Value& layer(const Verification& found) {
    return found.report.find("layers")->as_array().back();
  }
  static std::string status(const Verification& found) { return layer(found).find("status")->as_string(); }

  /// "recorded 0123456789ABCDEF" of each signature that was checked.
  static std::vector<std::string> checked(const Verification& found) {
    std::vector<std::string> all;
    for (const json::Value& signature : found.report.find("signatures")->as_array())
      if (signature.find("checked")->as_bool())
        all.push_back(signature.find("says")->as_string() + " " + signature.find("key_id")->as_string());
    return all;
  }

  static bool names(const Verification& found, const std::string& file) {
    const json::Value::Array& failures = found.report.find("failures")->as_array();
    return std::any_of(failures.begin(), failures.end(), [&](const json::Value& failure) {
      return failure.find("file")->as_string() == file ||
             failure.find("message")->as_string().find(file) != std::string::npos;
    });
  }

  static core::Result<> sign_now(const std::string& directory, const crypto::Signer& signer) {
    OwnContext own;
    return sign(directory, signer, own.context);
  }

  const std::shared_ptr<const LoadedDataset> small_ = load_text(kSmallCsv);
  const crypto::Signer author_ = test_signer(1);
  const crypto::Signer reviewer_ = test_signer(2);
  const crypto::Signer stranger_ = test_signer(3);
  const std::string author_id_ = artifact::key_id(author_.public_key());
  const std::string reviewer_id_ = artifact::key_id(reviewer_.public_key());
};

TEST_F(Sign, ASignedRunTellsItsSigner) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Verification found = check(directory, {author_.public_key()});
  EXPECT_TRUE(found.passed) << found.first_failure;
  EXPECT_EQ(status(found), "passed");
  EXPECT_EQ(checked(found), std::vector{"recorded " + author_id_});
}

TEST_F(Sign, WithoutKeysSignaturesAreNotChecked) {
  const Verification unsigned_run = check(emit_run(*small_, "{}"), {});
  EXPECT_TRUE(unsigned_run.passed);
  EXPECT_EQ(status(unsigned_run), "not_checked");
  const Verification found = check(emit_run(*small_, R"({"seed": 3})", &author_), {});
  EXPECT_TRUE(found.passed) << found.first_failure;
  EXPECT_EQ(status(found), "not_checked");
  EXPECT_NE(layer(found).find("reason")->as_string().find(author_id_), std::string::npos);
  EXPECT_TRUE(checked(found).empty());
}

TEST_F(Sign, AKeyThatDidNotSignFails) {
  for (const crypto::Signer* signer : {static_cast<const crypto::Signer*>(nullptr), &author_}) {
    const Verification found = check(emit_run(*small_, "{}", signer), {reviewer_.public_key()});
    EXPECT_FALSE(found.passed);
    EXPECT_NE(found.first_failure.find(reviewer_id_), std::string::npos) << found.first_failure;
  }
}

TEST_F(Sign, SigningWhileWritingAndAfterwardsGivesTheSame) {
  const std::string at_once = emit_run(*small_, "{}", &author_);
  const Files wanted = read(at_once);
  std::filesystem::remove_all(at_once);
  const std::string later = emit_run(*small_, "{}");
  ASSERT_TRUE(sign_now(later, author_).ok());
  EXPECT_EQ(read(later), wanted);
  EXPECT_EQ(sign_now(later, author_).error().code, core::Code::kAlreadyExists);
  EXPECT_EQ(read(later), wanted);
}

TEST_F(Sign, SeveralMaySignOneRun) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  ASSERT_TRUE(sign_now(directory, stranger_).ok());
  const Verification found = check(directory, {author_.public_key(), reviewer_.public_key()});
  EXPECT_TRUE(found.passed) << found.first_failure;
  EXPECT_EQ(status(found), "passed");
  EXPECT_EQ(checked(found), (std::vector{"recorded " + author_id_, "recorded " + reviewer_id_}));
  EXPECT_NE(layer(found).find("reason")->as_string().find(artifact::key_id(stranger_.public_key())),
            std::string::npos);
}

TEST_F(Sign, WhatAFirstTryLeftOutIsMadeUpFor) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files wanted = read(directory);
  for (const char* lost : {kFirstMinisig, kEnvelopes}) {
    std::filesystem::remove(directory + "/" + lost);
    ASSERT_TRUE(sign_now(directory, author_).ok()) << lost;
    EXPECT_EQ(read(directory), wanted) << lost;
  }
  write(directory, ".runforge-0123456789abcdef", "left by a killed signer");
  EXPECT_TRUE(sign_now(directory, reviewer_).ok());
  EXPECT_FALSE(std::filesystem::exists(directory + "/.runforge-0123456789abcdef"));
}

TEST_F(Sign, AnAlteredRunIsNotSigned) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  edit(files, "metrics.v1.json", [](json::Value& metrics) { metrics.set("accuracy", 0.123); });
  reseal(files);
  put(directory, files);
  const core::Error error = sign_now(directory, author_).error();
  EXPECT_EQ(error.code, core::Code::kRunAltered);
  EXPECT_NE(error.message.find("metrics.v1.json"), std::string::npos) << error.message;
  EXPECT_EQ(read(directory), files);
  EXPECT_EQ(sign_now(folder_.path("none"), author_).error().code, core::Code::kFileNotFound);
}

TEST_F(Sign, WhoReproducedSaysSo) {
  OwnContext own;
  const std::string directory = emit_run(*small_, "{}", &author_);
  auto found = reproduce(directory, *small_, &reviewer_, own.context);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(found->reproduced);
  EXPECT_EQ(found->report.find("attested_by")->as_string(), reviewer_id_);
  const Files once = read(directory);
  ASSERT_TRUE(reproduce(directory, *small_, &reviewer_, own.context).ok());
  EXPECT_EQ(read(directory), once) << "the same statement is not added twice";

  const Verification verified = check(directory, {author_.public_key(), reviewer_.public_key()});
  EXPECT_TRUE(verified.passed) << verified.first_failure;
  EXPECT_EQ(checked(verified), (std::vector{"recorded " + author_id_, "reproduced " + reviewer_id_}));

  // Nothing is attested that did not come out the same.
  Files files = once;
  edit(files, "metrics.v1.json", [](json::Value& metrics) { metrics.set("accuracy", 0.123); });
  put(directory, files);
  found = reproduce(directory, *small_, &stranger_, own.context);
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->reproduced);
  EXPECT_EQ(read(directory), files);
}

TEST_F(Sign, AnotherRunsSignaturesAreRefused) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files other = read(emit_run(*small_, R"({"seed": 7})", &author_));
  const Files good = read(directory);
  for (const char* name : {kFirstMinisig, kEnvelopes}) {
    Files files = good;
    files[name] = other.at(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {author_.public_key()}), name)) << name;
    files[name] = "";
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {author_.public_key()}), name)) << "empty " << name;
    EXPECT_TRUE(names(check(directory, {}), name)) << "empty, no key, " << name;
    files.erase(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {author_.public_key()}), name)) << "without " << name;
    files["renamed-" + std::string(name)] = good.at(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {author_.public_key()}), name)) << "renamed " << name;
  }
  Files files = good;
  files["SHA256SUMS." + reviewer_id_ + ".minisig"] = good.at(kFirstMinisig);
  put(directory, files);
  EXPECT_FALSE(check(directory, {author_.public_key()}).passed) << "a name that tells of another key";
}

// Under a sanitizer every fifth byte: each takes milliseconds there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kByteStep = 5;
#else
constexpr std::size_t kByteStep = 1;
#endif
// Without a key each byte of the other files is found to count (Verify.EveryByteCounts); a key only adds failures.
constexpr std::size_t kCoarseStep = 13;

// What is left open is the text of minisign's untrusted comment, which no signature covers.
TEST_F(Sign, EveryByteOfASignedRunCounts) {
  const std::string directory = emit_run(*small_, R"({"model": "logistic_regression"})", &author_);
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  const Keys keys = {author_.public_key(), reviewer_.public_key()};
  for (const auto& [name, bytes] : read(directory)) {
    const bool is_minisig = name.ends_with(".minisig");
    const std::size_t comment_begin = std::string("untrusted comment: ").size();
    const std::size_t comment_end = bytes.find('\n');
    const std::size_t step = is_signature(name) || name == kSums ? kByteStep : kCoarseStep;
    for (std::size_t i = 0; i < bytes.size(); i += step) {
      if (is_minisig && i >= comment_begin && i < comment_end) continue;
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (i % 2 == 0 ? 0x01 : 0x20));
      write(directory, name, changed);
      const Verification found = check(directory, keys);
      ASSERT_FALSE(found.passed) << name << ", byte " << i;
      ASSERT_TRUE(names(found, name)) << name << ", byte " << i << ": " << found.first_failure;
    }
    write(directory, name, bytes);
  }
  EXPECT_TRUE(check(directory, keys).passed);
}

TEST_F(Sign, ARunInMemorySignsTheSameStatement) {
  const auto run = train_on(*small_, "{}");
  const std::string directory = emit_run(*small_, "{}", &author_);
  EXPECT_EQ(*sign_statement(*run, author_), read(directory).at(kEnvelopes));
}

TEST_F(Sign, ASignerThatFailsLeavesNothing) {
  const auto refuse =
      crypto::Signer::from_function([](std::string_view, crypto::Signature&) { return false; }, author_.public_key());
  OwnContext own;
  const auto emitted = emit(*train_on(*small_, "{}"), folder_.path("runs"), {}, &refuse, own.context);
  EXPECT_EQ(emitted.error().code, core::Code::kSigningFailed);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("runs")));
  const std::string directory = emit_run(*small_, "{}");
  const Files before = read(directory);
  EXPECT_EQ(sign_now(directory, refuse).error().code, core::Code::kSigningFailed);
  EXPECT_EQ(read(directory), before);
}

}  // namespace
}  // namespace rf::run
