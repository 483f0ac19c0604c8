// SPDX-License-Identifier: MIT
// The documents are made again from their sources (the model file, the configuration, the confusion matrix)
// by the same functions that made them, rendered as of the record's version, and compared byte for byte.
// Facts that only the data can provide are taken from the record as inputs: the schema checks their shape,
// and their sums and counts must agree. Pinned by tests/unit/audit/verify_test.cpp.
#include <algorithm>
#include <array>
#include <utility>

#include "artifact/documents.hpp"
#include "audit/verify_parts.hpp"
#include "core/host.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"
#include "json/write.hpp"
#include "run/result_files.hpp"
#include "run/source_facts.hpp"

namespace rf::audit {
namespace {

using core::Result;

class Meaning {
 public:
  Meaning(const EmittedRun& run, const artifact::AsOf& row, Groundwork& groundwork, Findings& findings,
          core::Context& context)
      : run_(run),
        row_(row),
        groundwork_(groundwork),
        record_(*run.record()),
        findings_(findings),
        context_(context) {}

  Result<std::optional<Reread>> operator()() {
    Result<run::TrainConfig> config =
        run::read_train_config(json::canonical(*record_.find("requested_config")), row_);
    if (!config) fail(artifact::kRecord, "/requested_config", config.error().message);
    Result<artifact::LoadedModel>& loaded = groundwork_.model;
    if (!loaded) fail(artifact::kModel, "", loaded.error().message);
    if (!config || !loaded) return std::optional<Reread>();
    Reread reread{std::move(*config), std::move(*loaded)};
    check_model(reread);
    RF_TRY(read_metrics(reread.loaded.model));
    RF_TRY(
        expect_documents(Layer::kMeaning, run_, row_, documents(reread), groundwork_, findings_, context_));
    check_split(reread.config);
    check_reading_options();
    check_details();
    check_execution();
    check_dataset();
    return std::optional(std::move(reread));
  }

 private:
  void fail(std::string file, std::string pointer, std::string message) {
    findings_.fail(Layer::kMeaning, std::move(file), std::move(pointer), std::move(message));
  }
  static std::string said(core::Family family, core::Task task) {
    return std::string(core::family_name(family)) + " for " + std::string(core::task_name(task));
  }
  const std::string& text(std::string_view key) const { return record_.find(key)->as_string(); }
  double split_count(std::string_view key) const { return record_.find("split")->find(key)->as_number(); }

  /// The model's header must agree with run.json, and its bytes must be those that this library would write
  /// for it. Family, task, missing policies and number of classes must follow the configuration.
  void check_model(const Reread& reread) {
    const artifact::LoadedModel& loaded = reread.loaded;
    if (loaded.runforge_version != run_.version)
      fail(artifact::kModel, "/__metadata__/runforge_version",
           "expected " + core::quoted(run_.version) + ", as run.json says, found " +
               core::quoted(loaded.runforge_version));
    else if (loaded.input_digest != text("input_digest"))
      fail(artifact::kModel, "/__metadata__/input_digest",
           "expected " + text("input_digest") + ", as run.json says, found " + loaded.input_digest);
    else if (loaded.format > row_.row().model_format)
      fail(artifact::kModel, "/__metadata__/format",
           "expected at most " + core::decimal(row_.row().model_format) + ", that of version " +
               run_.version + ", found " + core::decimal(loaded.format));
    else if (!groundwork_.model_is_as_written)
      fail(artifact::kModel, "",
           "the model was not written by this library: written again it has other bytes");
    if (loaded.model.family != reread.config.family || loaded.model.task != reread.config.task)
      fail(artifact::kModel, "",
           "expected a model of the family " + said(reread.config.family, reread.config.task) + ", found " +
               said(loaded.model.family, loaded.model.task));
    check_policies(reread.config, loaded.model.encoder);
    if (const auto most = reread.config.max_classes; most && loaded.model.classes.size() > *most)
      fail(artifact::kModel, "",
           "expected at most " + core::counted(*most, "class") + ", as the configuration says, found " +
               core::decimal(loaded.model.classes.size()));
  }

  /// The encoder follows the configuration's missing policies.
  void check_policies(const run::TrainConfig& config, const encode::Encoder& encoder) {
    for (const encode::Feature& feature : encoder.features) {
      const core::MissingPolicy wanted = config.missing.of(feature.name);
      const core::MissingPolicy found = encoder.missing_of(feature);
      if (wanted != found)
        return fail(artifact::kModel, "",
                    "the feature " + core::quoted(feature.name) + ": expected the missing policy " +
                        std::string(core::missing_policy_name(wanted)) +
                        ", as the configuration says, found " +
                        std::string(core::missing_policy_name(found)));
    }
  }

