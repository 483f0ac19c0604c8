// SPDX-License-Identifier: MIT
// Records of the past, made by hand: a run of this version is edited into what a version that only the tests
// know would have written. No function that judges records has a part in it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "artifact/version.hpp"
#include "audit/diff.hpp"
#include "audit/emitted.hpp"
#include "audit/reproduce.hpp"
#include "audit/sign.hpp"
#include "audit/verify.hpp"
#include "core/text.hpp"
#include "crypto/base64.hpp"
#include "run/options.hpp"
#include "unit/audit/emitted_fixture.hpp"

namespace rf::audit {

using artifact::Entry;
using artifact::History;
using artifact::Thing;

inline constexpr const char* kOld = "0.0.9";
/// What came after the old version came with this one.
inline constexpr const char* kLater = "0.1.0";
/// Words that no sentence of this library has.
inline constexpr const char* kOldProse = "a sentence of days gone by";

/// Two columns of kSmallCsv with spaces to trim, rows that lack a value, and rows that stand there twice.
inline constexpr const char* kNoisyCsv =
    "x,y,colour,label\n"
    "1, 5,red,a\n2,3,blue,b\n3,4,red,a\n4,1,blue,b\n,6,red,a\n6,2,blue,b\n7,8,red,b\n8,1,green,b\n"
    "1.5,5,red,a\n2.5,3,blue,b\n3.5,4,red,a\n4.5,1,blue,a\n5.5,6,red,a\n6.5,2,blue,b\n7.5,8,red,a\n8.5,1,"
    "green,b\n"
    "1.5,5,red,a\n2.5,3,blue,b\n3.5,4,red,a\n4.5,1,blue,a\n5.5,6,red,a\n6.5,2,blue,b\n7.5,8,red,a\n8.5,1,"
    "green,b\n";

/// One thing that the old version did otherwise.
struct Past {
  const char* config;                     ///< of the run of this version
  std::function<void(History&)> history;  ///< what the table says of it; the old row comes first
  std::function<void(Files&)> age;        ///< the same by hand
  const char* reading = "{}";
};

inline Entry& entry(History& history, Thing thing, std::string_view name) {
  for (Entry& one : history.entries)
    if (one.thing == thing && one.name == name) return one;
  ADD_FAILURE() << "the history has no " << name;
  return history.entries.front();
}

/// The thing came later, and is without effect at the value.
inline void came_later(History& history, Thing thing, std::string_view name,
                       std::optional<json::Value> neutral = std::nullopt) {
  Entry& one = entry(history, thing, name);
  one.since = kLater;
  one.neutral = std::move(neutral);
}

inline json::Value& first_with_code(json::Value& record, std::string_view code) {
  for (json::Value& one : at(record, {"diagnostics"}).as_array())
    if (one.find("code")->as_string() == code) return one;
  ADD_FAILURE() << "the record has no " << code;
  return at(record, {"diagnostics", "0"});
}

class PastRecords : public EmittedRuns {
 protected:
  static History with_row(const std::function<void(History&)>& change) {
    History history = run::product_history();
    artifact::Release row = history.running();
    row.version = kOld;
    history.releases.insert(history.releases.begin(), std::move(row));
    for (Entry& one : history.entries) one.since = kOld;
    change(history);
    return history;
  }
  static History with_row() {
    return with_row([](History&) {});
  }

  std::shared_ptr<const run::LoadedDataset> load(const char* reading = "{}") {
    folder_.write("data.csv", kNoisyCsv);
    run::OwnContext own;
    return run::load_file(folder_.path("data.csv"), run::read_dataset_options(reading).value(), own.context)
        .value();
  }

  static void hand_edit(Files& files, const char* name, const std::function<void(json::Value&)>& change) {
    json::Value document = json::parse(files.at(name)).value();
    change(document);
    files[name] = json::pretty(document);
  }

