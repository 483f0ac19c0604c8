// SPDX-License-Identifier: MIT
// Turns results into the JSON documents of a run. Each function is a pure function of its arguments.
// docs/formats/ describes the content of each document and its order. Only execution.v1 contains times, host
// facts or a path.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/stage_time.hpp"
#include "core/error.hpp"
#include "core/family.hpp"
#include "core/host.hpp"
#include "core/monitor.hpp"
#include "core/result.hpp"
#include "core/vocabulary.hpp"
#include "evaluate/metrics.hpp"
#include "json/value.hpp"
#include "model/model.hpp"
#include "params/params.hpp"
#include "table/dataset.hpp"
#include "table/profile.hpp"
#include "table/selection.hpp"

namespace rf::artifact {

/// One file of a run.
struct File {
  std::string name;            ///< "metrics.v1.json"
  std::string schema_version;  ///< "metrics.v1"
  std::string bytes;
  std::string sha256() const;  ///< lower-case hex
};

/// Adds schema_version and runforge_version (the running version unless given), checks the document against
/// its schema and lays it out. A document that fails its own schema is a bug: kInternal names the pointer.
/// kCancelled if the monitor asks to stop.
core::Result<File> finish_document(std::string name, std::string_view schema_version, json::Value document);
core::Result<File> finish_document(std::string name, std::string_view schema_version, json::Value document,
                                   std::string_view version, const core::Monitor* monitor = nullptr);

// ---- parts that documents share

json::Value class_label_value(const core::ClassLabel& label);
json::Value diagnostics_value(const core::Diagnostics& diagnostics);
json::Value details_value(const core::Details& details);
/// Converts the details of a record, keys in JSON order. Values that are neither a text nor a whole number
/// within 2^53 are left out.
core::Details details_of(const json::Value& details);
/// The diagnostics of a record of any version. Each message is made again from code, severity and details;
/// the recorded message is never used. If this library does not know the code, the message says so.
json::Value with_messages(const json::Value& diagnostics);
json::Value parameter_value(const params::Value& value);
/// dataset_options.v1 with every default explicit.
json::Value reading_options_value(const table::ReadingOptions& options);
/// run.v2 /dataset/source.
json::Value source_value(const table::Source& source);

// ---- result plane

json::Value metrics_document(const evaluate::Metrics& metrics, const core::ClassLabels& classes);
/// Linear models only.
json::Value coefficients_document(const model::Model& model);
/// Tree models only; one entry per feature.
json::Value importance_document(const model::Model& model);

struct ClassCount {
  core::ClassLabel label;
  std::uint64_t count;  ///< over rows used
  std::uint64_t train;
  std::uint64_t validation;
};

/// The facts in dataset.v1.
struct DatasetFacts {
  std::string content_sha256;
  std::uint64_t rows_read = 0;
  const table::Selection* selection = nullptr;
  std::span<const table::ColumnProfile> columns;
  std::vector<ClassCount> class_counts;  ///< classification only
  std::uint64_t duplicate_rows_across_split = 0;
};
json::Value dataset_document(const DatasetFacts& facts);
/// The columns array of dataset.v1 and inspect.v2. Only used features and the label show ranges and levels.
json::Value columns_value(std::span<const table::ColumnProfile> columns, std::span<const table::Role> roles,
                          std::span<const table::MissingUse> missing = {});

/// interpretability.index.v1: `files` are the documents that it refers to. run::as_of sets their digests.
json::Value index_document(const std::string& input_digest, const model::Model& model,
                           const evaluate::Metrics& metrics, std::span<const File> files);

struct SplitFacts {
  std::string method;  ///< the method that ran
  std::uint32_t seed = 0;
  std::optional<double> validation_fraction;  ///< absent if a column selects the validation rows
  bool stratified = false;
  std::uint64_t num_train = 0;
  std::uint64_t num_validation = 0;
  std::string train_rows_sha256;
  std::string validation_rows_sha256;
};

struct ProfileFacts {
  std::string name;
  std::string version;
  std::string expanded_parameters_hash;
};

/// The facts in run.json.
struct RunFacts {
  std::string input_digest;
  std::string content_sha256;
  const table::Source* source = nullptr;  ///< null for tables handed over in memory
  std::string label_column;
  core::Task task = core::Task::kClassification;
  core::Family model_family = core::Family::kLogisticRegression;
  std::uint64_t num_samples = 0;
  std::uint64_t num_features = 0;
  std::uint64_t num_encoded_features = 0;
  std::uint64_t dropped_rows_missing_values = 0;
  SplitFacts split;
  json::Value requested_config;
  json::Value config;
  std::vector<params::Hyperparameter> hyperparameters;
  std::optional<ProfileFacts> profile;
  std::optional<model::SolverReport> solver;
  const evaluate::Metrics* metrics = nullptr;
  std::span<const File>
      files;  ///< the other result files, any order; run::as_of sets their digests and sizes
  core::Diagnostics diagnostics;
};
/// run.v2 with numeric_profile, result_digest and the artifacts array.
json::Value run_document(const RunFacts& facts);

// ---- occurrence plane

struct ExecutionFacts {
  std::string run_id;
  std::int64_t created_at = 0;  ///< Unix seconds
  std::string run_digest;
  bool details = true;  ///< false leaves out everything below
  std::optional<std::string> dataset_path;
  core::HostFacts host;
  std::uint32_t threads = 1;
  json::Value build;  ///< object: compiler, flags, ...
  std::vector<StageTime> stages;
  std::uint64_t peak_memory_bytes = 0;
};
json::Value execution_document(const ExecutionFacts& facts);

}  // namespace rf::artifact