  /// Reads metrics_ from the document. Values that follow from the confusion matrix are computed again.
  Result<> read_metrics(const model::Model& model) {
    const json::Value& document = *run_.find(artifact::kMetrics);
    if (model.task == core::Task::kClassification) {
      RF_ASSIGN(metrics_, evaluate::classification_metrics({}, {}, model.classes.size(),
                                                           model::has_probabilities(model), context_));
    } else {
      RF_ASSIGN(metrics_, evaluate::regression_metrics({}, {}, context_));
    }
    for (const auto& [name, value] : document.as_object())
      if (value.is_number() && name != "num_classes") metrics_.scalars[name] = value.as_number();
    const json::Value* const matrix = document.find("confusion_matrix");
    if (matrix == nullptr) return {};
    double n_rows = 0;
    for (const json::Value& row : matrix->as_array()) {
      std::vector<std::uint64_t>& counts = metrics_.confusion_matrix.emplace_back();
      for (const json::Value& count : row.as_array()) {
        counts.push_back(static_cast<std::uint64_t>(count.as_number()));
        n_rows += count.as_number();
      }
      if (row.as_array().size() != matrix->as_array().size() || counts.size() != model.classes.size()) {
        fail(artifact::kMetrics, "/confusion_matrix",
             "expected a row and a column for each class of the model");
        metrics_.confusion_matrix.clear();
        return {};
      }
    }
    if (n_rows != split_count("num_validation") || n_rows == 0)
      fail(artifact::kMetrics, "/confusion_matrix",
           "expected the sum " + core::number_text(split_count("num_validation")) +
               ", the validation rows of run.json, found " + core::number_text(n_rows));
    if (n_rows > 0) evaluate::score_confusion_matrix(metrics_, context_.kernels);
    return {};
  }

  run::Documents documents(const Reread& reread) {
    const model::Model& model = reread.loaded.model;
    const std::vector<artifact::File> files = run::files_left_by(model);
    run::Documents made = run::documents_of_model(model, metrics_);
    if (const json::Value* dataset = run_.find(artifact::kDataset)) made[artifact::kDataset] = *dataset;
    made[artifact::kRecord] = record_document(reread, files);
    return made;
  }

  json::Value record_document(const Reread& reread, std::span<const artifact::File> files) {
    artifact::RunFacts facts;
    facts.label_column = reread.config.label;
    facts.task = reread.config.task;
    facts.model_family = reread.config.family;
    facts.num_features = reread.loaded.model.encoder.features.size();
    facts.num_encoded_features = reread.loaded.model.encoder.n_design_columns();
    facts.requested_config = reread.config.requested;
    facts.config = reread.config.resolved;
    facts.hyperparameters = reread.config.parameters.recorded;
    facts.profile = run::profile_facts(reread.config);
    facts.metrics = &metrics_;
    facts.files = files;
    json::Value made = artifact::run_document(facts);
    for (const char* input : {"dataset", "split", "num_samples", "dropped_rows_missing_values", "solver"}) {
      made.as_object().erase(input);
      if (const json::Value* recorded = record_.find(input)) made.set(input, *recorded);
    }
    made.set("diagnostics", artifact::with_messages(*record_.find("diagnostics")));
    return made;
  }

  void check_split(const run::TrainConfig& config) {
    const double rows = split_count("num_train") + split_count("num_validation");
    if (rows != record_.find("num_samples")->as_number())
      fail(artifact::kRecord, "/num_samples",
           "expected " + core::number_text(rows) + ", the training and the validation rows, found " +
               core::number_text(record_.find("num_samples")->as_number()));
    if (config.seed != split_count("seed"))
      fail(artifact::kRecord, "/split/seed",
           "expected " + core::decimal(config.seed) + ", as the configuration says, found " +
               core::number_text(split_count("seed")));
  }

  /// A diagnostic may contain only the details that its code had in the record's version.
  void check_details() {
    const json::Value::Array& diagnostics = record_.find("diagnostics")->as_array();
    for (std::size_t i = 0; i < diagnostics.size(); ++i) {
      const json::Value* const details = diagnostics[i].find("details");
      if (details == nullptr) continue;
      const std::string& code = diagnostics[i].find("code")->as_string();
      for (const auto& [key, value] : details->as_object())
        if (!row_.knows(artifact::Thing::kDetail, code + "/" + key))
          return fail(artifact::kRecord,
                      "/diagnostics/" + std::to_string(i) + "/details/" + json::pointer_token(key),
                      "version " + run_.version + " wrote no such fact beside " + code);
    }
  }

