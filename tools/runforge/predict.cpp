// SPDX-License-Identifier: MIT
// runforge predict: a model, a table, one CSV line per row. Pinned by tests/clients/predict_test.py.
#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "config.hpp"
#include "failure.hpp"
#include "json.hpp"
#include "output.hpp"
#include "session.hpp"
#include "text.hpp"

namespace rf::tool {
namespace {

constexpr std::size_t kFlushBytes = 1 << 16;

struct Source {
  runforge::Model model;
  json::Document reading;  ///< dataset_options.v1
};

/// Declares the kinds of the model's features. A model file contains the kinds of its columns, but not how
/// CSV is written.
json::Document reading_of(const runforge::Model& model) {
  const json::Document description = json::parse(model.describe().view(), "model_describe.v1");
  json::Document reading;
  reading.SetObject();
  json::MemberSetter kinds(reading, json::member_object(reading, reading, "kinds"));
  const json::View features = json::View(&description)["features"];
  for (std::size_t i = 0; i < features.size(); ++i)
    kinds.set(features[i]["name"].text(), json::text_value(reading, features[i]["kind"].text()));
  return reading;
}

Source open_source(const std::string& path) {
  Source source;
  if (is_directory(path)) {
    const runforge::Run run = runforge::Run::open(path);
    source.model = run.model();
    source.reading = json::parse(run.dataset_options().view(), "dataset_options.v1");
  } else {
    source.model = runforge::Model::load(path);
    source.reading = reading_of(source.model);
  }
  return source;
}

/// The CSV line of each row.
class Lines {
 public:
  Lines(const runforge::Model& model, bool with_outputs) : with_outputs_(with_outputs) {
    const json::Document description = json::parse(model.describe().view(), "model_describe.v1");
    classification_ = json::View(&description)["task"].text() == "classification";
    probabilities_ = json::View(&description)["probabilities"].is_true();
    for (std::uint64_t i = 0; i < model.outputs(); ++i) names_.push_back(model.output_name(i));
  }

  bool classification() const { return classification_; }

  std::string header() const {
    std::string text = "row,prediction";
    if (with_outputs_)
      for (const std::string& name : names_)
        text += "," + csv_field((probabilities_ ? "proba_" : "score_") + name);
    return text + "\n";
  }

  std::string line(std::size_t row, std::span<const double> outputs) const {
    const bool scored = !std::isnan(outputs[0]);
    std::string text = std::to_string(row) + ",";
    if (scored) text += prediction(outputs);
    if (with_outputs_)
      for (const double output : outputs) text += "," + (scored ? json::number_text(output) : std::string());
    return text + "\n";
  }

 private:
  std::string prediction(std::span<const double> outputs) const {
    if (!classification_) return json::number_text(outputs[0]);
    // The first maximum, as in the library's own metrics.
    const auto best = std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
    return csv_field(names_[static_cast<std::size_t>(best)]);
  }

  std::vector<std::string> names_;
  bool with_outputs_;
  bool classification_ = false;
  bool probabilities_ = false;
};

void write_lines(const Lines& lines, std::span<const double> outputs, std::size_t per_row,
                 const std::function<void(std::string_view)>& write) {
  std::string text = lines.header();
  for (std::size_t row = 0; row * per_row < outputs.size(); ++row) {
    text += lines.line(row, outputs.subspan(row * per_row, per_row));
    if (text.size() < kFlushBytes) continue;
    stop_if_interrupted();
    write(text);
    text.clear();
  }
  write(text);
}

void write_predictions(const PredictArguments& arguments, const Lines& lines, std::span<const double> outputs,
                       std::size_t per_row) {
  if (!arguments.out) return write_lines(lines, outputs, per_row, write_stdout);
  OutputFile file(*arguments.out);
  write_lines(lines, outputs, per_row, [&file](std::string_view text) { file.write(text); });
  stop_if_interrupted();
  file.commit();
}

void print_summary(const PredictArguments& arguments, const json::Document& report, std::uint64_t rows) {
  if (!arguments.json) {
    write_text("Predictions: " + printable(*arguments.out) + " (" + counted(rows, "row") + ")\n");
    return;
  }
  json::Document out;
  out.SetObject();
  json::set(out, out, "rows", json::Value(rows));
  json::set(out, out, "out", json::text_value(out, *arguments.out));
  json::set(out, out, "report", json::Value(report, out.GetAllocator()));
  write_json(json::layout(out));
}

/// The predictions must not replace their own inputs.
void refuse_an_input_as_output(const PredictArguments& arguments, const std::string& out) {
  const auto is = [&out](const char* what) { return usage_failure("--out " + out + " is " + what); };
  if (same_file(out, arguments.data) || (arguments.data == "-" && is_file_of_standard_input(out)))
    throw is("the file to predict itself");
  if (arguments.config && same_file(out, *arguments.config)) throw is("the file of --config");
  if (same_file(out, arguments.model)) throw is("the model itself");
  if (is_directory(arguments.model) && is_file_in(out, arguments.model))
    throw is("a file of the run directory given as --model");
}

void refuse_contradictions(const PredictArguments& arguments) {
  if (arguments.json && !arguments.out)
    throw usage_failure("--json needs --out FILE: standard output cannot hold both summary and predictions");
  if (arguments.out) refuse_an_input_as_output(arguments, *arguments.out);
}

}  // namespace

void run_predict(const PredictArguments& arguments) {
  refuse_contradictions(arguments);
  Session session(thread_count(arguments.threads), !arguments.json);
  Source source = open_source(arguments.model);
  const Lines lines(source.model, arguments.proba);
  if (arguments.proba && !lines.classification())
    throw usage_failure(
        "--proba: expected a classification model, found a regression model, which has no probabilities");

  const std::string options = reading_options(std::move(source.reading), arguments.config);
  const runforge::Dataset dataset = with_config_named(
      arguments.config, [&] { return load_dataset(arguments.data, options, session.hooks()); });
  runforge::Blob blob;
  const std::vector<double> outputs = source.model.predict(dataset, session.hooks(), &blob);
  session.clear_progress();

  const json::Document report = json::parse(blob.view(), "predict_report.v1");
  write_predictions(arguments, lines, outputs, source.model.outputs());
  if (arguments.out) print_summary(arguments, report, dataset.rows());
  if (!arguments.json) print_warnings(json::View(&report)["diagnostics"]);
  if (arguments.out && is_run_directory(folder_of(*arguments.out)))
    write_stderr("runforge: warning: " + printable(*arguments.out) +
                 " is in a run directory: verify fails until the file is moved elsewhere\n");
}

}  // namespace rf::tool
