// SPDX-License-Identifier: MIT
// Who signed a run can be told, and whatever is done to a signed run is found. That other programs accept the
// same signatures is seen in tests/clients/signature_test.py.
#include "audit/sign.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "artifact/version.hpp"
#include "audit/reproduce.hpp"
#include "audit/whole.hpp"
#include "unit/audit/signed_fixture.hpp"
#include "unit/core/sanitized.hpp"

namespace rf::audit {
namespace {

class Sign : public SignedRuns {};

TEST_F(Sign, ASignedRunTellsItsSigner) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Verification found = check(directory, {of(author_)});
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
    const Verification found = check(emit_run(*small_, "{}", signer), {of(reviewer_)});
    EXPECT_FALSE(found.passed);
    EXPECT_NE(found.first_failure.find(reviewer_id_), std::string::npos) << found.first_failure;
  }
}

TEST_F(Sign, OnlyTrainingRecords) {
  const std::string directory = emit_run(*small_, "{}");
  const Files before = read(directory);
  ASSERT_TRUE(sign_now(directory, author_).ok());
  Files files = read(directory);
  EXPECT_EQ(predicate_of(files.at(artifact::kEnvelopes)).find("verdict")->as_string(), "found whole");
  EXPECT_EQ(predicate_of(files.at(artifact::kEnvelopes)).find("data")->as_string(), "not checked");
  EXPECT_EQ(checked(check(directory, {of(author_)})), std::vector{"signed " + author_id_});
  EXPECT_TRUE(holds(directory, author_, Wanted::kSigned));
  EXPECT_FALSE(holds(directory, author_, Wanted::kRecorded));
  EXPECT_FALSE(holds(directory, author_, Wanted::kReproduced));
  EXPECT_EQ(sign_now(directory, author_).error().code, core::Code::kAlreadyExists);
  EXPECT_EQ(read(directory), files);
  files.erase(artifact::kEnvelopes);
  files.erase(artifact::kFirstMinisig);
  EXPECT_EQ(files, before);

  const std::string recorded = emit_run(*small_, R"({"seed": 3})", &author_);
  EXPECT_TRUE(holds(recorded, author_, Wanted::kRecorded));
  EXPECT_FALSE(holds(recorded, author_, Wanted::kSigned));
  EXPECT_EQ(sign_now(recorded, author_).error().code, core::Code::kAlreadyExists)
      << "who recorded has said more";
}

TEST_F(Sign, SigningWithTheDataSaysThatItHolds) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  for (const crypto::Signer* signer : {&author_, &reviewer_, &stranger_}) {
    const core::Result<> once = sign_now(directory, *signer, small_.get());
    ASSERT_TRUE(once.ok()) << once.error().message;
    EXPECT_EQ(sign_now(directory, *signer, small_.get()).error().code, core::Code::kAlreadyExists);
    EXPECT_EQ(predicate_of(lines_of(read(directory)).back()).find("data")->as_string(), "holds");
    EXPECT_TRUE(holds(directory, *signer, Wanted::kSigned));
  }
  EXPECT_EQ(sign_now(directory, stranger_).error().code, core::Code::kAlreadyExists) << "it has said more";
  EXPECT_TRUE(holds(directory, author_, Wanted::kRecorded));
}

TEST_F(Sign, WhatDoesNotHoldForTheDataIsNotSigned) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  const auto respelled = run::load_text(std::string(kSmallCsv) + "\n");
  const auto other = run::load_text(std::string(kSmallCsv) + "9,9,red,a\n");
  for (const auto& dataset : {respelled, other}) {
    EXPECT_EQ(sign_now(directory, author_, dataset.get()).error().code, core::Code::kDatasetMismatch);
    EXPECT_EQ(read(directory), files);
  }
  edit(files, "dataset.v1.json", [](json::Value& document) {
    at(document, {"columns", "0"}).set("max", 99.5);
  });
  reseal(files);
  put(directory, files);
  const core::Error error = sign_now(directory, author_, small_.get()).error();
  EXPECT_EQ(error.code, core::Code::kRunAltered);
  EXPECT_NE(error.message.find("dataset.v1.json"), std::string::npos) << error.message;
  EXPECT_EQ(read(directory), files);
}