  /// The reading options of a file are recorded with every default explicit. Each option that the version
  /// knew must be present. Rendering leaves out the options that it did not know.
  void check_reading_options() {
    const json::Value* const source = record_.find("dataset")->find("source");
    const json::Value* const options = source == nullptr ? nullptr : source->find("options");
    if (options == nullptr) return;
    table::ReadingOptions resolved;
    resolved.delimiter = ',';
    const json::Value written = artifact::reading_options_value(resolved);
    for (const artifact::Entry& entry : row_.history().entries)
      if (entry.thing == artifact::Thing::kReadingOption && row_.knows(entry) &&
          json::at(written, entry.name) != nullptr && json::at(*options, entry.name) == nullptr)
        fail(artifact::kRecord, "/dataset/source/options" + entry.name,
             "expected the option as it was resolved, found nothing");
    check_reading();
  }

  /// Checks that the table described by dataset.v1.json can have been read under the recorded options.
  void check_reading() {
    const json::Value* const document = run_.find(artifact::kDataset);
    if (document == nullptr) return;
    std::vector<run::ReadColumn> columns;
    for (const json::Value& column : document->find("columns")->as_array()) {
      columns.push_back({column.find("name")->as_string(), column.find("kind")->as_string(), {}});
      const json::Value* const levels = column.find("levels");
      if (levels == nullptr) continue;
      for (const json::Value& level : levels->as_array())
        columns.back().levels.push_back(level.find("level")->as_string());
    }
    const double n_rows = document->find("rows")->find("read")->as_number();
    for (run::Contradiction& one :
         run::impossible_reading(*record_.find("dataset"), columns, static_cast<std::uint64_t>(n_rows)))
      fail(artifact::kRecord, std::move(one.pointer), std::move(one.message));
  }

  void check_execution() {
    const json::Value& document = *run_.find(artifact::kExecution);
    const std::string& id = document.find("run_id")->as_string();
    const std::string end = "-" + text("input_digest").substr(0, 8);
    if (!id.ends_with(end))
      fail(artifact::kExecution, "/run_id",
           "expected one that ends in " + end.substr(1) + ", as the input digest begins, found " + id);
    check_instant(id, document.find("created_at")->as_string());
    check_build(document);
    check_stages(document);
    const bool has_details = document.find("host") != nullptr;
    for (const char* detail : {"threads", "build", "stages"})
      if ((document.find(detail) != nullptr) != has_details)
        fail(artifact::kExecution, std::string("/") + detail,
             "expected host, threads, build and stages, all of them or none");
    if (document.find("dataset_path") != nullptr &&
        record_.find("dataset")->find("fingerprint_sha256") == nullptr)
      fail(artifact::kRecord, "/dataset/fingerprint_sha256",
           "expected the fingerprint of the file that execution.v1.json names, found nothing");
  }

  /// The run id names the second of created_at, or a later second, up to a day, if earlier ids were taken.
  void check_instant(const std::string& id, const std::string& created_at) {
    constexpr std::int64_t kMostSecondsLater = 86400;
    const auto created = core::parse_rfc3339(created_at);
    const auto named =
        core::parse_rfc3339(id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 2) + "T" +
                            id.substr(9, 2) + ":" + id.substr(11, 2) + ":" + id.substr(13, 2) + "Z");
    if (!created)
      return fail(artifact::kExecution, "/created_at",
                  "expected a date and time, found " + core::quoted(created_at));
    if (!named || *named < *created || *named > *created + kMostSecondsLater)
      fail(artifact::kExecution, "/run_id",
           "expected the instant of created_at, " + created_at + ", found " + id);
  }

  void check_build(const json::Value& document) {
    const json::Value* const build = document.find("build");
    if (build == nullptr) return;
    const json::Value* const version = build->find("version");
    if (version == nullptr || *version != json::Value(run_.version))
      fail(artifact::kExecution, "/build/version",
           "expected " + core::quoted(run_.version) + ", as run.json says, found " +
               (version == nullptr ? std::string("nothing") : json::canonical(*version)));
    const json::Value* const profile = build->find("numeric_profile");
    if (profile == nullptr || *profile != json::Value(row_.row().numeric_profile))
      fail(artifact::kExecution, "/build/numeric_profile",
           "expected " + core::decimal(row_.row().numeric_profile) + ", that of version " + run_.version +
               ", found " + (profile == nullptr ? std::string("nothing") : json::canonical(*profile)));
    check_build_facts(*build);
  }

