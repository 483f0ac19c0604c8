// SPDX-License-Identifier: MIT
// With the data, everything that needs no training is made again, using the recorded model instead of a
// trained one. Only the model, the solver block and the diagnostics of fitting are taken from the record, and
// each has its own checks. Pinned by tests/unit/audit/verify_test.cpp.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "audit/standing_check.hpp"
#include "audit/verify_parts.hpp"
#include "core/messages.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"
#include "crypto/sha256.hpp"
#include "encode/encoder.hpp"
#include "run/deal.hpp"
#include "run/evaluation.hpp"
#include "run/fit.hpp"
#include "run/result_files.hpp"
#include "run/source_facts.hpp"

namespace rf::audit {
namespace {

using core::Code;
using core::Result;

/// Under another numeric profile, the last bits may differ in a double that needs arithmetic on data.
bool is_close(double made, double recorded, double largest) {
  constexpr double kRelative = 1e-9;
  constexpr double kOfLargest = 0x1p-49;
  return std::fabs(made - recorded) <= kRelative * std::fabs(made) + kOfLargest * largest;
}

double largest_of(const json::Value* column) {
  double largest = 0;
  for (const char* end : {"min", "max"})
    if (const json::Value* value = column == nullptr ? nullptr : column->find(end))
      largest = std::max(largest, std::fabs(value->as_number()));
  return largest;
}

/// Describes how a feature of the fitted encoder and of the model's encoder differ; "" if they are equal.
std::string feature_difference(const encode::Feature& fitted, const encode::Feature& found, double largest,
                               bool exact) {
  if (fitted.name != found.name)
    return "expected the feature " + core::quoted(fitted.name) + ", found " + core::quoted(found.name);
  if (fitted.kind != found.kind || fitted.missing != found.missing)
    return "the feature " + core::quoted(fitted.name) +
           " has another kind or another missing policy than its column in the data";
  if (const auto* levels = std::get_if<encode::CategoryEncoding>(&fitted.encoding)) {
    const auto& theirs = std::get<encode::CategoryEncoding>(found.encoding);
    return levels->levels == theirs.levels && levels->has_missing_level == theirs.has_missing_level
               ? ""
               : "the feature " + core::quoted(fitted.name) + " has other levels than the training rows";
  }
  const auto& ours = std::get<encode::NumericEncoding>(fitted.encoding);
  const auto& theirs = std::get<encode::NumericEncoding>(found.encoding);
  const struct {
    const char* name;
    double made, recorded;
  } statistics[] = {{"fill", ours.fill, theirs.fill},
                    {"mean", ours.mean, theirs.mean},
                    {"scale", ours.scale, theirs.scale}};
  for (const auto& [name, made, recorded] : statistics)
    if (exact ? made != recorded : !is_close(made, recorded, largest))
      return "the feature " + core::quoted(fitted.name) + ": expected the " + name + " " +
             core::number_text(made) + ", found " + core::number_text(recorded);
  return "";
}

class DataLayer {
 public:
  DataLayer(const CheckedRun& checked, const artifact::AsOf& row, const run::LoadedDataset& dataset,
            Findings& findings, core::Context& context)
      : run_(checked.run),
        groundwork_(checked.groundwork),
        reread_(*checked.reread),
        record_(*checked.run.record()),
        row_(row),
        dataset_(dataset),
        findings_(findings),
        context_(context) {}

  Result<DataChecked> operator()() {
    RF_ASSIGN(const bool is_the_data, compare_content());
    if (!is_the_data) return std::move(found_);
    if (!is_model_as_configured()) return std::move(found_);
    settle_source();
    run::Outcome outcome;
    RF_ASSIGN(const bool is_dealt, deal_rows(outcome));
    if (!is_dealt) return std::move(found_);
    RF_ASSIGN(const bool can_predict, fit_encoder_again(outcome));
    if (!can_predict) return std::move(found_);
    RF_TRY(check_fitting(outcome));
    RF_ASSIGN(const bool is_evaluated, evaluate_again(outcome));
    if (!is_evaluated) return std::move(found_);
    RF_ASSIGN(run::Documents made, run::result_documents(dataset_, reread_.config, outcome, context_));
    take_inputs(outcome, made);
    if (!row_.has_running_profile()) adopt_column_statistics(made);
    RF_ASSIGN(found_.found_now,
              expect_documents(Layer::kData, run_, row_, std::move(made), groundwork_, findings_, context_));
    return std::move(found_);
  }

