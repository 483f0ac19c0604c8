// SPDX-License-Identifier: MIT
// The run is checked first, as verify does, so that only bytes that belong together are compared and
// attested. Pinned by tests/unit/audit/reproduce_test.cpp.
#include "audit/reproduce.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/minisign.hpp"
#include "artifact/version.hpp"
#include "audit/file_difference.hpp"
#include "audit/findings.hpp"
#include "audit/sign.hpp"
#include "audit/verify_parts.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "run/config.hpp"
#include "run/pipeline.hpp"
#include "run/source_facts.hpp"

namespace rf::audit {
namespace {

using core::Code;
using core::Result;

std::string count_text(std::size_t n) {
  return core::decimal(static_cast<std::int64_t>(n));
}

class Reproducer {
 public:
  Reproducer(const std::string& directory, const run::LoadedDataset& dataset, const crypto::Signer* signer,
             const artifact::History& history, core::Context& context)
      : directory_(directory), dataset_(dataset), signer_(signer), history_(history), context_(context) {}

  Result<Reproduction> operator()() {
    Findings findings;
    RF_ASSIGN(EmittedRun emitted, read_emitted(directory_, history_, findings, context_));
    if (is_of_unknown_version(emitted, findings)) return unsupported_version(directory_, emitted.version);
    if (emitted.record() == nullptr)
      return core::Error{
          Code::kInvalidRun,
          "\"" + directory_ + "\" is not a run that this library reads: " + findings.first_failure(),
          {{"file", directory_}}};
    RF_ASSIGN(const CheckedRun checked, check_run(std::move(emitted), history_, findings, context_));
    // No statement is added to a run whose signatures fail their check.
    if (signer_ != nullptr) {
      const WantedKey own{signer_->public_key(), Wanted::kAny};
      look_at_signatures(checked, {&own, 1}, findings);
    }
    if (!findings.failures().empty() || !checked.reread) return altered(checked.run, findings);
    RF_TRY(compare_inputs(checked.run));
    return train_again(checked);
  }

 private:
  /// Checks the inputs, which must be settled before any training.
  Result<> compare_inputs(const EmittedRun& run) {
    const artifact::AsOf row(history_, *run.row);
    const std::uint32_t ours = history_.running().numeric_profile;
    if (!row.has_running_profile())
      return core::Error{Code::kNumericProfileMismatch,
                         "the run was recorded under numeric profile " +
                             core::decimal(run.row->numeric_profile) + ", this library computes under " +
                             core::decimal(ours),
                         {{"expected", std::int64_t{run.row->numeric_profile}}, {"got", std::int64_t{ours}}}};
    const json::Value& recorded = *run.record()->find("dataset");
    const std::string& expected = recorded.find("content_sha256")->as_string();
    RF_ASSIGN(const crypto::Digest digest, dataset_.content_digest(context_));
    const std::string content = crypto::hex(digest);
    if (RF_MUTANT(other_data_is_accepted, content != expected, false))
      return core::Error{Code::kDatasetMismatch,
                         "the data is not what the run was trained on: expected the content digest " +
                             expected + ", found " + content,
                         {{"expected", expected}, {"got", content}}};
    return compare_source(recorded, row);
  }

  /// If the same table came from another source, the report notes it. With a signer this is an error, because
  /// nothing is signed for such data.
  Result<> compare_source(const json::Value& recorded, const artifact::AsOf& row) {
    source_ = run::source_note(recorded, row, dataset_);
    if (!source_ || signer_ == nullptr) return {};
    return core::Error{
        core::Code::kDatasetMismatch, "nothing is signed: " + source_->message, {{"file", directory_}}};
  }

  Result<Reproduction> train_again(const CheckedRun& checked) {
    const artifact::AsOf row(history_, *checked.run.row);
    // No record contains the kinds that were declared for a table from memory.
    const bool is_as_recorded = !source_ && checked.run.record()->find("dataset")->find("source") != nullptr;
    const run::RenderedAs rendered_as{
        row, &checked.run.documents,
        is_as_recorded ? run::SourceFacts::kOfTheData : run::SourceFacts::kOfTheRecord};
    RF_ASSIGN(const std::shared_ptr<const run::Run> again,
              run::train(dataset_, checked.reread->config, rendered_as, context_));
    std::vector<artifact::File> recorded;
    for (const artifact::File& file : again->files)
      if (checked.run.files.contains(file.name))
        recorded.push_back({file.name, file.schema_version, std::string(checked.run.bytes(file.name))});
    FilesCompared compared = compare_files(recorded, again->files);

    Reproduction result;
    result.reproduced = !compared.first;
    if (compared.first) {
      const FileDifference& first = *compared.first;
      result.summary = first.file + (first.where.empty() ? "" : ", " + first.where) + ": " + first.message();
      result.verdict = core::Error{Code::kNotReproduced, result.summary, {{"file", directory_}}};
    } else {
      result.summary = count_text(compared.n_equal) + " of " + core::counted(recorded.size(), "result file") +
                       " byte-identical" +
                       (row.is_running() ? "" : " to what " + row.row().version + " wrote");
    }
    json::Value report = report_head(row, result.reproduced);
    report.set("files", std::move(compared.files)).set("found_now", again->found_now);
    set_notes(again->untold, report);
    if (compared.first) report.set("first_difference", difference_value(*compared.first));
    RF_TRY(attest_and_finish(checked, again->untold, std::move(report), result));
    return result;
  }

