// SPDX-License-Identifier: MIT
// Runs the layers in their order, collects their findings and concludes with a claim and a report. Pinned by
// tests/unit/audit/verify_test.cpp.
#include "audit/verify.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/minisign.hpp"
#include "artifact/safetensors.hpp"
#include "artifact/version.hpp"
#include "audit/emitted.hpp"
#include "audit/findings.hpp"
#include "audit/verify_parts.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace rf::audit {
namespace {

using core::Result;

/// With two threads, one reads the model while the other hashes it. Both take about the same time.
Result<Groundwork> lay_groundwork(const EmittedRun& run, core::Context& context) {
  Groundwork groundwork{{}, artifact::invalid_model("it is not there"), false};
  const auto read_model = [&] {
    const std::string_view bytes = run.bytes(artifact::kModel);
    groundwork.model = artifact::read_model(bytes);
    if (groundwork.model.ok())
      groundwork.model_is_as_written = artifact::is_written_model(
          groundwork.model->model, {run.version, groundwork.model->input_digest}, bytes);
  };
  std::vector<std::pair<const std::string*, std::string*>> files;  // bytes, and the place for their digest
  for (const auto& [name, bytes] : run.files) files.emplace_back(&bytes, &groundwork.sha256[name]);
  RF_TRY(context.workers.run(files.size() + 1, [&](std::size_t task, std::uint32_t) -> core::Result<> {
    if (task == 0) {
      if (run.is_complete) read_model();
      return {};
    }
    const auto& [bytes, digest] = files[task - 1];
    *digest = crypto::sha256_hex(*bytes);
    return {};
  }));
  return groundwork;
}

/// True if the value at this place follows from the bytes of another file.
bool is_about_a_digest(const std::string& file, const std::string& pointer) {
  if (file != artifact::kRecord && file != artifact::kIndex) return false;
  return pointer.ends_with("/sha256") || pointer.ends_with("/size_bytes") || pointer == "/result_digest";
}

std::optional<std::string> text_of(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  return json::canonical(*value);
}

/// Reports every place where a recorded document differs from the expected one, up to a limit. If other files
/// differ too, the digests and sizes of files and the result digest are not reported, because they differ for
/// that reason.
void tell_differences(Layer layer, const std::string& name, const json::Value& expected,
                      const json::Value& found, bool others_differ, Findings& findings) {
  constexpr std::size_t kMostShown = 100;
  std::vector<json::LeafDifference> differences = json::leaf_differences(expected, found);
  if (others_differ)
    std::erase_if(differences, [&](const auto& one) { return is_about_a_digest(name, one.pointer); });
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const json::LeafDifference& difference = differences[i];
    if (i == kMostShown) {
      const std::size_t n_more = differences.size() - kMostShown;
      findings.fail(layer, name, "",
                    core::counted(n_more, "more place") + (n_more == 1 ? " differs" : " differ"));
      return;
    }
    const bool is_told = difference.b == nullptr || !is_prose(name, difference.pointer);
    findings.fail(
        layer, name, difference.pointer,
        difference_text({difference.pointer, text_of(difference.a),
                         is_told ? text_of(difference.b) : std::optional<std::string>("other words")}));
  }
}

/// The requests in addition to the check of the run itself, each with whether it was done.
class Asked {
 public:
  void add(const char* what, bool is_done, const std::string& reason, const std::string& key_id = "") {
    json::Value entry;
    entry.set("what", what).set("done", is_done);
    if (!key_id.empty()) entry.set("key_id", key_id);
    if (!is_done && !reason.empty()) entry.set("reason", reason);
    list_.push(std::move(entry));
  }
  json::Value take() { return std::move(list_); }

 private:
  json::Value list_ = json::Value::array();
};

json::Value record_value(const EmittedRun& run) {
  json::Value value = json::Value::object();
  value.set("runforge_version", run.version);
  if (const json::Value* record = run.record())
    value.set("numeric_profile", *record->find("numeric_profile"));
  if (const json::Value* execution = run.find(artifact::kExecution))
    value.set("run_id", *execution->find("run_id"));
  return value;
}

