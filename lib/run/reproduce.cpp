// SPDX-License-Identifier: MIT
#include "run/reproduce.hpp"

#include <optional>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/minisign.hpp"
#include "artifact/version.hpp"
#include "core/mutant.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/difference.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/config.hpp"
#include "run/file_difference.hpp"
#include "run/findings.hpp"
#include "run/pipeline.hpp"
#include "run/record.hpp"
#include "run/sign.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Result;

core::Error invalid_run(const std::string& directory, const std::string& what) {
  return {Code::kInvalidRun, "\"" + directory + "\": " + what, {{"file", directory}}};
}

/// What must be settled before any training.
Result<TrainConfig> settled_config(const std::string& directory, const json::Value& record,
                                   const LoadedDataset& dataset, core::Context& context) {
  const double profile = record.find("numeric_profile")->as_number();
  if (profile != artifact::kNumericProfile)
    return core::Error{
        Code::kNumericProfileMismatch,
        "the run was recorded under numeric profile " + core::decimal(static_cast<std::int64_t>(profile)) +
            ", this library computes under " + core::decimal(artifact::kNumericProfile),
        {{"expected", static_cast<std::int64_t>(profile)}, {"got", std::int64_t{artifact::kNumericProfile}}}};
  const std::string& expected = record.find("dataset")->find("content_sha256")->as_string();
  RF_ASSIGN(const crypto::Digest digest, dataset.content_digest(context));
  const std::string content = crypto::hex(digest);
  if (RF_MUTANT(other_data_is_accepted, content != expected, false))
    return core::Error{Code::kDatasetMismatch,
                       "the data is not what the run was trained on: expected the content digest " +
                           expected + ", found " + content,
                       {{"expected", expected}, {"got", content}}};
  RF_ASSIGN(TrainConfig config, read_train_config(json::canonical(*record.find("requested_config"))));
  if (const auto difference = json::first_difference(*record.find("config"), config.resolved))
    return invalid_run(directory, "requested_config does not resolve to config: run.json, /config" +
                                      difference->pointer + ": " + difference_text(*difference));
  return config;
}

}  // namespace

Result<Reproduction> reproduce(const std::string& directory, const LoadedDataset& dataset,
                               const crypto::Signer* signer, core::Context& context) {
  RF_ASSIGN(const std::shared_ptr<const Run> recorded, open(directory));
  RF_ASSIGN(const json::Value record, json::parse(recorded->find("run.json")->bytes));
  RF_ASSIGN(const TrainConfig config, settled_config(directory, record, dataset, context));
  RF_ASSIGN(const std::shared_ptr<const Run> again, train(dataset, config, context));

  const std::string& recorded_by = record.find("runforge_version")->as_string();
  const bool same_version = recorded_by == artifact::runforge_version();
  FilesCompared compared =
      compare_files(recorded->files, again->files, same_version ? Compared::kBytes : Compared::kNumbers);
  const std::optional<FileDifference>& first = compared.first;

  Reproduction result;
  result.reproduced = !first;
  json::Value report;
  report.set("verdict", first ? "different" : "reproduced")
      .set("compared", same_version ? "bytes" : "numbers")
      .set("recorded_by", recorded_by)
      .set("numeric_profile", artifact::kNumericProfile)
      .set("files", std::move(compared.files));
  if (first) {
    json::Value difference;
    difference.set("file", first->file).set("message", first->message());
    if (!first->where.empty()) difference.set("where", first->where);
    report.set("first_difference", std::move(difference));
    result.summary =
        first->file + (first->where.empty() ? "" : ", " + first->where) + ": " + first->message();
  } else {
    const std::string counted = core::decimal(static_cast<std::int64_t>(compared.n_equal)) + " of " +
                                core::decimal(static_cast<std::int64_t>(recorded->files.size())) +
                                " result files ";
    result.summary = same_version ? counted + "byte-identical"
                                  : counted + "hold identical numbers; recorded by " + recorded_by +
                                        ", checked by " + artifact::runforge_version();
  }
  const bool attests = RF_MUTANT(different_is_attested, result.reproduced, true) && signer != nullptr;
  if (attests) report.set("attested_by", artifact::key_id(signer->public_key()));
  RF_ASSIGN(const artifact::File file,
            artifact::finish_document("reproduce.v1.json", "reproduce.v1", std::move(report)));
  RF_ASSIGN(result.report, json::parse(file.bytes));
  if (attests) RF_TRY(attest(directory, *recorded, *signer));
  return result;
}

}  // namespace rf::run
