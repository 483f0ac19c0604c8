// SPDX-License-Identifier: MIT
// Every document of the result plane is made here, in the order in which one needs the other: run.json comes last
// because it names the digests of all the others.
#include "run/result_files.hpp"

#include <algorithm>
#include <utility>

#include "artifact/model_file.hpp"
#include "core/messages.hpp"
#include "core/mutant.hpp"
#include "data/digest.hpp"
#include "data/profile.hpp"
#include "json/write.hpp"

namespace rf::run {
namespace {

using core::Result;
using core::RowIndex;

std::vector<artifact::ClassCount> class_counts(const Dealt& dealt) {
  std::vector<artifact::ClassCount> counts;
  for (const core::ClassLabel& label : dealt.target.classes) counts.push_back({label, 0, 0, 0});
  if (counts.empty()) return counts;
  const auto count_of = [&](RowIndex position) -> artifact::ClassCount& {
    return counts[static_cast<std::size_t>(dealt.target.class_of[position])];
  };
  for (const RowIndex position : dealt.split.train) ++count_of(position).train;
  for (const RowIndex position : dealt.split.validation) ++count_of(position).validation;
  for (artifact::ClassCount& count : counts) count.count = count.train + count.validation;
  return counts;
}

Result<std::uint64_t> duplicates_across_split(const data::Table& table, const Dealt& dealt,
                                              core::Context& context) {
  std::vector<std::size_t> columns = dealt.selection.features;
  columns.push_back(dealt.selection.label);
  return data::count_duplicates_across(table, columns, dealt.train_rows, dealt.validation_rows, context);
}

Result<artifact::File> dataset_file(const LoadedDataset& dataset, const std::string& content_sha256, Outcome& outcome,
                                    core::Context& context) {
  RF_ASSIGN(const std::vector<data::ColumnProfile> profiles, data::profile_columns(dataset.table(), context));
  artifact::DatasetFacts facts;
  facts.content_sha256 = content_sha256;
  facts.rows_read = dataset.table().n_rows;
  facts.selection = &outcome.dealt.selection;
  facts.columns = profiles;
  facts.class_counts = class_counts(outcome.dealt);
  RF_ASSIGN(facts.duplicate_rows_across_split, duplicates_across_split(dataset.table(), outcome.dealt, context));
  if (const auto rows = static_cast<std::int64_t>(facts.duplicate_rows_across_split); rows > 0)
    outcome.diagnostics.push_back(
        core::diagnostic(core::Code::kDuplicateRowsAcrossSplit, core::Severity::kInfo, {{"rows", rows}}));
  return artifact::finish_document("dataset.v1.json", "dataset.v1", artifact::dataset_document(facts));
}

/// Coefficients or importances, whichever the model has.
Result<artifact::File> explanation_file(const model::Model& model) {
  if (std::holds_alternative<model::LinearModel>(model.fitted))
    return artifact::finish_document("linear_coefficients.v1.json", "linear_coefficients.v1",
                                     artifact::coefficients_document(model));
  return artifact::finish_document("feature_importance.v1.json", "feature_importance.v1",
                                   artifact::importance_document(model));
}

artifact::SplitFacts split_facts(const TrainConfig& config, const Dealt& dealt) {
  artifact::SplitFacts facts;
  facts.stratified = dealt.split.stratified;
  facts.method = split_method_name(dealt.split_method);
  facts.seed = config.seed;
  if (config.split_method != SplitMethod::kPredefined) facts.validation_fraction = config.validation_fraction;
  facts.num_train = dealt.train_rows.size();
  facts.num_validation = dealt.validation_rows.size();
  facts.train_rows_sha256 = crypto::hex(data::row_list_digest(dealt.train_rows));
  facts.validation_rows_sha256 = crypto::hex(data::row_list_digest(dealt.validation_rows));
  return facts;
}

Result<artifact::File> record_file(const LoadedDataset& dataset, const TrainConfig& config, const Outcome& outcome,
                                   const std::string& content_sha256, const ResultFiles& others) {
  const data::Selection& selection = outcome.dealt.selection;
  artifact::RunFacts facts;
  facts.input_digest = others.input_digest;
  facts.content_sha256 = content_sha256;
  facts.source = dataset.dataset().source ? &*dataset.dataset().source : nullptr;
  facts.label_column = config.label;
  facts.task = config.task;
  facts.model_family = config.family;
  facts.num_samples = selection.rows.size();
  facts.num_features = selection.features.size();
  facts.num_encoded_features = outcome.model.encoder.n_design_columns();
  facts.dropped_rows_missing_values = selection.dropped_missing_label + selection.dropped_missing_values;
  facts.split = split_facts(config, outcome.dealt);
  facts.requested_config = config.requested;
  facts.config = config.resolved;
  facts.hyperparameters = config.parameters.recorded;
  facts.profile = profile_facts(config);
  facts.solver = outcome.solver;
  facts.metrics = &outcome.metrics;
  facts.files = others.files;
  facts.diagnostics = outcome.diagnostics;
  return artifact::finish_document("run.json", "run.v1", artifact::run_document(facts));
}

}  // namespace

std::optional<artifact::ProfileFacts> profile_facts(const TrainConfig& config) {
  if (!config.profile) return std::nullopt;
  json::Value parameters = json::Value::object();
  for (const auto& [name, value] : config.profile->parameters)
    parameters.set(name, artifact::parameter_value(value));
  return artifact::ProfileFacts{std::string(config.profile->name), std::string(config.profile->version),
                                crypto::sha256_hex(json::canonical(parameters))};
}

std::string input_digest(const json::Value& resolved_config, const std::string& content_sha256,
                         std::uint32_t numeric_profile) {
  return crypto::sha256_hex(
      json::canonical(json::Value::object()
                          .set("config", RF_MUTANT(seed_not_digested, resolved_config,
                                                   json::Value(resolved_config).set("seed", 1)))
                          .set("content_sha256", content_sha256)
                          .set("numeric_profile", numeric_profile)));
}

Result<ResultFiles> result_files(const LoadedDataset& dataset, const TrainConfig& config, Outcome& outcome,
                                 core::Context& context) {
  RF_ASSIGN(const crypto::Digest content, dataset.content_digest(context));
  const std::string content_sha256 = crypto::hex(content);
  ResultFiles results{{}, input_digest(config.resolved, content_sha256)};
  const auto add = [&](Result<artifact::File> file) -> Result<> {
    if (!file.ok()) return std::move(file).error();
    results.files.push_back(std::move(file).value());
    return {};
  };
  RF_TRY(add(artifact::finish_document("metrics.v1.json", "metrics.v1",
                                       artifact::metrics_document(outcome.metrics, outcome.model.classes))));
  RF_TRY(add(explanation_file(outcome.model)));
  RF_TRY(add(artifact::finish_document(
      "interpretability.index.v1.json", "interpretability.index.v1",
      artifact::index_document(results.input_digest, outcome.model, outcome.metrics, results.files))));
  RF_TRY(add(dataset_file(dataset, content_sha256, outcome, context)));
  RF_TRY(context.monitor.check());
  results.files.push_back(
      {"model.safetensors", "model.v1", artifact::write_model(outcome.model, results.input_digest)});
  RF_TRY(context.monitor.check());
  RF_TRY(add(record_file(dataset, config, outcome, content_sha256, results)));
  // total order: names, each once
  std::sort(results.files.begin(), results.files.end(),
            [](const artifact::File& a, const artifact::File& b) { return a.name < b.name; });
  return results;
}

}  // namespace rf::run
