// SPDX-License-Identifier: MIT
// Each stage takes what the one before left and nothing else; the split comes before the encoding, so no statistic
// has seen a validation row.
#include "run/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "artifact/model_file.hpp"
#include "artifact/version.hpp"
#include "core/text.hpp"
#include "data/digest.hpp"
#include "data/profile.hpp"
#include "encode/encoder.hpp"
#include "evaluate/metrics.hpp"
#include "json/write.hpp"
#include "run/deal.hpp"
#include "run/fit.hpp"
#include "run/stage_clock.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Error;
using core::Result;
using core::RowIndex;

template <class T>
std::vector<T> at_positions(const std::vector<T>& values, std::span<const RowIndex> positions) {
  std::vector<T> taken;
  if (values.empty()) return taken;
  taken.reserve(positions.size());
  for (const RowIndex position : positions) taken.push_back(values[position]);
  return taken;
}

Result<evaluate::Metrics> evaluate_on_validation(const model::Model& model, const Dealt& dealt,
                                                 const data::Table& table, core::Context& context) {
  const encode::Encoded encoded =
      encode::encode(model.encoder, table, dealt.selection.features, dealt.validation_rows, context);
  std::vector<double> outputs(dealt.validation_rows.size() * model::n_outputs(model));
  RF_TRY(model::predict(model, encode::view(encoded.x), outputs, context, nullptr));

  RF_ASSIGN(
      evaluate::Metrics metrics,
      model.task == core::Task::kClassification
          ? evaluate::classification_metrics(at_positions(dealt.target.class_of, dealt.split.validation), outputs,
                                             model.classes.size(), model::has_probabilities(model), context)
          : evaluate::regression_metrics(at_positions(dealt.target.value_of, dealt.split.validation), outputs, context));
  for (std::size_t f = 0; f < encoded.unknown_levels.size(); ++f)
    if (encoded.unknown_levels[f] > 0)
      metrics.diagnostics.push_back(
          {Code::kUnknownLevel, core::Severity::kInfo,
           "column " + core::quoted(model.encoder.features[f].name) + ": " +
               core::decimal(static_cast<std::int64_t>(encoded.unknown_levels[f])) +
               " validation rows hold a level that no training row has",
           {{"column", model.encoder.features[f].name},
            {"rows", static_cast<std::int64_t>(encoded.unknown_levels[f])}}});
  return metrics;
}

std::vector<artifact::ClassCount> class_counts(const Dealt& dealt) {
  std::vector<artifact::ClassCount> counts;
  for (const core::ClassLabel& label : dealt.target.classes) counts.push_back({label, 0, 0, 0});
  if (counts.empty()) return counts;
  const auto count_of = [&](RowIndex position) -> artifact::ClassCount& {
    return counts[static_cast<std::size_t>(dealt.target.class_of[position])];
  };
  for (const RowIndex position : dealt.split.train) ++count_of(position).count, ++count_of(position).train;
  for (const RowIndex position : dealt.split.validation) ++count_of(position).count, ++count_of(position).validation;
  return counts;
}

Result<artifact::File> dataset_file(const LoadedDataset& dataset, const Dealt& dealt, const std::string& content_sha256,
                                    core::Diagnostics& diagnostics, core::Context& context) {
  std::vector<std::size_t> columns = dealt.selection.features;
  columns.push_back(dealt.selection.label);
  const std::vector<data::ColumnProfile> profiles = data::profile_columns(dataset.table(), context);
  artifact::DatasetFacts facts;
  facts.content_sha256 = content_sha256;
  facts.rows_read = dataset.table().n_rows;
  facts.selection = &dealt.selection;
  facts.columns = profiles;
  facts.class_counts = class_counts(dealt);
  facts.duplicate_rows_across_split =
      data::count_duplicates_across(dataset.table(), columns, dealt.train_rows, dealt.validation_rows);
  if (facts.duplicate_rows_across_split > 0)
    diagnostics.push_back({Code::kDuplicateRowsAcrossSplit, core::Severity::kInfo,
                           core::decimal(static_cast<std::int64_t>(facts.duplicate_rows_across_split)) +
                               " validation rows equal a training row in all features and the label",
                           {{"rows", static_cast<std::int64_t>(facts.duplicate_rows_across_split)}}});
  return artifact::finish_document("dataset.v1.json", "dataset.v1", artifact::dataset_document(facts));
}

/// The documents that explain the model: coefficients or importances.
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
  facts.method = split_method_name(facts.stratified ? SplitMethod::kStratifiedShuffle : SplitMethod::kShuffle);
  facts.seed = config.seed;
  facts.validation_fraction = config.validation_fraction;
  facts.num_train = dealt.train_rows.size();
  facts.num_validation = dealt.validation_rows.size();
  facts.train_rows_sha256 = crypto::hex(data::row_list_digest(dealt.train_rows));
  facts.validation_rows_sha256 = crypto::hex(data::row_list_digest(dealt.validation_rows));
  return facts;
}

std::optional<artifact::ProfileFacts> profile_facts(const TrainConfig& config) {
  if (!config.profile) return std::nullopt;
  json::Value parameters = json::Value::object();
  for (const auto& [name, value] : config.profile->parameters)
    parameters.set(name, artifact::parameter_value(value));
  return artifact::ProfileFacts{std::string(config.profile->name), std::string(config.profile->version),
                                crypto::sha256_hex(json::canonical(parameters))};
}

