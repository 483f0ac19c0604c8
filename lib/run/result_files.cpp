// SPDX-License-Identifier: MIT
// Makes every document of the result plane. run::as_of turns them into files.
#include "run/result_files.hpp"

#include <algorithm>
#include <utility>

#include "artifact/run_files.hpp"
#include "core/messages.hpp"
#include "core/mutant.hpp"
#include "json/write.hpp"
#include "run/history.hpp"
#include "table/digest.hpp"
#include "table/profile.hpp"

namespace rf::run {
namespace {

using core::KeptRow;
using core::Result;

std::vector<artifact::ClassCount> class_counts(const Dealt& dealt) {
  std::vector<artifact::ClassCount> counts;
  for (const core::ClassLabel& label : dealt.target.classes) counts.push_back({label, 0, 0, 0});
  if (counts.empty()) return counts;
  const auto count_of = [&](KeptRow position) -> artifact::ClassCount& {
    return counts[static_cast<std::size_t>(dealt.target.class_of[number_of(position)])];
  };
  for (const KeptRow position : dealt.split.train) ++count_of(position).train;
  for (const KeptRow position : dealt.split.validation) ++count_of(position).validation;
  for (artifact::ClassCount& count : counts) count.count = count.train + count.validation;
  return counts;
}

Result<std::uint64_t> duplicates_across_split(const table::Table& table, const Dealt& dealt,
                                              core::Context& context) {
  std::vector<std::size_t> columns = dealt.selection.features;
  columns.push_back(dealt.selection.label);
  return table::count_duplicates_across(table, columns, dealt.train_rows, dealt.validation_rows, context);
}

Result<json::Value> dataset_document(const LoadedDataset& dataset, const std::string& content_sha256,
                                     Outcome& outcome, core::Context& context) {
  RF_ASSIGN(const std::vector<table::ColumnProfile> profiles,
            table::profile_columns(dataset.table(), context));
  artifact::DatasetFacts facts;
  facts.content_sha256 = content_sha256;
  facts.rows_read = dataset.table().n_rows;
  facts.selection = &outcome.dealt.selection;
  facts.columns = profiles;
  facts.class_counts = class_counts(outcome.dealt);
  RF_ASSIGN(facts.duplicate_rows_across_split,
            duplicates_across_split(dataset.table(), outcome.dealt, context));
  if (const auto rows = static_cast<std::int64_t>(facts.duplicate_rows_across_split); rows > 0)
    outcome.diagnostics.push_back(
        core::diagnostic(core::Code::kDuplicateRowsAcrossSplit, core::Severity::kInfo, {{"rows", rows}}));
  return artifact::dataset_document(facts);
}

artifact::SplitFacts split_facts(const TrainConfig& config, const Dealt& dealt) {
  artifact::SplitFacts facts;
  facts.stratified = dealt.split.stratified;
  facts.method = split_method_name(dealt.split_method);
  facts.seed = config.seed;
  if (config.split_method != SplitMethod::kPredefined) facts.validation_fraction = config.validation_fraction;
  facts.num_train = dealt.train_rows.size();
  facts.num_validation = dealt.validation_rows.size();
  facts.train_rows_sha256 = crypto::hex(table::row_list_digest(dealt.train_rows));
  facts.validation_rows_sha256 = crypto::hex(table::row_list_digest(dealt.validation_rows));
  return facts;
}

json::Value record_document(const LoadedDataset& dataset, const TrainConfig& config, const Outcome& outcome,
                            const std::string& content_sha256, std::span<const artifact::File> files) {
  const table::Selection& selection = outcome.dealt.selection;
  artifact::RunFacts facts;
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
  facts.files = files;
  facts.diagnostics = outcome.diagnostics;
  return artifact::run_document(facts);
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

void add_explanation(const model::Model& model, Documents& made) {
  switch (core::family_info(model.family).explanation) {
    case core::Explanation::kNone:
      break;
    case core::Explanation::kCoefficients:
      made[artifact::kCoefficients] = artifact::coefficients_document(model);
      break;
    case core::Explanation::kImportance:
      made[artifact::kImportance] = artifact::importance_document(model);
      break;
  }
}

std::vector<artifact::File> files_left_by(const model::Model& model) {
  std::vector<artifact::File> files;
  for (const artifact::ReleaseFile& file :
       product_history().running().files_of(core::family_info(model.family).explanation))
    files.push_back({file.name, file.schema, ""});
  return files;
}

Documents documents_of_model(const model::Model& model, const evaluate::Metrics& metrics) {
  Documents made;
  made[artifact::kMetrics] = artifact::metrics_document(metrics, model.classes);
  made[artifact::kIndex] = artifact::index_document("", model, metrics, files_left_by(model));
  add_explanation(model, made);
  return made;
}

Result<Documents> result_documents(const LoadedDataset& dataset, const TrainConfig& config, Outcome& outcome,
                                   core::Context& context) {
  RF_ASSIGN(const crypto::Digest content, dataset.content_digest(context));
  const std::string content_sha256 = crypto::hex(content);
  const std::vector<artifact::File> files = files_left_by(outcome.model);
  Documents made = documents_of_model(outcome.model, outcome.metrics);
  RF_ASSIGN(made[artifact::kDataset], dataset_document(dataset, content_sha256, outcome, context));
  made[artifact::kRecord] = record_document(dataset, config, outcome, content_sha256, files);
  return made;
}

}  // namespace rf::run
