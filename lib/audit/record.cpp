// SPDX-License-Identifier: MIT
// Opens an emitted run and reads facts from its record and its model. It also describes the build of this
// library.
#include "audit/record.hpp"

#include <utility>

#include "artifact/run_files.hpp"
#include "artifact/version.hpp"
#include "core/kernels.hpp"
#include "core/text.hpp"
#include "json/parse.hpp"
#include "json/schema.hpp"
#include "run/options.hpp"

namespace rf::audit {
namespace {

using core::Code;
using core::Error;
using core::Result;

Error invalid_run(std::string message) {
  return {Code::kInvalidRun, std::move(message), {}};
}

Result<json::Value> parse_record(const run::Run& run) {
  const artifact::File* record = run.find(artifact::kRecord);
  if (record == nullptr) return invalid_run("the run has no run.json");
  return json::parse(record->bytes);
}

/// The options under which the recorded file was read; `{}` if the record names no file.
Result<json::Value> recorded_options(const json::Value& record) {
  const json::Value* const recorded = json::at(record, "/dataset/source/options");
  if (recorded == nullptr) return json::Value::object();
  if (const Result<> known = json::check_schema(*recorded, "dataset_options.v1"); !known)
    return core::Error{
        core::Code::kUnsupportedFormat,
        "run.json, /dataset/source/options: this library does not read a file so: " + known.error().message,
        known.error().details};
  return *recorded;
}

}  // namespace

Result<std::shared_ptr<const run::Run>> open(const std::string& directory) {
  auto run = std::make_shared<run::Run>();
  run->origin = run::Origin::kOpened;
  RF_ASSIGN(artifact::RunDirectory read, artifact::read_run_directory(directory));
  run->files = std::move(read.files);
  run->run_id = std::move(read.run_id);
  RF_ASSIGN(const json::Value record, parse_record(*run));
  for (const auto& [name, value] : record.find("metrics")->as_object())
    if (value.is_number()) run->metrics[name] = value.as_number();
  run->input_digest = record.find("input_digest")->as_string();
  run->run_digest = run->find(artifact::kRecord)->sha256();
  return std::shared_ptr<const run::Run>(std::move(run));
}

Result<std::shared_ptr<const artifact::LoadedModel>> model_of(const run::Run& run) {
  const artifact::File* file = run.find(artifact::kModel);
  if (file == nullptr) return invalid_run("the run has no model.safetensors");
  RF_ASSIGN(artifact::LoadedModel model, artifact::read_model(file->bytes));
  return std::make_shared<const artifact::LoadedModel>(std::move(model));
}

Result<json::Value> dataset_options_of(const run::Run& run, const artifact::History& history) {
  RF_ASSIGN(const auto loaded, model_of(run));
  RF_ASSIGN(json::Value options, reading_options_of(run, history));
  json::Value kinds = json::Value::object();
  for (const encode::Feature& feature : loaded->model.encoder.features)
    kinds.set(feature.name, core::kind_name(feature.kind));
  options.set("kinds", std::move(kinds));
  return options;
}

Result<json::Value> reading_options_of(const run::Run& run, const artifact::History& history) {
  RF_ASSIGN(const json::Value record, parse_record(run));
  RF_ASSIGN(json::Value options, recorded_options(record));
  const artifact::Release* const row = history.find(record.find("runforge_version")->as_string());
  if (row == nullptr || options.as_object().empty()) return options;
  run::set_neutral_options(options, artifact::AsOf(history, *row));
  return options;
}

Result<json::Value> diagnostics_of(const run::Run& run) {
  RF_ASSIGN(const json::Value record, parse_record(run));
  return artifact::with_messages(*record.find("diagnostics"));
}

json::Value describe_model(const artifact::LoadedModel& loaded) {
  const model::Model& model = loaded.model;
  json::Value features = json::Value::array();
  for (const encode::Feature& feature : model.encoder.features)
    features.push(json::Value::object().set("name", feature.name).set("kind", core::kind_name(feature.kind)));
  json::Value outputs = json::Value::array();
  for (const std::string& name : model::output_names(model)) outputs.push(name);

  json::Value description = json::Value::object();
  description.set("schema_version", "model_describe.v1")
      .set("runforge_version", loaded.runforge_version)
      .set("format", core::decimal(artifact::kModelFormat))
      .set("input_digest", loaded.input_digest)
      .set("model_family", core::family_name(model.family))
      .set("task", core::task_name(model.task))
      .set("probabilities", model::has_probabilities(model))
      .set("features", std::move(features))
      .set("outputs", std::move(outputs));
  if (model.task == core::Task::kClassification) {
    json::Value classes = json::Value::array();
    for (const core::ClassLabel& label : model.classes) classes.push(artifact::class_label_value(label));
    description.set("classes", std::move(classes));
  }
  return description;
}

json::Value build_info() {
  json::Value info = json::Value::object();
  info.set("version", artifact::runforge_version())
      .set("numeric_profile", artifact::kNumericProfile)
#if defined(__clang__)
      .set("compiler", "clang " __clang_version__)
#else
      .set("compiler", "gcc " __VERSION__)
#endif
      .set("flags", RUNFORGE_BUILD_FLAGS)
      .set("build_type", RUNFORGE_BUILD_TYPE)
      .set("kernels", core::best_kernels().name);
  return info;
}

}  // namespace rf::audit
