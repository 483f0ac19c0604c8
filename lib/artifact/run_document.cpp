// SPDX-License-Identifier: MIT
// run.v2: the record of a run, from its inputs to the digest of every result file. Pinned by
// tests/unit/artifact/run_document_test.cpp.
#include <algorithm>
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "core/mutant.hpp"
#include "crypto/sha256.hpp"
#include "json/write.hpp"

namespace rf::artifact {
namespace {

json::Value dataset_value(const RunFacts& facts) {
  json::Value value;
  value.set("content_sha256", facts.content_sha256);
  if (facts.source != nullptr) {
    value.set("fingerprint_sha256", facts.source->fingerprint_sha256)
        .set("size_bytes", facts.source->size_bytes)
        .set("source", source_value(*facts.source));
  }
  return value;
}

json::Value split_value(const SplitFacts& split) {
  json::Value value;
  value.set("method", split.method)
      .set("seed", split.seed)
      .set("stratified", split.stratified)
      .set("num_train", split.num_train)
      .set("num_validation", split.num_validation)
      .set("train_rows_sha256", split.train_rows_sha256)
      .set("validation_rows_sha256", split.validation_rows_sha256);
  if (split.validation_fraction) value.set("validation_fraction", *split.validation_fraction);
  return value;
}

json::Value hyperparameters_value(std::vector<params::Hyperparameter> hyperparameters) {
  // total order: names, each once
  std::sort(hyperparameters.begin(), hyperparameters.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  json::Value array = json::Value::array();
  for (const params::Hyperparameter& parameter : hyperparameters) {
    array.push(json::Value::object()
                   .set("name", parameter.name)
                   .set("value", parameter_value(parameter.value))
                   .set("source", params::origin_name(parameter.origin)));
  }
  return array;
}

json::Value solver_value(const model::SolverReport& solver) {
  json::Value value;
  value.set("name", solver.name).set("iterations", solver.iterations).set("converged", solver.converged);
  if (solver.gradient_norm) value.set("gradient_norm", *solver.gradient_norm);
  if (solver.objective) value.set("objective", *solver.objective);
  return value;
}

json::Value artifacts_value(std::span<const File> files) {
  std::vector<const File*> sorted;
  for (const File& file : files) sorted.push_back(&file);
  // total order: names, each once
  std::sort(sorted.begin(), sorted.end(), [](const File* a, const File* b) { return a->name < b->name; });
  json::Value array = json::Value::array();
  for (const File* file : sorted) {
    array.push(json::Value::object()
                   .set("path", file->name)
                   .set("schema_version", file->schema_version)
                   .set("sha256", file->sha256())
                   .set("size_bytes", file->bytes.size()));
  }
  return array;
}

void set_metrics(json::Value& document, const RunFacts& facts) {
  json::Value metrics = json::Value::object();
  for (const auto& [name, value] : facts.metrics->scalars) metrics.set(name, value);
  document.set("metrics", std::move(metrics));
  for (const File& file : facts.files) {
    if (file.schema_version != "metrics.v1") continue;
    document.set("metrics_v1", json::Value::object()
                                   .set("schema_version", file.schema_version)
                                   .set("metrics_profile", facts.metrics->profile)
                                   .set("artifact_path", file.name));
  }
}

}  // namespace

json::Value run_document(const RunFacts& facts) {
  json::Value artifacts = artifacts_value(facts.files);
  json::Value document;
  document.set("numeric_profile", kNumericProfile)
      .set("input_digest", facts.input_digest)
      .set("result_digest", crypto::sha256_hex(json::canonical(artifacts)))
      .set("dataset", dataset_value(facts))
      .set("label_column", facts.label_column)
      .set("task", core::task_name(facts.task))
      .set("model_family", core::family_name(facts.model_family))
      .set("num_samples", facts.num_samples)
      .set("num_features", facts.num_features)
      .set("num_encoded_features", facts.num_encoded_features)
      .set("dropped_rows_missing_values", facts.dropped_rows_missing_values)
      .set("split", split_value(facts.split))
      .set("requested_config", facts.requested_config)
      .set("config", facts.config)
      .set("hyperparameters", hyperparameters_value(facts.hyperparameters))
      .set("artifacts", std::move(artifacts))
      .set("diagnostics",
           RF_MUTANT(diagnostics_left_out, diagnostics_value(facts.diagnostics), json::Value::array()));
  if (facts.profile) {
    document.set("profile_name", facts.profile->name)
        .set("profile_version", facts.profile->version)
        .set("expanded_parameters_hash", facts.profile->expanded_parameters_hash);
  }
  if (facts.solver) document.set("solver", solver_value(*facts.solver));
  set_metrics(document, facts);
  return document;
}

}  // namespace rf::artifact