  json::Value report_head(const artifact::AsOf& row, bool reproduced) const {
    json::Value report;
    report.set("verdict", reproduced ? "reproduced" : "different")
        .set("claim", reproduced ? "holds_together" : "failed")
        .set("compared", row.is_running() ? "bytes" : "as_of")
        .set("recorded_by", row.row().version)
        .set("numeric_profile", row.row().numeric_profile);
    if (!row.is_running()) report.set("made_by", history_.running().version);
    return report;
  }

  /// Adds notes on how the data differs from its description in the record.
  void set_notes(const std::optional<run::SourceNote>& untold, json::Value& report) const {
    json::Value notes = json::Value::array();
    for (const std::optional<run::SourceNote>& note : {source_, untold})
      if (note) notes.push(json::Value::object().set("about", note->about).set("message", note->message));
    if (!notes.as_array().empty()) report.set("notes", std::move(notes));
  }

  static json::Value difference_value(const FileDifference& first) {
    json::Value difference;
    difference.set("file", first.file).set("message", first.message());
    if (!first.where.empty()) difference.set("where", first.where);
    return difference;
  }

  /// Finishes the report, then adds the statement to the run as the last step, after all else has succeeded.
  Result<> attest_and_finish(const CheckedRun& checked, const std::optional<run::SourceNote>& untold,
                             json::Value report, Reproduction& result) {
    const bool attests =
        RF_MUTANT(different_is_attested, result.reproduced, true) && signer_ != nullptr && !untold;
    report.set("asked", asked("", attests   ? ""
                                  : !untold ? "training again gave other bytes"
                                            : "the record lacks diagnostics that reading this table gives"));
    if (attests) report.set("attested_by", artifact::key_id(signer_->public_key()));
    RF_TRY(finish(std::move(report), result));
    if (attests)
      RF_TRY(attest(directory_, {*checked.run.record(), checked.groundwork.sha256}, *signer_, context_));
    return {};
  }

  /// The list of requests. Each argument is the reason why a request was not done, or "" if it was done.
  json::Value asked(const char* no_data, const char* no_signature) const {
    const auto entry = [](const char* what, const std::string& reason) {
      json::Value value = json::Value::object().set("what", what).set("done", reason.empty());
      if (!reason.empty()) value.set("reason", reason);
      return value;
    };
    json::Value list = json::Value::array();
    list.push(entry("data", no_data));
    if (signer_ != nullptr)
      list.push(entry("sign", no_signature).set("key_id", artifact::key_id(signer_->public_key())));
    return list;
  }

  /// If the run contradicts itself, nothing is trained, because no single record exists to compare with.
  Result<Reproduction> altered(const EmittedRun& run, const Findings& findings) {
    Reproduction result;
    result.summary = findings.first_failure();
    result.verdict = core::Error{Code::kRunAltered, result.summary, {{"file", directory_}}};
    const Failure& first = findings.failures().front();
    json::Value files = json::Value::array();
    std::vector<artifact::ReleaseFile> compared =
        run.row->files_of(explanation_of(run.record()->find("model_family")->as_string()));
    compared.push_back({artifact::kRecord, run.row->record_schema});
    // total order: no two files of a version have one name
    std::sort(compared.begin(), compared.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const artifact::ReleaseFile& file : compared)
      files.push(json::Value::object().set("path", file.name).set("equal", false));
    json::Value report = report_head(artifact::AsOf(history_, *run.row), false);
    constexpr const char* kWhy = "the run contradicts itself, so nothing was trained";
    report.set("files", std::move(files))
        .set("found_now", json::Value::array())
        .set("asked", asked(kWhy, kWhy));
    report.set("first_difference",
               difference_value({first.file, first.pointer, std::nullopt, std::nullopt, first.message}));
    RF_TRY(finish(std::move(report), result));
    return result;
  }

  static Result<> finish(json::Value report, Reproduction& result) {
    RF_ASSIGN(const artifact::File file,
              artifact::finish_document("reproduce.v2.json", "reproduce.v2", std::move(report)));
    RF_ASSIGN(result.report, json::parse(file.bytes));
    return {};
  }

  const std::string& directory_;
  const run::LoadedDataset& dataset_;
  const crypto::Signer* signer_;
  const artifact::History& history_;
  core::Context& context_;
  std::optional<run::SourceNote> source_;  ///< set if the table came from another source
};

}  // namespace

Result<Reproduction> reproduce(const std::string& directory, const run::LoadedDataset& dataset,
                               const crypto::Signer* signer, const artifact::History& history,
                               core::Context& context) {
  return Reproducer(directory, dataset, signer, history, context)();
}

}  // namespace rf::audit