 private:
  void fail(const char* file, std::string pointer, std::string message) {
    findings_.fail(Layer::kData, file, std::move(pointer), std::move(message));
  }

  Result<bool> compare_content() {
    RF_ASSIGN(const crypto::Digest digest, dataset_.content_digest(context_));
    const std::string content = crypto::hex(digest);
    const std::string& recorded = record_.find("dataset")->find("content_sha256")->as_string();
    found_.is_other_data = content != recorded;
    if (found_.is_other_data)
      findings_.skip(Layer::kData,
                     "the data given is not what the run was trained on: expected the content digest " +
                         recorded + ", found " + content);
    return !found_.is_other_data;
  }

  /// A model of another family or task cannot be checked with this configuration. The layer "meaning" has
  /// already reported the difference.
  bool is_model_as_configured() {
    const model::Model& model = reread_.loaded.model;
    const bool is_so = model.family == reread_.config.family && model.task == reread_.config.task;
    if (!is_so)
      findings_.skip(Layer::kData, "the model is of another family or task than the configuration says");
    return is_so;
  }

  /// Decides whether fingerprint, size and spelling of the file can be compared. Otherwise they are taken
  /// from the record, and a note reports it.
  void settle_source() {
    const std::optional<run::SourceNote> note = run::source_note(*record_.find("dataset"), row_, dataset_);
    found_.is_the_file = !note;
    tell(note);
    for (run::Contradiction& one : run::impossible_reading(
             *record_.find("dataset"), run::read_columns(dataset_.table()), dataset_.table().n_rows))
      fail(artifact::kRecord, std::move(one.pointer), std::move(one.message));
  }

  void tell(const std::optional<run::SourceNote>& note) {
    if (note) findings_.tell(note->about, note->message);
  }

  Result<bool> deal_rows(run::Outcome& outcome) {
    Result<run::Dealt> dealt = run::deal(dataset_, reread_.config, context_.monitor);
    if (!dealt && dealt.error().code == Code::kCancelled) return std::move(dealt).error();
    if (!dealt) {
      fail(artifact::kRecord, "/requested_config", dealt.error().message);
      return false;
    }
    outcome.dealt = std::move(*dealt);
    outcome.model = reread_.loaded.model;
    RF_ASSIGN(outcome.diagnostics, run::dealt_diagnostics(dataset_, outcome.dealt, context_));
    if (outcome.model.classes != outcome.dealt.target.classes) {
      fail(artifact::kModel, "", "the model has other classes than the label column");
      return false;
    }
    return true;
  }

  /// Computes the encoder's statistics again. Returns false if the model has another encoder, because then
  /// nothing else can be made.
  Result<bool> fit_encoder_again(run::Outcome& outcome) {
    const run::Dealt& dealt = outcome.dealt;
    RF_ASSIGN(const encode::FittedEncoder fitted,
              encode::fit_encoder(dataset_.table(), dealt.selection.features, dealt.train_rows,
                                  core::family_info(reread_.config.family).layout(), reread_.config.missing,
                                  context_));
    outcome.diagnostics.insert(outcome.diagnostics.end(), fitted.diagnostics.begin(),
                               fitted.diagnostics.end());
    const std::string difference = encoder_difference(fitted.encoder, outcome.model.encoder);
    if (!difference.empty()) fail(artifact::kModel, "", difference);
    return difference.empty();
  }

  std::string encoder_difference(const encode::Encoder& fitted, const encode::Encoder& found) const {
    if (fitted.layout != found.layout || fitted.missing != found.missing ||
        fitted.features.size() != found.features.size())
      return "the model has other features, another layout or another missing policy than the data gives";
    for (std::size_t f = 0; f < fitted.features.size(); ++f) {
      const double largest =
          row_.has_running_profile() ? 0 : largest_of(recorded_column(fitted.features[f].name));
      const std::string difference =
          feature_difference(fitted.features[f], found.features[f], largest, row_.has_running_profile());
      if (!difference.empty()) return difference;
    }
    return "";
  }