TEST_F(Sign, SeveralMaySignOneRun) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  ASSERT_TRUE(sign_now(directory, stranger_).ok());
  const Verification found = check(directory, {of(author_), of(reviewer_)});
  EXPECT_TRUE(found.passed) << found.first_failure;
  EXPECT_EQ(status(found), "passed");
  EXPECT_EQ(checked(found), (std::vector{"recorded " + author_id_, "signed " + reviewer_id_}));
  EXPECT_NE(layer(found).find("reason")->as_string().find(artifact::key_id(stranger_.public_key())),
            std::string::npos);
}

TEST_F(Sign, WhatAFirstTryLeftOutIsMadeUpFor) {
  const std::string directory = emit_run(*small_, "{}");
  ASSERT_TRUE(sign_now(directory, author_).ok());
  const Files wanted = read(directory);
  for (const char* lost : {artifact::kFirstMinisig, artifact::kEnvelopes}) {
    std::filesystem::remove(directory + "/" + lost);
    ASSERT_TRUE(sign_now(directory, author_).ok()) << lost;
    EXPECT_EQ(read(directory), wanted) << lost;
  }
}

TEST_F(Sign, WhatAKilledSignerLeftIsPassedOverAndCleared) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files before = read(directory);
  const pid_t child = ::fork();
  if (child == 0) {
    core::FileChanges changes = *core::FileChanges::begin(directory);
    ::_exit(changes.stage(artifact::kEnvelopes, "half", core::FileChanges::Kind::kReplacing).ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto n_entries = [&] { return std::distance(std::filesystem::directory_iterator(directory), {}); };
  ASSERT_EQ(n_entries(), static_cast<std::ptrdiff_t>(before.size()) + 1);
  const Verification found = check(directory, {of(author_)});
  EXPECT_TRUE(found.passed) << found.first_failure;
  EXPECT_EQ(found.report.find("notes")->as_array().at(0).find("about")->as_string(), "interrupted_command");
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  EXPECT_EQ(n_entries(), static_cast<std::ptrdiff_t>(before.size()) + 1)
      << "one signature more, and nothing else";
  EXPECT_TRUE(check(directory, {of(author_), of(reviewer_)}).report.find("notes")->as_array().empty());
}

TEST_F(Sign, AFileOfAStagingNameIsForeign) {
  const std::string directory = emit_run(*small_, "{}");
  write(directory, ".runforge-0123456789abcdef", "anybody's");
  const Files before = read(directory);
  EXPECT_FALSE(check(directory, {}).passed);
  EXPECT_EQ(sign_now(directory, author_).error().code, core::Code::kRunAltered);
  EXPECT_EQ(read(directory), before);
}

// Whoever verifies while others sign sees each signature whole or not at all.
TEST_F(Sign, VerifyingBesideManySignersNeverSaysAltered) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  std::vector<crypto::Signer> signers;
  std::vector<WantedKey> keys{of(author_)};
  for (int i = 0; i < 12; ++i) signers.push_back(crypto::Signer::generate().value());
  std::atomic<std::size_t> n_signed = 0;
  std::vector<std::thread> threads;
  for (const crypto::Signer& signer : signers)
    threads.emplace_back([&] { n_signed += sign_now(directory, signer).ok() ? 1 : 0; });
  int n_looks = 0;
  std::string altered;
  do {
    const bool all = n_signed == signers.size();
    for (const crypto::Signer& signer : signers) {
      // A key that has begun to sign has its signature and its statement, or neither.
      const Verification found = check(directory, {of(author_), of(signer)});
      const bool is_unsigned = found.first_failure.find("has not signed") != std::string::npos ||
                               found.first_failure.find("is not signed by") != std::string::npos;
      if (!found.passed && (all || !is_unsigned)) altered = found.first_failure;
      ++n_looks;
    }
    if (all) break;
  } while (altered.empty() && n_looks < 10000);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(altered, "");
  EXPECT_EQ(n_signed, signers.size());
  for (const crypto::Signer& signer : signers) keys.push_back(of(signer));
  EXPECT_TRUE(check(directory, keys).passed);
}

TEST_F(Sign, AForeignLockIsWaitedForUntilTheCallerAsksToStop) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files before = read(directory);
  const int foreign = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::flock(foreign, LOCK_EX | LOCK_NB), 0);
  std::atomic<bool> cancel = false;
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  core::Monitor monitor(hooks);
  run::OwnContext own;
  core::Context context{own.context.workers, monitor, own.context.kernels};
  std::thread asks([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    cancel = true;
  });
  EXPECT_EQ(sign(directory, nullptr, reviewer_, context).error().code, core::Code::kCancelled);
  asks.join();
  ::close(foreign);
  EXPECT_EQ(read(directory), before);
  EXPECT_TRUE(sign_now(directory, reviewer_).ok());
}