void append(core::Diagnostics& all, const core::Diagnostics& more) { all.insert(all.end(), more.begin(), more.end()); }

/// A stage without inner progress.
Result<> step(StageClock& clock, core::Monitor& monitor, const char* stage) {
  clock.begin(stage);
  return monitor.report(stage, 0, 1);
}

}  // namespace

const artifact::File* Run::find(std::string_view name) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const artifact::File& f) { return f.name == name; });
  return found == files.end() ? nullptr : &*found;
}

std::string input_digest(const json::Value& resolved_config, const std::string& content_sha256) {
  return crypto::sha256_hex(json::canonical(json::Value::object()
                                                .set("config", resolved_config)
                                                .set("content_sha256", content_sha256)
                                                .set("numeric_profile", artifact::kNumericProfile)));
}

Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                         core::Context& context) {
  const data::Table& table = dataset.table();
  auto run = std::make_shared<Run>();
  StageClock clock;
  core::Diagnostics diagnostics = dataset.dataset().diagnostics;

  RF_TRY(step(clock, context.monitor, "split"));
  RF_ASSIGN(Dealt dealt, deal(dataset, config));
  append(diagnostics, dealt.selection.diagnostics);
  RF_TRY(context.monitor.report("split", 1, 1));

  RF_TRY(step(clock, context.monitor, "encode"));
  const encode::Layout layout = layout_of(config.parameters.parameters);
  encode::FittedEncoder fitted =
      encode::fit_encoder(table, dealt.selection.features, dealt.train_rows, layout, config.missing, context);
  append(diagnostics, fitted.diagnostics);
  encode::Encoded encoded =
      encode::encode(fitted.encoder, table, dealt.selection.features, dealt.train_rows, context);
  RF_TRY(context.monitor.report("encode", 1, 1));

  clock.begin("train");
  model::Model model{config.family, config.task, std::move(fitted.encoder), dealt.target.classes, {}};
  RF_ASSIGN(Fit fit, fit_model(model.encoder, encoded.x,
                               {at_positions(dealt.target.class_of, dealt.split.train), dealt.target.classes.size(),
                                at_positions(dealt.target.value_of, dealt.split.train)},
                               config.parameters.parameters, config.seed, context));
  model.fitted = std::move(fit.fitted);
  append(diagnostics, fit.diagnostics);
  encoded.x.reset();

  RF_TRY(step(clock, context.monitor, "evaluate"));
  RF_ASSIGN(const evaluate::Metrics metrics, evaluate_on_validation(model, dealt, table, context));
  append(diagnostics, metrics.diagnostics);
  RF_TRY(context.monitor.report("evaluate", 1, 1));

  RF_TRY(step(clock, context.monitor, "explain"));
  const std::string content_sha256 = crypto::hex(dataset.content_digest(context));
  run->input_digest = input_digest(config.resolved, content_sha256);
  RF_ASSIGN(artifact::File dataset_document, dataset_file(dataset, dealt, content_sha256, diagnostics, context));
  RF_ASSIGN(artifact::File metrics_file,
            artifact::finish_document("metrics.v1.json", "metrics.v1",
                                      artifact::metrics_document(metrics, model.classes)));
  RF_ASSIGN(artifact::File explanation, explanation_file(model));
  run->files.push_back(std::move(metrics_file));
  run->files.push_back(std::move(explanation));
  RF_ASSIGN(artifact::File index,
            artifact::finish_document("interpretability.index.v1.json", "interpretability.index.v1",
                                      artifact::index_document(run->input_digest, model, metrics, run->files)));
  run->files.push_back(std::move(index));
  run->files.push_back(std::move(dataset_document));
  run->files.push_back({"model.safetensors", "model.v1", artifact::write_model(model, run->input_digest)});

  artifact::RunFacts facts;
  facts.input_digest = run->input_digest;
  facts.content_sha256 = content_sha256;
  facts.source = dataset.dataset().source ? &*dataset.dataset().source : nullptr;
  facts.label_column = config.label;
  facts.task = config.task;
  facts.model_family = config.family;
  facts.num_samples = dealt.selection.rows.size();
  facts.num_features = dealt.selection.features.size();
  facts.num_encoded_features = model.encoder.n_design_columns();
  facts.dropped_rows_missing_values = dealt.selection.dropped_missing_label + dealt.selection.dropped_missing_values;
  facts.split = split_facts(config, dealt);
  facts.requested_config = config.requested;
  facts.config = config.resolved;
  facts.hyperparameters = config.parameters.recorded;
  facts.profile = profile_facts(config);
  facts.solver = fit.solver;
  facts.metrics = &metrics;
  facts.files = run->files;
  facts.diagnostics = diagnostics;
  RF_ASSIGN(artifact::File record, artifact::finish_document("run.json", "run.v1", artifact::run_document(facts)));
  run->run_digest = record.sha256();
  run->files.push_back(std::move(record));
  std::sort(run->files.begin(), run->files.end(),
            [](const artifact::File& a, const artifact::File& b) { return a.name < b.name; });
  RF_TRY(context.monitor.report("explain", 1, 1));

  for (const core::Diagnostic& diagnostic : diagnostics) context.monitor.log(diagnostic);
  run->metrics = metrics.scalars;
  run->dataset_path = dataset.path();
  run->threads = context.workers.n_threads();
  run->stages = dataset.stages();
  for (artifact::StageTime& stage : clock.take()) run->stages.push_back(std::move(stage));
  return std::shared_ptr<const Run>(std::move(run));
}

}  // namespace rf::run
