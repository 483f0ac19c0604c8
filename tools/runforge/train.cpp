// SPDX-License-Identifier: MIT
// runforge train: loads, trains, emits, and prints the result. Pinned by tests/clients/train_test.py.
#include <array>
#include <string>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "handles.hpp"
#include "json.hpp"
#include "output.hpp"
#include "session.hpp"
#include "signing.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

struct Finished {
  Run run;
  std::string directory;
  std::string id;
  json::Document record;  ///< run.json
  bool is_signed = false;
};

const char* purpose_of(std::string_view name) {
  struct Entry {
    std::string_view name;
    const char* purpose;
  };
  static constexpr std::array kPurposes = {
      Entry{"run.json", "provenance"},
      Entry{"SHA256SUMS", "checksums of all files"},
      Entry{"dataset.v1.json", "column profile"},
      Entry{"execution.v1.json", "when, where and how long"},
      Entry{"SHA256SUMS.minisig", "signature of the checksums"},
      Entry{"feature_importance.v1.json", "feature importance"},
      Entry{"interpretability.index.v1.json", "what there is to explain this model"},
      Entry{"linear_coefficients.v1.json", "coefficients"},
      Entry{"metrics.v1.json", "validation metrics"},
      Entry{"model.safetensors", "model"},
      Entry{"run.intoto.jsonl", "signed statement"},
  };
  for (const Entry& entry : kPurposes)
    if (entry.name == name) return entry.purpose;
  return nullptr;
}

/// run.json first, then the others as SHA256SUMS orders them, SHA256SUMS after them, signatures last.
std::vector<std::string> file_names(const rf_run* run, bool is_signed) {
  std::vector<std::string> names = {"run.json"};
  bool execution_listed = false;
  for (std::uint64_t i = 0; i < rf_run_artifact_count(run); ++i) {
    const std::string name = rf_run_artifact_name(run, i);
    if (name == "run.json") continue;
    if (!execution_listed && name > "execution.v1.json") {
      names.push_back("execution.v1.json");
      execution_listed = true;
    }
    names.push_back(name);
  }
  names.push_back("SHA256SUMS");
  if (is_signed) {
    names.push_back("SHA256SUMS.minisig");
    names.push_back("run.intoto.jsonl");
  }
  return names;
}

std::string fingerprint_line(const json::View& dataset) {
  const std::string fingerprint = dataset["fingerprint_sha256"].text();
  return "Dataset fingerprint: " + fingerprint.substr(0, 16) + "...\n";
}

std::string headline(const Finished& finished) {
  const json::View record(&finished.record);
  const bool regression = record["task"].text() == "regression";
  const std::string title = regression ? "Validation R2: " : "Validation Accuracy: ";
  if (record["split"]["num_validation"].count() == 0) return title + "none (no validation rows)\n";
  double value = 0;
  if (rf_run_metric(finished.run.get(), regression ? "r2" : "accuracy", &value, nullptr) != RF_OK)
    return title + "undefined\n";
  return title + fixed_text(value, 4) + "\n";
}

std::string summary_text(const Finished& finished) {
  const json::View record(&finished.record);
  std::string text = "Run ID: " + finished.id + "\nRun directory: " + printable(finished.directory) + "\n" +
                     fingerprint_line(record["dataset"]) + headline(finished) + "\nArtifacts:\n";
  for (const std::string& name : file_names(finished.run.get(), finished.is_signed)) {
    const char* purpose = purpose_of(name);
    text += "  - " + name + (purpose ? " (" + std::string(purpose) + ")" : "") + "\n";
  }
  return text;
}

std::string summary_json(Finished& finished) {
  std::array<std::uint8_t, RF_DIGEST_SIZE> digest;
  call(rf_run_digest, finished.run.get(), digest.data(), digest.size());
  json::Document out;
  out.SetObject();
  const auto put_text = [&out](const char* key, const std::string& text) {
    json::set(out, out, key, json::text_value(out, text));
  };
  put_text("run_id", finished.id);
  put_text("run_dir", finished.directory);
  put_text("run_digest", hex_text(digest));
  for (const char* key : {"result_digest", "input_digest", "dataset", "metrics", "artifacts", "diagnostics"})
    if (const json::View member = json::View(&finished.record)[key])
      json::set(out, out, key, json::Value(*member.get(), out.GetAllocator()));
  return json::layout(out);
}

Finished train_and_emit(const TrainArguments& arguments) {
  const LibraryConfig config = library_config(arguments.config);
  const std::string options = emit_options(arguments);
  const Signer signer = load_signer(arguments.sign);
  // A mistake in the configuration is reported before a large file is read.
  Blob normalized;
  call(rf_config_normalize, config.train.data(), config.train.size(), Receiver(normalized).slot());

  Session session(thread_count(arguments.threads), !arguments.quiet);
  const Dataset dataset = load_dataset(arguments.data, config.dataset, session.hooks());
  Finished finished;
  call(rf_train, dataset.get(), config.train.data(), config.train.size(), session.hooks(),
       Receiver(finished.run).slot());
  Blob directory;
  call(rf_emit_artifacts, finished.run.get(), arguments.out.c_str(),
       static_cast<const rf_signer*>(signer.get()), options.data(), options.size(), session.hooks(),
       Receiver(directory).slot());
  finished.directory = text_of(directory);
  finished.is_signed = signer != nullptr;
  finished.id = directory_name(finished.directory);
  finished.record = artifact_document(finished.run.get(), "run.json");
  return finished;
}

}  // namespace

void run_train(const TrainArguments& arguments) {
  Finished finished = train_and_emit(arguments);
  if (arguments.json) {
    write_json(summary_json(finished));
  } else if (!arguments.quiet) {
    write_text(summary_text(finished));
    print_warnings(json::View(&finished.record)["diagnostics"]);
  }
}

}  // namespace rf::tool
