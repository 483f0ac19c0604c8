// SPDX-License-Identifier: MIT
// runforge train: loads, trains, emits, and prints the result. Pinned by tests/clients/train_test.py.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "json.hpp"
#include "output.hpp"
#include "session.hpp"
#include "signing.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

struct Finished {
  runforge::Run run;
  std::string directory;
  std::string id;
  json::Document record;  ///< run.json
  bool is_signed = false;
  std::optional<double> seconds;  ///< that it took; none where the record must not hold times either
};

const char* purpose_of(std::string_view name) {
  struct Entry {
    std::string_view name;
    const char* purpose;
  };
  static constexpr Entry kPurposes[] = {
#include "run_files.inc"
  };
  for (const Entry& entry : kPurposes)
    if (entry.name == name) return entry.purpose;
  return nullptr;
}

/// run.json first, then the others as SHA256SUMS orders them, SHA256SUMS after them, signatures last.
std::vector<std::string> file_names(const runforge::Run& run, bool is_signed) {
  std::vector<std::string> names = {"run.json"};
  bool execution_listed = false;
  for (std::uint64_t i = 0; i < run.artifact_count(); ++i) {
    const std::string name = run.artifact_name(i);
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

/// The validation accuracy of always naming the most frequent class of the training rows, the first one of
/// equal counts. A model that does no better has learned nothing.
std::string constant_class_text(const runforge::Run& run) {
  const json::Document dataset = artifact_document(run, "dataset.v1.json");
  const json::View counts = json::View(&dataset)["class_counts"];
  std::uint64_t most = 0;
  std::uint64_t hits = 0;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::uint64_t n_validation = counts[i]["validation"].count();
    rows += n_validation;
    if (counts[i]["train"].count() <= most) continue;
    most = counts[i]["train"].count();
    hits = n_validation;
  }
  if (rows == 0) return "";
  return "Baseline Accuracy: " + fixed_text(static_cast<double>(hits) / static_cast<double>(rows), 4) +
         " (always the most frequent class of the training rows)\n";
}

std::string headline(const Finished& finished) {
  const json::View record(&finished.record);
  const bool regression = record["task"].text() == "regression";
  const std::string title = regression ? "Validation R2: " : "Validation Accuracy: ";
  if (record["split"]["num_validation"].count() == 0) return title + "none (no validation rows)\n";
  double value = 0;
  if (rf_run_metric(finished.run.get(), regression ? "r2" : "accuracy", &value, nullptr) != RF_OK)
    return title + "undefined\n";
  const std::string constant = regression ? "Baseline R2: 0.0000 (always the mean of the validation rows)\n"
                                          : constant_class_text(finished.run);
  return title + fixed_text(value, 4) + "\n" + constant;
}

std::string summary_text(const Finished& finished) {
  const json::View record(&finished.record);
  std::string text = "Run ID: " + finished.id + "\nRun directory: " + printable(finished.directory) + "\n" +
                     fingerprint_line(record["dataset"]) + headline(finished) + "\nArtifacts:\n";
  for (const std::string& name : file_names(finished.run, finished.is_signed)) {
    const char* purpose = purpose_of(name);
    text += "  - " + name + (purpose ? " (" + std::string(purpose) + ")" : "") + "\n";
  }
  if (finished.seconds) text += "\nTook " + fixed_text(*finished.seconds, 1) + " s. ";
  return text + (finished.seconds ? "" : "\n") + "Look at it: runforge show " +
         shell_word(finished.directory) + "\n";
}

std::string summary_json(Finished& finished) {
  json::Document out;
  out.SetObject();
  const auto put_text = [&out](const char* key, const std::string& text) {
    json::set(out, out, key, json::text_value(out, text));
  };
  put_text("run_id", finished.id);
  put_text("run_dir", finished.directory);
  put_text("run_digest", runforge::hex(finished.run.digest()));
  for (const char* key : {"result_digest", "input_digest", "dataset", "metrics", "artifacts", "diagnostics"})
    if (const json::View member = json::View(&finished.record)[key])
      json::set(out, out, key, json::Value(*member.get(), out.GetAllocator()));
  return json::layout(out);
}

Finished train_and_emit(const TrainArguments& arguments, const Session& session) {
  const LibraryConfig config = library_config(arguments.config);
  const std::string options = emit_options(arguments);
  refuse_run_directory("--out", arguments.out, arguments.out);
  const runforge::Signer signer = load_signer(arguments.sign);
  // A mistake in the configuration is reported before a large file is read.
  (void)with_config_named(arguments.config.config, [&] { return runforge::normalize_config(config.train); });

  const runforge::Dataset dataset = with_config_named(
      arguments.config.config, [&] { return load_dataset(arguments.data, config.dataset, session.hooks()); });
  Finished finished;
  finished.run = runforge::train(dataset, config.train, session.hooks());
  finished.directory = finished.run.emit(arguments.out, signer ? &signer : nullptr, options, session.hooks());
  finished.is_signed = static_cast<bool>(signer);
  finished.id = directory_name(finished.directory);
  finished.record = artifact_document(finished.run, "run.json");
  return finished;
}

}  // namespace

void run_train(const TrainArguments& arguments) {
  const auto begun = std::chrono::steady_clock::now();
  // Until the summary is printed: a run that is there is told of, whenever a signal comes.
  Session session(thread_count(arguments.threads), !arguments.quiet);
  Finished finished = train_and_emit(arguments, session);
  session.clear_progress();
  if (!arguments.no_execution_details)
    finished.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (arguments.json) {
    write_json(summary_json(finished));
  } else if (!arguments.quiet) {
    write_text(summary_text(finished));
    print_warnings(json::View(&finished.record)["diagnostics"]);
  }
}

}  // namespace rf::tool