  const json::Value* recorded_column(const std::string& name) const {
    const json::Value* const document = run_.find(artifact::kDataset);
    if (document == nullptr) return nullptr;
    for (const json::Value& column : document->find("columns")->as_array())
      if (column.find("name")->as_string() == name) return &column;
    return nullptr;
  }

  /// Returns false if the model's outputs are not finite, because then no metric can be computed.
  Result<bool> evaluate_again(run::Outcome& outcome) {
    Result<run::Evaluation> evaluated =
        run::evaluate_model(outcome.model, dataset_.table(), outcome.dealt, run::outputs_of(row_), context_);
    if (!evaluated && evaluated.error().code != Code::kNotFinite) return std::move(evaluated).error();
    if (!evaluated) {
      fail(artifact::kModel, "", evaluated.error().message);
      return false;
    }
    run::Evaluation evaluation = std::move(*evaluated);
    outcome.metrics = std::move(evaluation.metrics);
    if (!row_.has_running_profile()) adopt_metrics(outcome.metrics);
    const core::Diagnostics& undefined = outcome.metrics.diagnostics;
    outcome.diagnostics.insert(outcome.diagnostics.end(), undefined.begin(), undefined.end());
    const core::Diagnostics unknown = run::unknown_levels(outcome.model, evaluation.unknown_levels);
    outcome.diagnostics.insert(outcome.diagnostics.end(), unknown.begin(), unknown.end());
    return true;
  }

  /// Adopts recorded scores that need arithmetic on data, each only if it is close to the score made here.
  void adopt_metrics(evaluate::Metrics& metrics) const {
    const double largest_label = largest_of(recorded_column(reread_.config.label));
    for (const evaluate::MetricName& metric : evaluate::kMetricNames) {
      const auto made = metrics.scalars.find(std::string(metric.name));
      const json::Value* const recorded = run_.find(artifact::kMetrics)->find(metric.name);
      if (!metric.is_rounded || made == metrics.scalars.end() || recorded == nullptr) continue;
      if (is_close(made->second, recorded->as_number(), metric.is_in_label_units ? largest_label : 1))
        made->second = recorded->as_number();
    }
  }

  /// The same for means and standard deviations of dataset.v1.
  void adopt_column_statistics(run::Documents& made) const {
    const json::Value* const recorded = run_.find(artifact::kDataset);
    if (recorded == nullptr) return;
    json::Value::Array& columns = made.at(artifact::kDataset).as_object().find("columns")->second.as_array();
    const json::Value::Array& theirs = recorded->find("columns")->as_array();
    for (std::size_t i = 0; i < std::min(columns.size(), theirs.size()); ++i)
      for (const char* statistic : {"mean", "std"}) {
        const json::Value* const ours = columns[i].find(statistic);
        const json::Value* const found = theirs[i].find(statistic);
        if (ours != nullptr && found != nullptr &&
            is_close(ours->as_number(), found->as_number(), largest_of(&columns[i])))
          columns[i].set(statistic, *found);
      }
  }

  /// Takes from the record the facts that the given data cannot provide.
  void take_inputs(const run::Outcome& outcome, run::Documents& made) {
    const bool names_a_file = record_.find("dataset")->find("source") != nullptr;
    if (found_.is_the_file && names_a_file) return;
    const std::optional<run::SourceNote> untold =
        run::take_source_facts(run_.documents, row_, dataset_, outcome.dealt, context_, made);
    if (untold) found_.is_the_file = false;
    tell(untold);
  }