std::string_view claim_name(Claim claim) {
  switch (claim) {
    case Claim::kVerified:
      return "verified";
    case Claim::kHoldsTogether:
      return "holds_together";
    case Claim::kFailed:
      return "failed";
    case Claim::kUnsupported:
      break;
  }
  return "unsupported";
}

class Verifier {
 public:
  Verifier(const std::string& directory, const VerifyRequest& request, const artifact::History& history,
           core::Context& context)
      : directory_(directory), request_(request), history_(history), context_(context) {}

  Result<Verification> operator()() {
    RF_ASSIGN(EmittedRun run, read_emitted(directory_, history_, findings_, context_));
    if (is_of_unknown_version(run, findings_)) return unsupported(run);
    RF_ASSIGN(const CheckedRun checked, check_run(std::move(run), history_, findings_, context_));
    compare_name(checked.run);
    RF_TRY(check_data_layer(checked));
    SignaturesFound signatures = check_signatures(checked, request_.keys, findings_);
    attestations_ = std::move(signatures.attestations);
    RF_TRY(context_.monitor.check());
    for (std::size_t i = 0; i < request_.keys.size(); ++i) add_key(request_.keys[i], signatures.met[i]);
    return conclude(checked.run);
  }

 private:
  /// The directory may have any name. A name that differs from the run id gives a note.
  void compare_name(const EmittedRun& run) {
    const json::Value* const execution = run.find(artifact::kExecution);
    if (execution == nullptr) return;
    const std::string& id = execution->find("run_id")->as_string();
    const std::string name = core::last_part(directory_);
    if (!name.empty() && name != id)
      findings_.tell("directory_name",
                     "the directory is called " + core::quoted(name) + ", its run id is " + id);
  }

  Result<> check_data_layer(const CheckedRun& checked) {
    if (request_.dataset == nullptr) {
      findings_.skip(Layer::kData, "no data was given");
    } else if (!checked.reread) {
      findings_.skip(Layer::kData, "the configuration or the model cannot be read");
    } else {
      const artifact::AsOf row(history_, *checked.run.row);
      RF_ASSIGN(data_, check_data(checked, row, *request_.dataset, findings_, context_));
    }
    if (request_.dataset != nullptr)
      asked_.add("data", !findings_.skipped(Layer::kData), findings_.reason(Layer::kData));
    return {};
  }

  void add_key(const WantedKey& key, bool is_met) {
    constexpr const char* kWords[] = {"key", "recorded_by", "reproduced_by", "signed_by"};
    const bool is_done = is_met && !findings_.failed(Layer::kSignatures);
    asked_.add(kWords[static_cast<std::size_t>(key.wanted)], is_done,
               "the key has not stated this of the run", artifact::key_id(key.key));
  }

  bool stands_somebody_behind() const {
    return std::any_of(attestations_.begin(), attestations_.end(), [](const Attestation& attestation) {
      // A comparison of numbers did not compare bytes.
      return attestation.is_checked && attestation.statement.sameness != artifact::Sameness::kNumbers;
    });
  }

  Result<Verification> conclude(const EmittedRun& run) {
    Verification found;
    found.passed = findings_.failures().empty();
    const bool has_data =
        request_.dataset != nullptr && !findings_.skipped(Layer::kData) && data_.is_the_file;
    found.claim = !found.passed                          ? Claim::kFailed
                  : has_data && stands_somebody_behind() ? Claim::kVerified
                                                         : Claim::kHoldsTogether;
    if (!found.passed) {
      found.first_failure = findings_.first_failure();
      found.verdict = core::Error{core::Code::kRunAltered, found.first_failure, {{"file", directory_}}};
    } else if (data_.is_other_data) {
      found.verdict =
          core::Error{core::Code::kDatasetMismatch, findings_.reason(Layer::kData), {{"file", directory_}}};
    }
    json::Value report = findings_.report();
    if (!run.version.empty()) report.set("record", record_value(run));
    report.set("verdict", found.passed ? "passed" : "failed")
        .set("signatures", attestations_value(attestations_))
        .set("found_now", std::move(data_.found_now));
    return finish(std::move(found), std::move(report));
  }