  /// Checks that each build fact is a text and that there is no other fact. The values cannot be checked,
  /// because nothing else records them.
  void check_build_facts(const json::Value& build) {
    constexpr std::array<std::string_view, 4> kFacts = {"build_type", "compiler", "flags", "kernels"};
    for (const std::string_view fact : kFacts)
      if (const json::Value* found = build.find(fact); found == nullptr || !found->is_string())
        fail(artifact::kExecution, "/build/" + std::string(fact),
             "expected a text, found " +
                 (found == nullptr ? std::string("nothing") : json::canonical(*found)));
    for (const auto& [name, value] : build.as_object())
      if (name != "version" && name != "numeric_profile" &&
          std::find(kFacts.begin(), kFacts.end(), name) == kFacts.end())
        fail(artifact::kExecution, "/build",
             "version " + run_.version + " says nothing called " + core::quoted(name) + " of its build");
  }

  /// Every training has the same stages, in every version of the history.
  void check_stages(const json::Value& document) {
    constexpr std::array<std::string_view, 7> kStages = {"load",     "split",   "encode", "train",
                                                         "evaluate", "explain", "emit"};
    const json::Value* const stages = document.find("stages");
    if (stages == nullptr) return;
    const json::Value::Array& found = stages->as_array();
    if (std::equal(found.begin(), found.end(), kStages.begin(), kStages.end(),
                   [](const json::Value& stage, std::string_view name) {
                     return stage.find("name")->as_string() == name;
                   }))
      return;
    fail(artifact::kExecution, "/stages",
         "expected load, split, encode, train, evaluate, explain and emit, each once and in this order");
  }

  void check_dataset() {
    const json::Value* const document = run_.find(artifact::kDataset);
    if (document == nullptr) return;
    const auto expect = [&](const json::Value& found, double wanted, const char* pointer, const char* what) {
      if (found.as_number() != wanted)
        fail(artifact::kDataset, pointer,
             "expected " + core::number_text(wanted) + ", " + what + ", found " +
                 core::number_text(found.as_number()));
    };
    const json::Value& rows = *document->find("rows");
    const double used = record_.find("num_samples")->as_number();
    const double dropped = record_.find("dropped_rows_missing_values")->as_number();
    const std::string& content = record_.find("dataset")->find("content_sha256")->as_string();
    if (document->find("content_sha256")->as_string() != content)
      fail(artifact::kDataset, "/content_sha256",
           "expected " + content + ", as run.json says, found " +
               document->find("content_sha256")->as_string());
    expect(*rows.find("used"), used, "/rows/used", "num_samples of run.json");
    expect(json::Value(rows.find("dropped_missing_label")->as_number() +
                       rows.find("dropped_missing_values")->as_number()),
           dropped, "/rows", "the dropped rows of run.json");
    expect(*rows.find("read"), used + dropped, "/rows/read", "the sum of the rows used and dropped");
    if (const json::Value* classes = document->find("class_counts")) check_class_counts(*classes);
  }

  void check_class_counts(const json::Value& classes) {
    double train = 0;
    double validation = 0;
    for (const json::Value& entry : classes.as_array()) {
      train += entry.find("train")->as_number();
      validation += entry.find("validation")->as_number();
      if (entry.find("count")->as_number() !=
          entry.find("train")->as_number() + entry.find("validation")->as_number())
        fail(artifact::kDataset, "/class_counts",
             "a class's count is not the sum of its training and validation rows");
    }
    if (train != split_count("num_train") || validation != split_count("num_validation"))
      fail(artifact::kDataset, "/class_counts", "the classes' rows are not the rows of the split");
  }

  const EmittedRun& run_;
  const artifact::AsOf& row_;
  Groundwork& groundwork_;
  const json::Value& record_;
  Findings& findings_;
  core::Context& context_;
  evaluate::Metrics metrics_;
};

}  // namespace

Result<std::optional<Reread>> check_meaning(const EmittedRun& run, const artifact::AsOf& as_of,
                                            Groundwork& groundwork, Findings& findings,
                                            core::Context& context) {
  return Meaning(run, as_of, groundwork, findings, context)();
}

}  // namespace rf::audit