TEST_F(Sign, AnAlteredRunIsNotSigned) {
  const std::string directory = emit_run(*small_, "{}");
  Files files = read(directory);
  edit(files, "metrics.v1.json", [](json::Value& metrics) { metrics.set("accuracy", 0.123); });
  reseal(files);
  put(directory, files);
  const core::Result<> signed_now = sign_now(directory, author_);
  EXPECT_EQ(read(directory), files);
  ASSERT_FALSE(signed_now.ok());
  EXPECT_EQ(signed_now.error().code, core::Code::kRunAltered);
  EXPECT_NE(signed_now.error().message.find("metrics.v1.json"), std::string::npos)
      << signed_now.error().message;
  EXPECT_EQ(sign_now(folder_.path("none"), author_).error().code, core::Code::kFileNotFound);
}

TEST_F(Sign, WhoReproducedSaysSo) {
  run::OwnContext own;
  const std::string directory = emit_run(*small_, "{}", &author_);
  auto found = reproduce(directory, *small_, &reviewer_, history_, own.context);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(found->reproduced);
  EXPECT_EQ(found->report.find("attested_by")->as_string(), reviewer_id_);
  const Files once = read(directory);
  ASSERT_TRUE(reproduce(directory, *small_, &reviewer_, history_, own.context).ok());
  EXPECT_EQ(read(directory), once) << "the same statement is not added twice";

  const Verification verified = check(directory, {of(author_), of(reviewer_)});
  EXPECT_TRUE(verified.passed) << verified.first_failure;
  EXPECT_EQ(checked(verified), (std::vector{"recorded " + author_id_, "reproduced " + reviewer_id_}));

  // Nothing is attested that did not come out the same.
  Files files = once;
  edit(files, "metrics.v1.json", [](json::Value& metrics) { metrics.set("accuracy", 0.123); });
  put(directory, files);
  found = reproduce(directory, *small_, &stranger_, history_, own.context);
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->reproduced);
  EXPECT_EQ(found->verdict.error().code, core::Code::kRunAltered);
  EXPECT_EQ(read(directory), files);
}

TEST_F(Sign, WhatCameOutOtherwiseIsNotAttested) {
  const std::string directory = emit_run(*small_, R"({"model": "decision_tree"})");
  Files files = read(directory);
  // It holds together, with the data too: only training again knows better.
  change_last_bit(files["model.safetensors"], "forest.threshold");
  reseal(files);
  put(directory, files);
  run::OwnContext own;
  const auto found = reproduce(directory, *small_, &author_, history_, own.context);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_FALSE(found->reproduced);
  EXPECT_EQ(found->verdict.error().code, core::Code::kNotReproduced);
  EXPECT_EQ(found->report.find("attested_by"), nullptr);
  EXPECT_EQ(read(directory), files);
}

// The files of a run may be held by a process that read them from anywhere.
TEST_F(Sign, AnOpenedRunIsLookedAtBeforeItIsEmittedOrSigned) {
  const auto forged = open(forged_run()).value();
  std::filesystem::create_directory(folder_.path("again"));
  for (const crypto::Signer* signer : {static_cast<const crypto::Signer*>(nullptr), &author_}) {
    const auto emitted = emit_opened(*forged, signer);
    EXPECT_EQ(emitted.error().code, core::Code::kRunAltered);
    EXPECT_NE(emitted.error().message.find("metrics.v1.json"), std::string::npos) << emitted.error().message;
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path("again")));
  }
  EXPECT_EQ(statement_of(*forged, author_).error().code, core::Code::kRunAltered);

  // One byte of the model, and nothing made right again: it is not even opened.
  const std::string directory = emit_run(*small_, R"({"seed": 7})");
  AnyRun held = *open(directory).value();
  Files files = read(directory);
  files["model.safetensors"].back() ^= 1;
  put(directory, files);
  EXPECT_EQ(open(directory).error().code, core::Code::kRunAltered);
  for (artifact::File& file : held.files)
    if (file.name == "model.safetensors") file.bytes = files["model.safetensors"];
  EXPECT_EQ(emit_opened(held, &author_).error().code, core::Code::kRunAltered);
  EXPECT_EQ(statement_of(held, author_).error().code, core::Code::kRunAltered);
}

