// SPDX-License-Identifier: MIT
// The documents are made again from what they were made from (the model file, the configuration, the
// confusion matrix) by the very functions that made them, and compared. What only the data could tell is
// taken as recorded.
#include <utility>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "core/text.hpp"
#include "json/write.hpp"
#include "run/result_files.hpp"
#include "run/verify_parts.hpp"

namespace rf::run {
namespace {

using core::Result;

class Meaning {
 public:
  Meaning(const EmittedRun& run, Groundwork groundwork, Findings& findings, core::Context& context)
      : run_(run),
        groundwork_(std::move(groundwork)),
        record_(*run.record()),
        findings_(findings),
        context_(context) {}

  Result<std::optional<Reread>> operator()() {
    Result<TrainConfig> config = read_train_config(json::canonical(*record_.find("requested_config")));
    if (!config) fail(kRecord, "/requested_config", config.error().message);
    Result<artifact::LoadedModel>& loaded = groundwork_.model;
    if (!loaded) fail(kModel, "", loaded.error().message);
    if (!config || !loaded) return std::optional<Reread>();
    Reread reread{std::move(*config), std::move(*loaded)};
    RF_TRY(metrics(reread));
    model(reread);
    record(reread);
    execution();
    dataset();
    return std::optional(std::move(reread));
  }

 private:
  void fail(std::string file, std::string pointer, std::string message) {
    findings_.fail(Layer::kMeaning, std::move(file), std::move(pointer), std::move(message));
  }
  const std::string& text(std::string_view key) const { return record_.find(key)->as_string(); }
  double split_count(std::string_view key) const { return record_.find("split")->find(key)->as_number(); }

  /// metrics_ as the document says them; what follows from the confusion matrix follows again.
  Result<> metrics(const Reread& reread) {
    const model::Model& model = reread.loaded.model;
    const json::Value& document = *run_.find(kMetrics);
    if (model.task == core::Task::kClassification) {
      RF_ASSIGN(metrics_, evaluate::classification_metrics({}, {}, model.classes.size(),
                                                           model::has_probabilities(model), context_));
    } else {
      RF_ASSIGN(metrics_, evaluate::regression_metrics({}, {}, context_));
    }
    for (const auto& [name, value] : document.as_object())
      if (value.is_number() && name != "num_classes") metrics_.scalars[name] = value.as_number();
    double n_rows = 0;
    if (const json::Value* matrix = document.find("confusion_matrix")) {
      for (const json::Value& row : matrix->as_array()) {
        std::vector<std::uint64_t>& counts = metrics_.confusion_matrix.emplace_back();
        for (const json::Value& count : row.as_array()) {
          counts.push_back(static_cast<std::uint64_t>(count.as_number()));
          n_rows += count.as_number();
        }
        if (row.as_array().size() != matrix->as_array().size() || counts.size() != model.classes.size()) {
          fail(kMetrics, "/confusion_matrix", "expected a row and a column for each class of the model");
          metrics_.confusion_matrix.clear();
          return {};
        }
      }
      if (n_rows != split_count("num_validation") || n_rows == 0)
        fail(kMetrics, "/confusion_matrix", "its sum is not the number of validation rows of run.json");
      if (n_rows > 0) evaluate::score_confusion_matrix(metrics_, context_.kernels);
    }
    expect_document(Layer::kMeaning, run_, kMetrics, artifact::metrics_document(metrics_, model.classes), {},
                    findings_);
    return {};
  }

  /// Coefficients or importances with their ranks, the index and the bytes themselves.
  void model(const Reread& reread) {
    const model::Model& model = reread.loaded.model;
    const bool linear = std::holds_alternative<model::LinearModel>(model.fitted);
    const char* const name = linear ? "linear_coefficients.v1.json" : "feature_importance.v1.json";
    if (run_.find(name) == nullptr)
      fail(kRecord, "/artifacts", std::string("lists no ") + name + ", which explains this model");
    else
      expect_document(Layer::kMeaning, run_, name,
                      linear ? artifact::coefficients_document(model) : artifact::importance_document(model),
                      {}, findings_);
    expect_document(Layer::kMeaning, run_, kIndex,
                    artifact::index_document(text("input_digest"), model, metrics_, files()), {}, findings_);
    if (reread.loaded.input_digest != text("input_digest"))
      fail(kModel, "", "it was trained from other inputs: its input digest is " + reread.loaded.input_digest);
    else if (reread.loaded.runforge_version == artifact::runforge_version() &&
             !groundwork_.model_is_as_written)
      fail(kModel, "", "the model was not written by this library: written again it has other bytes");
  }

  std::vector<artifact::File> files() const {
    std::vector<artifact::File> files;
    for (const json::Value& entry : record_.find("artifacts")->as_array()) {
      const std::string& name = entry.find("path")->as_string();
      const std::string& schema = entry.find("schema_version")->as_string();
      // Only what the index points at is looked into.
      const bool is_document = name.ends_with(".json");
      files.push_back({name, schema, is_document ? std::string(run_.bytes(name)) : std::string()});
    }
    return files;
  }

