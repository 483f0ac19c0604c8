// SPDX-License-Identifier: MIT
// With the data at hand every document of the result plane is made again, with the recorded model in the
// place of a trained one.
#include <utility>

#include "artifact/version.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "json/parse.hpp"
#include "run/deal.hpp"
#include "run/evaluation.hpp"
#include "run/result_files.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {
namespace {

/// Whether the table is the one that was trained on.
core::Result<bool> is_the_data(const json::Value& record, const LoadedDataset& dataset, Findings& findings,
                               core::Context& context) {
  const json::Value& recorded = *record.find("dataset");
  RF_ASSIGN(const crypto::Digest digest, dataset.content_digest(context));
  const std::string content = crypto::hex(digest);
  const bool same = recorded.find("content_sha256")->as_string() == content;
  if (!same)
    findings.fail(Layer::kData, kRecord, "/dataset/content_sha256",
                  "the data given is not what was trained on: its content digest is " + content);
  return same;
}

/// Gives the index the digests of the recorded files: these are compared by themselves, and another version of the
/// numeric profile writes its own name into them.
void point_at_recorded_files(json::Value& index, const EmittedRun& run) {
  for (auto& [name, entry] : index.as_object().at("available_artifacts").as_object())
    entry.set("sha256", crypto::sha256_hex(run.bytes(entry.find("path")->as_string())));
}

}  // namespace

core::Result<> check_data(const EmittedRun& run, const Reread& reread, const LoadedDataset& dataset,
                          Findings& findings, core::Context& context) {
  const json::Value& record = *run.record();
  const double profile = record.find("numeric_profile")->as_number();
  if (profile != artifact::kNumericProfile) {
    findings.skip(Layer::kData,
                  "recorded under numeric profile " + core::decimal(static_cast<std::int64_t>(profile)) +
                      ", this library computes under " + core::decimal(artifact::kNumericProfile));
    return {};
  }
  RF_ASSIGN(const bool is_same, is_the_data(record, dataset, findings, context));
  if (!is_same) return {};

  core::Result<Dealt> dealt = deal(dataset, reread.config, context.monitor);
  if (!dealt && dealt.error().code == core::Code::kCancelled) return std::move(dealt).error();
  if (!dealt) {
    findings.fail(Layer::kData, kRecord, "/requested_config", dealt.error().message);
    return {};
  }
  Outcome outcome{std::move(*dealt), reread.loaded.model, std::nullopt, {}, {}};
  if (outcome.dealt.selection.features.size() != outcome.model.encoder.features.size()) {
    findings.fail(Layer::kData, kModel, "", "the model has other features than the data gives");
    return {};
  }
  RF_ASSIGN(Evaluation evaluation, evaluate_model(outcome.model, dataset.table(), outcome.dealt, context));
  outcome.metrics = std::move(evaluation.metrics);
  RF_ASSIGN(const ResultFiles results, result_files(dataset, reread.config, outcome, context));
  const bool from_file = record.find("dataset")->find("source") != nullptr;
  for (const artifact::File& file : results.files) {
    if (!file.name.ends_with(".json")) continue;
    RF_ASSIGN(json::Value expected, json::parse(file.bytes));
    if (file.name == kIndex) point_at_recorded_files(expected, run);
    if (file.name != kRecord) {
      expect_document(Layer::kData, run, file.name, std::move(expected), {}, findings);
      continue;
    }
    // What only the training knows, and the digests that layer "digests" has looked at.
    const std::string_view dataset_too = from_file == (dataset.dataset().source.has_value()) ? "" : "dataset";
    expect_document(Layer::kData, run, file.name, std::move(expected),
                    {"solver", "diagnostics", "artifacts", "result_digest", dataset_too}, findings);
  }
  return {};
}

}  // namespace rf::run
