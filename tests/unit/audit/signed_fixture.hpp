// SPDX-License-Identifier: MIT
// Emitted runs with signatures, three keys, and what verify says of them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/minisign.hpp"
#include "audit/emitted.hpp"
#include "audit/sign.hpp"
#include "audit/verify.hpp"
#include "audit/whole.hpp"
#include "crypto/base64.hpp"
#include "unit/audit/emitted_fixture.hpp"

namespace rf::audit {

using Keys = std::vector<WantedKey>;
using AnyRun = run::Run;  // the fixture has a member of the other name

class SignedRuns : public EmittedRuns {
 protected:
  static Verification check(const std::string& directory, const Keys& keys) {
    run::OwnContext own;
    auto found = verify(directory, {nullptr, keys}, run::product_history(), own.context);
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

  static core::Result<> sign_now(const std::string& directory, const crypto::Signer& signer,
                                 const run::LoadedDataset* dataset = nullptr) {
    run::OwnContext own;
    return sign(directory, dataset, signer, own.context);
  }

  static WantedKey of(const crypto::Signer& signer, Wanted wanted = Wanted::kAny) {
    return {signer.public_key(), wanted};
  }

  /// Whether the one key is found to have stated this, and nothing else is wrong.
  static bool holds(const std::string& directory, const crypto::Signer& signer, Wanted wanted) {
    return check(directory, {of(signer, wanted)}).passed;
  }

  /// The reviewer's word for files held in memory.
  core::Result<> attest_held(const std::string& directory, const AnyRun& run) {
    const Held held = hold(run).value();
    run::OwnContext own;
    return attest(directory, {held.record, held.sha256}, reviewer_, own.context);
  }

  /// The lines of run.intoto.jsonl, each with its line feed.
  static std::vector<std::string> lines_of(const Files& files) {
    std::vector<std::string> lines;
    std::string_view text = files.at(artifact::kEnvelopes);
    while (!text.empty()) {
      lines.emplace_back(text.substr(0, text.find('\n') + 1));
      text.remove_prefix(lines.back().size());
    }
    return lines;
  }

  static json::Value predicate_of(const std::string& line) {
    const json::Value envelope = *json::parse(line);
    return *json::parse(*crypto::from_base64(envelope.find("payload")->as_string()))->find("predicate");
  }

  static core::Result<std::string> statement_of(const AnyRun& run, const crypto::Signer& signer) {
    run::OwnContext own;
    return sign_statement(run, signer, own.context);
  }

  core::Result<std::string> emit_opened(const AnyRun& run, const crypto::Signer* signer) {
    run::OwnContext own;
    return emit(run, folder_.path("again"), {.timestamp = 1800000000, .execution_details = false}, signer,
                own.context);
  }

  /// An emitted run with a metric that its confusion matrix contradicts, all digests right.
  std::string forged_run() {
    const std::string directory = emit_run(*small_, "{}");
    Files files = read(directory);
    edit(files, "metrics.v1.json", [](json::Value& metrics) { metrics.set("accuracy", 0.123); });
    edit(files, "run.json", [](json::Value& record) { at(record, {"metrics"}).set("accuracy", 0.123); });
    reseal(files);
    put(directory, files);
    return directory;
  }

  const std::shared_ptr<const run::LoadedDataset> small_ = run::load_text(kSmallCsv);
  const crypto::Signer author_ = test_signer(1);
  const crypto::Signer reviewer_ = test_signer(2);
  const crypto::Signer stranger_ = test_signer(3);
  const std::string author_id_ = artifact::key_id(author_.public_key());
  const std::string reviewer_id_ = artifact::key_id(reviewer_.public_key());
};

}  // namespace rf::audit