  void record(const Reread& reread) {
    const auto profile = static_cast<std::uint32_t>(record_.find("numeric_profile")->as_number());
    const std::string& content = record_.find("dataset")->find("content_sha256")->as_string();
    artifact::RunFacts facts;
    facts.input_digest = input_digest(reread.config.resolved, content, profile);
    facts.content_sha256 = content;
    facts.label_column = reread.config.label;
    facts.task = reread.config.task;
    facts.model_family = reread.config.family;
    facts.num_features = reread.loaded.model.encoder.features.size();
    facts.num_encoded_features = reread.loaded.model.encoder.n_design_columns();
    facts.requested_config = reread.config.requested;
    facts.config = reread.config.resolved;
    facts.hyperparameters = reread.config.parameters.recorded;
    facts.profile = profile_facts(reread.config);
    facts.metrics = &metrics_;
    const std::vector<artifact::File> all = files();
    facts.files = all;
    expect_document(Layer::kMeaning, run_, kRecord, artifact::run_document(facts),
                    {"numeric_profile", "dataset", "split", "num_samples", "dropped_rows_missing_values",
                     "solver", "diagnostics", "artifacts", "result_digest"},
                    findings_);
    if (split_count("num_train") + split_count("num_validation") != record_.find("num_samples")->as_number())
      fail(kRecord, "/num_samples", "it is not the sum of the training and the validation rows");
    if (reread.config.seed != split_count("seed"))
      fail(kRecord, "/split/seed", "it is not the seed of the configuration");
    if (reread.loaded.model.family != reread.config.family || reread.loaded.model.task != reread.config.task)
      fail(kModel, "", "the model is not of the family and task that run.json states");
  }

  void execution() {
    const json::Value& document = *run_.find(kExecution);
    const std::string& id = document.find("run_id")->as_string();
    if (!id.ends_with("-" + text("input_digest").substr(0, 8)))
      fail(kExecution, "/run_id", "it does not end in the first eight digits of the input digest");
  }

  void dataset() {
    const json::Value& document = *run_.find(kDataset);
    const auto expect = [&](bool holds, const char* pointer, const char* message) {
      if (!holds) fail(kDataset, pointer, message);
    };
    const json::Value& rows = *document.find("rows");
    const double used = record_.find("num_samples")->as_number();
    const double dropped = record_.find("dropped_rows_missing_values")->as_number();
    expect(document.find("content_sha256")->as_string() ==
               record_.find("dataset")->find("content_sha256")->as_string(),
           "/content_sha256", "it is not that of run.json");
    expect(rows.find("used")->as_number() == used, "/rows/used", "it is not num_samples of run.json");
    expect(
        rows.find("dropped_missing_label")->as_number() + rows.find("dropped_missing_values")->as_number() ==
            dropped,
        "/rows", "the dropped rows are not those of run.json");
    expect(rows.find("read")->as_number() == used + dropped, "/rows/read",
           "it is not the sum of the rows used and dropped");
    if (const json::Value* classes = document.find("class_counts")) {
      double train = 0;
      double validation = 0;
      for (const json::Value& entry : classes->as_array()) {
        train += entry.find("train")->as_number();
        validation += entry.find("validation")->as_number();
        expect(entry.find("count")->as_number() ==
                   entry.find("train")->as_number() + entry.find("validation")->as_number(),
               "/class_counts", "a class's count is not the sum of its training and validation rows");
      }
      expect(train == split_count("num_train") && validation == split_count("num_validation"),
             "/class_counts", "the classes' rows are not the rows of the split");
    }
  }

  const EmittedRun& run_;
  Groundwork groundwork_;
  const json::Value& record_;
  Findings& findings_;
  core::Context& context_;
  evaluate::Metrics metrics_;
};

}  // namespace

void expect_document(Layer layer, const EmittedRun& run, const std::string& name, json::Value expected,
                     std::initializer_list<std::string_view> ignored, Findings& findings) {
  const json::Value* recorded = run.find(name);
  if (recorded == nullptr) return;
  json::Value found = *recorded;
  for (json::Value* value : {&expected, &found}) {
    json::Value::Object& members = value->as_object();
    for (const std::string_view key : ignored) members.erase(std::string(key));
    members.erase("schema_version");
    members.erase("runforge_version");
  }
  if (const auto difference = json::first_difference(expected, found))
    findings.fail(layer, name, difference->pointer, difference_text(*difference));
}

Result<std::optional<Reread>> check_meaning(const EmittedRun& run, Groundwork groundwork, Findings& findings,
                                            core::Context& context) {
  return Meaning(run, std::move(groundwork), findings, context)();
}

}  // namespace rf::run