  /// Compares the solver block and the diagnostics of fitting with the standing of the model on its training
  /// rows.
  Result<> check_fitting(run::Outcome& outcome) {
    RF_ASSIGN(const run::TrainingRows rows,
              run::training_rows(outcome.model.encoder, dataset_.table(), outcome.dealt.selection.features,
                                 outcome.dealt.train_rows, context_));
    RF_ASSIGN(model::Standings standings,
              run::standings_of_fit(outcome.model, rows, run::training_target(outcome.dealt),
                                    reread_.config.parameters.parameters, reread_.config.seed, context_));
    const json::Value* const solver = record_.find("solver");
    if (standings.empty()) return {};
    if (solver == nullptr) {
      fail(artifact::kRecord, "/solver", "expected how the solver fared, found nothing");
      return {};
    }
    if (!row_.has_running_profile()) widen(standings);
    outcome.solver = solver_report(*solver);
    const core::Diagnostics recorded = fitting_diagnostics(*record_.find("diagnostics"));
    ReportCheck check = check_report(*outcome.solver, recorded, standings);
    for (const model::StandingFault& fault : check.faults) tell_fault(fault);
    // The details contain numbers as texts. Under another profile the recorded diagnostics are used.
    const core::Diagnostics& said = row_.has_running_profile() ? check.diagnostics : recorded;
    outcome.diagnostics.insert(outcome.diagnostics.end(), said.begin(), said.end());
    return {};
  }

  void tell_fault(const model::StandingFault& fault) {
    const std::string message = "expected " + fault.expected + ", found " + fault.found;
    const std::string code = fault.member.substr(0, fault.member.find('.'));
    if (code == core::code_name(Code::kNotConverged) || code == core::code_name(Code::kRankDeficient))
      return fail(artifact::kRecord, "/diagnostics", fault.member + ": " + message);
    for (const char* member : {"name", "iterations", "converged", "gradient_norm", "objective"})
      if (fault.member == member) return fail(artifact::kRecord, "/solver/" + fault.member, message);
    fail(artifact::kModel, "", fault.member + ": " + message);
  }

  static model::SolverReport solver_report(const json::Value& solver) {
    model::SolverReport report;
    report.name = solver.find("name")->as_string();
    report.iterations = static_cast<std::uint64_t>(solver.find("iterations")->as_number());
    report.converged = solver.find("converged")->as_bool();
    if (const json::Value* norm = solver.find("gradient_norm")) report.gradient_norm = norm->as_number();
    if (const json::Value* objective = solver.find("objective")) report.objective = objective->as_number();
    return report;
  }

  static core::Diagnostics fitting_diagnostics(const json::Value& diagnostics) {
    core::Diagnostics found;
    for (const json::Value& entry : diagnostics.as_array())
      for (const Code code : {Code::kNotConverged, Code::kRankDeficient}) {
        if (entry.find("code")->as_string() != core::code_name(code)) continue;
        const json::Value* const details = entry.find("details");
        const bool is_info = entry.find("severity")->as_string() == "info";
        found.push_back(
            core::diagnostic(code, is_info ? core::Severity::kInfo : core::Severity::kWarning,
                             details == nullptr ? core::Details() : artifact::details_of(*details)));
      }
    return found;
  }

  /// Widens the margins by the differences that the rounding of another numeric profile can cause.
  static void widen(model::Standings& standings) {
    for (model::Standing& standing : standings) {
      if (standing.objective) standing.objective_margin += 1e-9 * std::fabs(*standing.objective);
      if (standing.gradient_norm) {
        double largest = 0;
        for (const model::End& end : standing.ends) largest = std::max(largest, end.tolerance);
        standing.gradient_margin += 1e-9 * *standing.gradient_norm + largest;
      }
    }
  }

  const EmittedRun& run_;
  const Groundwork& groundwork_;
  const Reread& reread_;
  const json::Value& record_;
  const artifact::AsOf& row_;
  const run::LoadedDataset& dataset_;
  Findings& findings_;
  core::Context& context_;
  DataChecked found_;
};

}  // namespace

Result<DataChecked> check_data(const CheckedRun& checked, const artifact::AsOf& as_of,
                               const run::LoadedDataset& dataset, Findings& findings,
                               core::Context& context) {
  return DataLayer(checked, as_of, dataset, findings, context)();
}

}  // namespace rf::audit