  Result<Verification> unsupported(const EmittedRun& run) {
    Verification found;
    if (request_.dataset != nullptr) asked_.add("data", false, "the record's version is not known");
    for (const WantedKey& key : request_.keys) add_key(key, false);
    found.verdict = unsupported_version(directory_, run.version);
    return finish(std::move(found), json::Value::object()
                                        .set("record", record_value(run))
                                        .set("failures", json::Value::array())
                                        .set("notes", json::Value::array())
                                        .set("signatures", json::Value::array())
                                        .set("found_now", json::Value::array()));
  }

  Result<Verification> finish(Verification found, json::Value report) {
    report.set("claim", claim_name(found.claim)).set("asked", asked_.take());
    RF_ASSIGN(const artifact::File file,
              artifact::finish_document("verify.v2.json", "verify.v2", std::move(report)));
    RF_ASSIGN(found.report, json::parse(file.bytes));
    return found;
  }

  const std::string& directory_;
  const VerifyRequest& request_;
  const artifact::History& history_;
  core::Context& context_;
  Findings findings_;
  Asked asked_;
  DataChecked data_;
  std::vector<Attestation> attestations_;
};

}  // namespace

Result<json::Value> expect_documents(Layer layer, const EmittedRun& run, const artifact::AsOf& row,
                                     run::Documents made, const Groundwork& groundwork, Findings& findings,
                                     const core::Context& context) {
  const run::ModelFile model{groundwork.sha256.at(artifact::kModel), run.bytes(artifact::kModel).size()};
  Result<run::Rendered> rendered = run::as_of(
      std::move(made), [&](const std::string&) { return model; }, row, &run.documents, context.monitor);
  RF_TRY(context.monitor.check());
  if (!rendered) {
    findings.fail(layer, artifact::kRecord, "", rendered.error().message);
    return json::Value::array();
  }
  std::vector<const artifact::File*> different;
  for (const artifact::File& file : rendered->files)
    if (file.bytes != run.bytes(file.name)) different.push_back(&file);
  const bool others_differ =
      std::any_of(different.begin(), different.end(),
                  [](const artifact::File* file) {
                    return file->name != artifact::kRecord && file->name != artifact::kIndex;
                  }) ||
      findings.failed(Layer::kDigests);
  for (const artifact::File* file : different) {
    RF_ASSIGN(const json::Value expected, json::parse(file->bytes, {.monitor = &context.monitor}));
    if (const json::Value* found = run.find(file->name))
      tell_differences(layer, file->name, expected, *found, others_differ, findings);
  }
  return std::move(rendered->found_now);
}

Result<CheckedRun> check_run(EmittedRun run, const artifact::History& history, Findings& findings,
                             core::Context& context) {
  CheckedRun checked{std::move(run), {{}, artifact::invalid_model("it is not there"), false}, std::nullopt};
  RF_ASSIGN(checked.groundwork, lay_groundwork(checked.run, context));
  check_digests(checked.run, checked.groundwork.sha256, findings);
  if (checked.run.record() == nullptr && findings.failures().empty())
    findings.fail(Layer::kFiles, artifact::kRecord, "", "the record cannot be read");
  if (checked.run.is_complete) {
    const artifact::AsOf row(history, *checked.run.row);
    RF_ASSIGN(checked.reread, check_meaning(checked.run, row, checked.groundwork, findings, context));
  } else {
    findings.skip(Layer::kMeaning, "not every file of the run can be read");
  }
  return checked;
}

Result<Verification> verify(const std::string& directory, const VerifyRequest& request,
                            const artifact::History& history, core::Context& context) {
  return Verifier(directory, request, history, context)();
}

}  // namespace rf::audit