TEST_F(Sign, AnOpenedRunIsSignedAsFoundWhole) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const auto opened = open(directory).value();
  const auto again = emit_opened(*opened, &reviewer_);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(checked(check(*again, {of(reviewer_)})), std::vector{"signed " + reviewer_id_});
  EXPECT_FALSE(holds(*again, reviewer_, Wanted::kRecorded));
  EXPECT_EQ(*statement_of(*opened, reviewer_), read(*again).at(artifact::kEnvelopes));
  const std::string plain = emit_opened(*opened, nullptr).value();
  EXPECT_TRUE(check(plain, {}).passed);

  // The author's line is about the same run.json; without the signature that came with it nobody recorded
  // this one.
  Files files = read(plain);
  files[artifact::kEnvelopes] = read(directory).at(artifact::kEnvelopes);
  put(plain, files);
  EXPECT_FALSE(holds(plain, author_, Wanted::kRecorded));
  files[artifact::kFirstMinisig] = read(directory).at(artifact::kFirstMinisig);
  put(plain, files);
  EXPECT_FALSE(holds(plain, author_, Wanted::kRecorded)) << "it is of other sums";
}

TEST_F(Sign, AnOpenedRunOfAnotherVersionIsNotWrittenInItsName) {
  AnyRun run = *open(emit_run(*small_, "{}")).value();
  for (artifact::File& file : run.files) {
    if (file.name != artifact::kRecord) continue;
    json::Value record = *json::parse(file.bytes);
    record.set("runforge_version", "0.1.0");
    file.bytes = json::pretty(record);
  }
  const auto emitted = emit_opened(run, nullptr);
  ASSERT_FALSE(emitted.ok());
  EXPECT_EQ(emitted.error().code, core::Code::kUnsupportedVersion) << emitted.error().message;
}

TEST_F(Sign, NoOneAttestsFilesThatTheRecordDoesNotName) {
  const std::string directory = emit_run(*small_, "{}");
  AnyRun run = *open(directory).value();
  const Files before = read(directory);
  for (artifact::File& file : run.files) {
    const std::string good = file.bytes;
    if (file.name == artifact::kRecord) continue;
    file.bytes.back() ^= 1;
    const core::Result<> attested = attest_held(directory, run);
    ASSERT_FALSE(attested.ok());
    EXPECT_EQ(attested.error().code, core::Code::kRunAltered);
    EXPECT_NE(attested.error().message.find(file.name), std::string::npos) << attested.error().message;
    EXPECT_EQ(read(directory), before);
    file.bytes = good;
  }
  EXPECT_TRUE(attest_held(directory, run).ok());
  EXPECT_TRUE(holds(directory, reviewer_, Wanted::kReproduced));
}

TEST_F(Sign, AnotherRunsSignaturesAreRefused) {
  const std::string directory = emit_run(*small_, "{}", &author_);
  const Files other = read(emit_run(*small_, R"({"seed": 7})", &author_));
  const Files good = read(directory);
  for (const char* name : {artifact::kFirstMinisig, artifact::kEnvelopes}) {
    Files files = good;
    files[name] = other.at(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {of(author_)}), name)) << name;
    files[name] = "";
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {of(author_)}), name)) << "empty " << name;
    EXPECT_TRUE(names(check(directory, {}), name)) << "empty, no key, " << name;
    files.erase(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {of(author_)}), name)) << "without " << name;
    files["renamed-" + std::string(name)] = good.at(name);
    put(directory, files);
    EXPECT_TRUE(names(check(directory, {of(author_)}), name)) << "renamed " << name;
  }
  Files files = good;
  files["SHA256SUMS." + reviewer_id_ + ".minisig"] = good.at(artifact::kFirstMinisig);
  put(directory, files);
  EXPECT_FALSE(check(directory, {of(author_)}).passed) << "a name that tells of another key";
}

// Under a sanitizer every fifth byte: each takes milliseconds there.
#if RF_TEST_SANITIZED
constexpr std::size_t kByteStep = 5;
#else
constexpr std::size_t kByteStep = 1;
#endif
// Without a key each byte of the other files is found to count (Verify.EveryByteCounts); a key only adds
// failures.
constexpr std::size_t kCoarseStep = 13;