  /// What the edits left open: the version, and every digest in its order.
  static void seal_as(Files& files, const std::string& version) {
    for (auto& [name, bytes] : files)
      if (name.ends_with(".json"))
        edit(files, name, [&](json::Value& document) { document.set("runforge_version", version); });
    const json::Value record = json::parse(files.at(artifact::kRecord)).value();
    json::Value inputs;
    inputs.set("config", *record.find("config"))
        .set("content_sha256", *record.find("dataset")->find("content_sha256"))
        .set("numeric_profile", *record.find("numeric_profile"));
    const std::string digest = crypto::sha256_hex(json::canonical(inputs));
    const std::string model = files.at(artifact::kModel);
    artifact::Container container = artifact::read_safetensors(model).value();
    container.metadata["runforge_version"] = version;
    container.metadata["input_digest"] = digest;
    files[artifact::kModel] = artifact::write_safetensors(container);
    hand_edit(files, artifact::kRecord, [&](json::Value& document) { document.set("input_digest", digest); });
    hand_edit(files, artifact::kExecution, [&](json::Value& document) {
      const std::string& id = document.find("run_id")->as_string();
      document.set("run_id", id.substr(0, id.rfind('-') + 1) + digest.substr(0, 8));
    });
    if (files.contains(artifact::kIndex))
      hand_edit(files, artifact::kIndex, [&](json::Value& document) {
        document.set("input_digest", digest);
        for (auto& [key, one] : at(document, {"available_artifacts"}).as_object())
          one.set("sha256", crypto::sha256_hex(files.at(one.find("path")->as_string())));
      });
    reseal(files);
  }

  /// The directory of these files, called as their run id says.
  std::string place(const std::string& where, const Files& files) {
    const json::Value execution = json::parse(files.at(artifact::kExecution)).value();
    std::filesystem::create_directories(folder_.path(where));
    const std::string directory = folder_.path(where) + "/" + execution.find("run_id")->as_string();
    put(directory, files);
    return directory;
  }

  static Verification check(const std::string& directory, const History& history,
                            const run::LoadedDataset* dataset = nullptr,
                            std::span<const WantedKey> keys = {}) {
    run::OwnContext own;
    auto found = verify(directory, {dataset, keys}, history, own.context);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? std::move(*found) : Verification{};
  }
  static std::string first(const Verification& found) {
    return found.passed ? "passed" : found.first_failure;
  }

  static core::Result<Reproduction> again(const std::string& directory, const History& history,
                                          const run::LoadedDataset& dataset,
                                          const crypto::Signer* signer = nullptr) {
    run::OwnContext own;
    return reproduce(directory, dataset, signer, history, own.context);
  }

  /// The files of a run of this version, in a directory of their own, and the same aged.
  struct Pair {
    std::shared_ptr<const run::LoadedDataset> dataset;
    std::string now;
    Files aged;
  };
  Pair age(const Past& past) {
    Pair pair{load(past.reading), "", {}};
    pair.now = emit_run(*pair.dataset, past.config);
    pair.aged = read(pair.now);
    past.age(pair.aged);
    seal_as(pair.aged, kOld);
    return pair;
  }

  void expect_is_of_its_time(const Past& past, std::size_t n_found_now = 0) {
    const Pair pair = age(past);
    const History history = with_row(past.history);
    const std::string old = place("old", pair.aged);
    expect_holds(old, history, *pair.dataset, n_found_now);
    expect_reproduces(old, history, *pair.dataset, n_found_now);
    expect_equals(old, pair.now, history);
    expect_unsupported_without_row(place("old", pair.aged), pair.now, *pair.dataset);
    Files claiming = pair.aged;
    seal_as(claiming, artifact::runforge_version());
    const Verification present = check(place("claiming", claiming), history, pair.dataset.get());
    EXPECT_FALSE(present.passed) << "it passes as a record of the running version too";
  }

  static void expect_holds(const std::string& old, const History& history, const run::LoadedDataset& dataset,
                           std::size_t n_found_now) {
    for (const run::LoadedDataset* data : {static_cast<const run::LoadedDataset*>(nullptr), &dataset}) {
      const Verification found = check(old, history, data);
      EXPECT_TRUE(found.passed) << first(found);
      EXPECT_TRUE(found.verdict.ok());
      EXPECT_EQ(found.report.find("claim")->as_string(), "holds_together");
      EXPECT_EQ(json::at(found.report, "/record/runforge_version")->as_string(), kOld);
      EXPECT_EQ(json::canonical(*found.report.find("notes")), "[]");
      EXPECT_EQ(found.report.find("found_now")->as_array().size(), data == nullptr ? 0 : n_found_now);
      EXPECT_EQ(json::canonical(found.report).find(kOldProse), std::string::npos);
    }
  }

