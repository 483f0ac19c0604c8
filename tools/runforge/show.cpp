// SPDX-License-Identifier: MIT
// runforge show: the documents of a run as a page of text. Pinned by tests/clients/show_test.py.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "commands.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "output.hpp"
#include "print/bars.hpp"
#include "print/table.hpp"
#include "session.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::size_t kShownFeatures = 10;
constexpr std::size_t kShownClasses = 12;

std::string line(const char* name, const std::string& value) {
  return value.empty() ? "" : pad_right(std::string(name) + ":", 13) + printable(value) + "\n";
}

std::string joined_parameters(const json::View& parameters) {
  std::string text;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    text += (i > 0 ? ", " : "") + parameters[i]["name"].text() + "=" + parameters[i]["value"].display();
  return text;
}

std::string data_text(const json::View& record) {
  std::string text = counted(record["num_samples"].count(), "row") + ", " +
                     counted(record["num_features"].count(), "feature");
  if (record["num_encoded_features"].count() != record["num_features"].count())
    text += " (" + grouped_text(record["num_encoded_features"].count()) + " encoded)";
  if (const std::uint64_t dropped = record["dropped_rows_missing_values"].count())
    text += ", " + counted(dropped, "row") + " dropped";
  return text;
}

std::string split_text(const json::View& split) {
  return split["method"].text() + " with seed " + split["seed"].display() + ": " +
         grouped_text(split["num_train"].count()) + " to train, " +
         grouped_text(split["num_validation"].count()) + " to validate";
}

std::string solver_text(const json::View& solver) {
  if (!solver) return "";
  return solver["name"].text() + ", " + counted(solver["iterations"].count(), "iteration") + ", " +
         (solver["converged"].is_true() ? "converged" : "not converged");
}

std::string head_text(const std::string& id, const json::View& record) {
  return line("Run ID", id) + line("Model", record["model_family"].text() + ", " + record["task"].text()) +
         line("Label", record["label_column"].text()) + line("Data", data_text(record)) +
         line("Fingerprint", record["dataset"]["fingerprint_sha256"].text()) +
         line("Split", split_text(record["split"])) +
         line("Parameters", joined_parameters(record["hyperparameters"])) +
         line("Solver", solver_text(record["solver"])) + line("Version", record["runforge_version"].text());
}

std::string metrics_text(const json::View& record) {
  const json::View metrics = record["metrics"];
  if (!metrics || !metrics.get()->IsObject()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const json::Value::Member& member : json::members(*metrics.get()))
    if (const auto number = json::View(&member.value).number())
      rows.push_back({std::string(json::text_of(member.name)), fixed_text(*number, 4)});
  if (rows.empty()) return "\nNo metrics: no rows were set apart for validation.\n";
  return "\n" + table_text({{"validation metric"}, {"value", Align::kRight}}, rows);
}

/// The classes in the order of metrics.v1.
std::vector<std::string> class_names(const runforge::Model& model) {
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < model.outputs(); ++i) names.push_back(model.output_name(i));
  return names;
}

std::string confusion_text(const json::View& metrics, const runforge::Model& model) {
  const json::View matrix = metrics["confusion_matrix"];
  if (matrix.size() == 0) return "";
  const std::string title = "\nConfusion matrix (rows true, columns predicted)";
  if (matrix.size() > kShownClasses)
    return title + ": " + grouped_text(matrix.size()) + " classes, see metrics.v1.json\n";
  const std::vector<std::string> names = class_names(model);
  std::vector<TableColumn> head = {{"", Align::kRight, 16}};
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const std::string name = i < names.size() ? names[i] : std::to_string(i);
    head.push_back({printable(name), Align::kRight, 16});
    rows.push_back({name});
    for (std::size_t j = 0; j < matrix[i].size(); ++j) rows.back().push_back(matrix[i][j].display());
  }
  return title + ":\n" + table_text(head, rows);
}

std::string bars_of(const json::View& features, const char* key,
                    std::string (*draw)(const std::vector<Bar>&, std::size_t)) {
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < std::min(features.size(), kShownFeatures); ++i)
    bars.push_back({features[i]["name"].text(), features[i][key].number().value_or(0)});
  std::string text = draw(bars, terminal_width(STDOUT_FILENO));
  if (features.size() > bars.size())
    text += "  " + counted(features.size() - bars.size(), "more feature") + "\n";
  return text;
}

std::string coefficients_text(const json::View& document) {
  const json::View classes = document["coefficients_by_class"];
  std::string text;
  for (std::size_t i = 0; i < std::min(classes.size(), kShownClasses); ++i) {
    const std::string name = classes[i]["class"] ? ", class " + printable(classes[i]["class"].display()) : "";
    const double intercept = document["intercepts"][i]["intercept"].number().value_or(0);
    text += "\nCoefficients of standardized features" + name + " (intercept " + fixed_text(intercept, 4) +
            "):\n" + bars_of(classes[i]["features"], "coefficient", diverging_bars_text);
  }
  if (classes.size() > kShownClasses)
    text +=
        "\n  " + counted(classes.size() - kShownClasses, "more class") + " in linear_coefficients.v1.json\n";
  return text;
}

std::string importance_text(const json::View& document) {
  const json::View features = document["features_by_importance"];
  if (features.size() == 0) return "";
  return "\nFeature importance (" + document["importance_type"].text() + "):\n" +
         bars_of(features, "importance", bars_text);
}

bool ends_with_json(std::string_view name) {
  return name.size() > 5 && name.substr(name.size() - 5) == ".json";
}

/// The run's diagnostics, with messages made from code and details. The messages in the record are not shown.
json::Document diagnostics_of(const runforge::Run& run) {
  return json::parse(run.diagnostics().view(), "diagnostics");
}

void print_json(const runforge::Run& run, const std::string& id, const std::string& directory) {
  json::Document out;
  out.SetObject();
  json::set(out, out, "run_id", json::text_value(out, id));
  json::set(out, out, "run_dir", json::text_value(out, directory));
  json::Value documents(rapidjson::kObjectType);
  for (std::uint64_t i = 0; i < run.artifact_count(); ++i) {
    const std::string name = run.artifact_name(i);
    if (!ends_with_json(name)) continue;
    json::Document document = artifact_document(run, name);
    if (name == "run.json") {
      const json::Document made = diagnostics_of(run);
      json::set(document, document, "diagnostics", json::Value(made, document.GetAllocator()));
    }
    json::set(out, documents, name, json::Value(document, out.GetAllocator()));
  }
  json::set(out, out, "documents", std::move(documents));
  write_json(json::layout(out));
}

}  // namespace

void run_show(const ShowArguments& arguments) {
  const runforge::Run run = runforge::Run::open(arguments.run);
  const char* const recorded_id = run.id();
  const std::string id = recorded_id != nullptr ? recorded_id : directory_name(arguments.run);
  if (arguments.json) return print_json(run, id, arguments.run);
  const runforge::Model model = run.model();
  const json::Document record = artifact_document(run, "run.json");
  const json::Document metrics = artifact_document(run, "metrics.v1.json");
  const json::Document coefficients = artifact_document(run, "linear_coefficients.v1.json");
  const json::Document importance = artifact_document(run, "feature_importance.v1.json");
  const json::Document diagnostics = diagnostics_of(run);
  const json::View view(&record);
  write_text(head_text(id, view) + metrics_text(view) + confusion_text(json::View(&metrics), model) +
             coefficients_text(json::View(&coefficients)) + importance_text(json::View(&importance)) +
             notes_text(json::View(&diagnostics)));
}

}  // namespace rf::tool