// What is left open is the text of minisign's untrusted comment, which no signature covers.
TEST_F(Sign, EveryByteOfASignedRunCounts) {
  const std::string directory = emit_run(*small_, R"({"model": "logistic_regression"})", &author_);
  ASSERT_TRUE(sign_now(directory, reviewer_).ok());
  const Keys keys = {of(author_), of(reviewer_)};
  for (const auto& [name, bytes] : read(directory)) {
    const bool is_minisig = name.ends_with(".minisig");
    const std::size_t comment_begin = std::string("untrusted comment: ").size();
    const std::size_t comment_end = bytes.find('\n');
    const std::size_t step = is_signature(name) || name == artifact::kSums ? kByteStep : kCoarseStep;
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
  const auto run = run::train_on(*small_, "{}");
  const std::string directory = emit_run(*small_, "{}", &author_);
  EXPECT_EQ(*statement_of(*run, author_), read(directory).at(artifact::kEnvelopes));
}

TEST_F(Sign, ASignerThatFailsLeavesNothing) {
  const auto refuse = crypto::Signer::from_function(
      [](std::string_view, crypto::Signature&) { return false; }, author_.public_key());
  run::OwnContext own;
  const auto emitted = emit(*run::train_on(*small_, "{}"), folder_.path("runs"), {}, &refuse, own.context);
  EXPECT_EQ(emitted.error().code, core::Code::kSigningFailed);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("runs")));
  const std::string directory = emit_run(*small_, "{}");
  const Files before = read(directory);
  EXPECT_EQ(sign_now(directory, refuse).error().code, core::Code::kSigningFailed);
  EXPECT_EQ(read(directory), before);
}

TEST_F(Sign, NoMoreSignaturesAreAddedThanAReaderTakes) {
  const std::string directory = emit_run(*small_, "{}");
  const std::string sums = read(directory).at(artifact::kSums);
  for (std::uint8_t i = 0; i < 250; ++i)
    for (std::uint8_t j = 0; j < 4; ++j) {
      if (4 * i + j >= 998) continue;
      const crypto::Signer signer = test_signer(static_cast<std::uint8_t>(4 + i), j);
      write(directory, minisig_name(artifact::key_id(signer.public_key())),
            *artifact::minisign_text(sums, trusted_comment(artifact::Says::kSigned, "x", "y"), signer));
    }
  ASSERT_TRUE(sign_now(directory, author_).ok());
  const Files before = read(directory);
  ASSERT_EQ(
      std::count_if(before.begin(), before.end(), [](const auto& file) { return is_signature(file.first); }),
      std::ptrdiff_t{kMostSignatures});
  EXPECT_TRUE(holds(directory, author_, Wanted::kSigned));
  EXPECT_EQ(sign_now(directory, reviewer_).error().code, core::Code::kLimitReached);
  EXPECT_EQ(read(directory), before);
  EXPECT_TRUE(holds(directory, author_, Wanted::kSigned));
}

// Another run was moved to the place of the one that was checked.
TEST_F(Sign, NothingIsSignedThatWasNotChecked) {
  const auto run = run::train_on(*small_, "{}");
  const std::string other = emit_run(*small_, R"({"seed": 3})");
  const Files before = read(other);
  EXPECT_EQ(attest_held(other, *run).error().code, core::Code::kRunAltered);
  const std::string directory = emit_run(*small_, "{}");
  const auto exchanges = crypto::Signer::from_function(
      [&](std::string_view message, crypto::Signature& signature) {
        if (std::filesystem::exists(other)) {  // at the first of several calls
          std::filesystem::rename(directory, directory + ".old");
          std::filesystem::rename(other, directory);
        }
        const auto made = author_.sign(message);
        if (made.ok()) signature = *made;
        return made.ok();
      },
      author_.public_key());
  EXPECT_EQ(sign_now(directory, exchanges).error().code, core::Code::kRunAltered);
  EXPECT_EQ(read(directory), before);
}

TEST_F(Sign, NothingIsAddedToStatementsThatAreCutOff) {
  const std::string directory = emit_run(*small_, "{}");
  write(directory, "run.intoto.jsonl", "garbage");
  const Files before = read(directory);
  run::OwnContext own;
  const auto found = reproduce(directory, *small_, &author_, run::product_history(), own.context);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_FALSE(found->reproduced);
  EXPECT_EQ(found->verdict.error().code, core::Code::kRunAltered);
  EXPECT_EQ(read(directory), before);
}

}  // namespace
}  // namespace rf::audit