  void expect_reproduces(const std::string& old, const History& history, const run::LoadedDataset& dataset,
                         std::size_t n_found_now) {
    const std::string running = artifact::runforge_version();
    const auto found = again(old, history, dataset, &signer_);
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_TRUE(found->reproduced) << found->summary;
    EXPECT_EQ(found->report.find("compared")->as_string(), "as_of");
    EXPECT_EQ(found->report.find("recorded_by")->as_string(), kOld);
    EXPECT_EQ(found->report.find("made_by")->as_string(), running);
    EXPECT_EQ(found->report.find("found_now")->as_array().size(), n_found_now);
    const Files files = read(old);
    ASSERT_TRUE(files.contains(artifact::kEnvelopes));
    const json::Value envelope = json::parse(files.at(artifact::kEnvelopes)).value();
    const std::string payload = crypto::from_base64(envelope.find("payload")->as_string()).value();
    const json::Value statement = json::parse(payload).value();
    EXPECT_EQ(statement.find("predicateType")->as_string(), "urn:runforge:reproduction:v2");
    EXPECT_NE(payload.find(core::quoted(kOld)), std::string::npos) << payload;
    EXPECT_NE(payload.find(core::quoted(running)), std::string::npos) << payload;
    const WantedKey key{signer_.public_key(), Wanted::kReproduced};
    const Verification attested = check(old, history, &dataset, {&key, 1});
    EXPECT_EQ(attested.report.find("claim")->as_string(), "verified") << first(attested);
    EXPECT_EQ(json::at(attested.report.find("signatures")->as_array().at(0), "/compared")->as_string(),
              "as_of");
  }

  static void expect_equals(const std::string& old, const std::string& now, const History& history) {
    for (const auto& [a, b] : {std::pair(old, now), std::pair(now, old)}) {
      const auto report = diff(a, b, history);
      ASSERT_TRUE(report.ok()) << report.error().message;
      EXPECT_EQ(report->find("verdict")->as_string(), "equal") << json::pretty(*report);
      EXPECT_EQ(report->find("cause")->as_string(), "none");
    }
  }

  void expect_unsupported_without_row(const std::string& old, const std::string& now,
                                      const run::LoadedDataset& dataset) {
    for (const run::LoadedDataset* data : {static_cast<const run::LoadedDataset*>(nullptr), &dataset}) {
      const Verification found = check(old, history_, data);
      EXPECT_EQ(found.report.find("claim")->as_string(), "unsupported");
      EXPECT_EQ(found.report.find("verdict"), nullptr);
      EXPECT_EQ(found.report.find("layers"), nullptr);
      ASSERT_FALSE(found.verdict.ok());
      EXPECT_EQ(found.verdict.error().code, core::Code::kUnsupportedVersion);
    }
    const auto reproduced = again(old, history_, dataset);
    ASSERT_FALSE(reproduced.ok());
    EXPECT_EQ(reproduced.error().code, core::Code::kUnsupportedVersion);
    run::OwnContext own;
    const auto is_signed = sign(old, nullptr, signer_, own.context);
    ASSERT_FALSE(is_signed.ok());
    EXPECT_EQ(is_signed.error().code, core::Code::kUnsupportedVersion);
    EXPECT_FALSE(read(old).contains(artifact::kEnvelopes));
    for (const auto& [a, b] : {std::pair(old, now), std::pair(now, old)}) {
      const auto compared = diff(a, b, history_);
      ASSERT_FALSE(compared.ok());
      EXPECT_EQ(compared.error().code, core::Code::kUnsupportedVersion);
    }
  }

  const crypto::Signer signer_ = test_signer(5);
};

}  // namespace rf::audit
