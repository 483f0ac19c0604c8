// SPDX-License-Identifier: MIT
// The pipeline on one page. Each stage takes what the one before left and nothing else; the split comes
// before the encoding, so no statistic has seen a validation row.
#include "run/pipeline.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/host.hpp"
#include "core/messages.hpp"
#include "core/mutant.hpp"
#include "run/deal.hpp"
#include "run/evaluation.hpp"
#include "run/fit.hpp"
#include "run/result_files.hpp"
#include "run/stage_clock.hpp"

namespace rf::run {
namespace {

using core::Result;
using core::RowIndex;

void append(core::Diagnostics& all, const core::Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// The stages of one training, each told to the clock and to the caller.
class Training {
 public:
  Training(const LoadedDataset& dataset, const TrainConfig& config, core::Context& context)
      : dataset_(dataset), table_(dataset.table()), config_(config), context_(context) {}

  Result<std::shared_ptr<const Run>> operator()() {
    RF_ASSIGN(const core::Reservation table,
              core::Reservation::of(context_.budget, table_.memory_bytes(), "the loaded table"));
    RF_TRY(stage("split", [&] { return deal_rows(); }));
    RF_TRY(stage("encode", [&] { return encode_training_rows(); }));
    clock_.begin("train");
    RF_TRY(fit());
    RF_TRY(stage("evaluate", [&] { return evaluate_on_validation_rows(); }));
    RF_TRY(stage("explain", [&] { return write_documents(); }));
    return finish();
  }

 private:
  /// Runs a stage without inner progress.
  template <class Body>
  Result<> stage(const char* name, Body body) {
    clock_.begin(name);
    RF_TRY(context_.monitor.report(name, 0, 1));
    RF_TRY(body());
    return context_.monitor.report(name, 1, 1);
  }

  Result<> deal_rows() {
    RF_ASSIGN(outcome_.dealt, deal(dataset_, config_, context_.monitor));
    for (const core::Diagnostic& diagnostic : dataset_.dataset().diagnostics)
      if (is_about_used_column(diagnostic)) outcome_.diagnostics.push_back(diagnostic);
    append(outcome_.diagnostics, outcome_.dealt.selection.diagnostics);
    return {};
  }

  /// What reading noticed may quote a cell: of columns that are left out the record shows none.
  bool is_about_used_column(const core::Diagnostic& diagnostic) const {
    for (const core::Detail& detail : diagnostic.details) {
      const auto* name = std::get_if<std::string>(&detail.value);
      if (detail.key != "column" || name == nullptr) continue;
      const data::Role role = outcome_.dealt.selection.roles[table_.find(*name)];
      return role == data::Role::kFeature || role == data::Role::kLabel;
    }
    return true;
  }

  Result<> encode_training_rows() {
    const Dealt& dealt = outcome_.dealt;
    RF_ASSIGN(encode::FittedEncoder fitted,
              encode::fit_encoder(
                  table_, dealt.selection.features,
                  RF_MUTANT(encoder_sees_validation_rows, dealt.train_rows, dealt.selection.rows),
                  layout_of(config_.parameters.parameters), config_.missing, context_));
    append(outcome_.diagnostics, fitted.diagnostics);
    outcome_.model = {config_.family, config_.task, std::move(fitted.encoder), dealt.target.classes, {}};
    RF_ASSIGN(training_rows_, training_rows(outcome_.model.encoder, table_, dealt.selection.features,
                                            dealt.train_rows, context_));
    return {};
  }

  Result<> fit() {
    const Dealt& dealt = outcome_.dealt;
    const TrainingTarget target{at_positions(dealt.target.class_of, dealt.split.train),
                                dealt.target.classes.size(),
                                at_positions(dealt.target.value_of, dealt.split.train),
                                at_positions(dealt.weights, dealt.split.train)};
    const std::uint64_t seed = RF_MUTANT(seed_drawn_from_the_clock, config_.seed,
                                         static_cast<std::uint64_t>(core::monotonic_seconds() * 1e9));
    RF_ASSIGN(Fit fit, fit_model(outcome_.model.encoder, *training_rows_, target,
                                 config_.parameters.parameters, seed, context_));
    outcome_.model.fitted = std::move(fit.fitted);
    outcome_.solver = std::move(fit.solver);
    append(outcome_.diagnostics, fit.diagnostics);
    training_rows_.reset();
    return {};
  }

  Result<> evaluate_on_validation_rows() {
    RF_ASSIGN(Evaluation evaluation, evaluate_model(outcome_.model, table_, outcome_.dealt, context_));
    outcome_.metrics = std::move(evaluation.metrics);
    append(outcome_.diagnostics, outcome_.metrics.diagnostics);
    note_unknown_levels(evaluation.unknown_levels);
    return {};
  }

  void note_unknown_levels(const std::vector<std::uint64_t>& unknown_levels) {
    for (std::size_t f = 0; f < unknown_levels.size(); ++f) {
      const auto rows = static_cast<std::int64_t>(unknown_levels[f]);
      if (rows == 0) continue;
      const std::string& name = outcome_.model.encoder.features[f].name;
      outcome_.diagnostics.push_back(core::diagnostic(core::Code::kUnknownLevel, core::Severity::kInfo,
                                                      {{"column", name}, {"rows", rows}}));
    }
  }

  Result<> write_documents() {
    RF_ASSIGN(ResultFiles results, result_files(dataset_, config_, outcome_, context_));
    run_->files = std::move(results.files);
    run_->input_digest = std::move(results.input_digest);
    run_->run_digest = run_->find("run.json")->sha256();
    return {};
  }

  std::shared_ptr<const Run> finish() {
    for (const core::Diagnostic& diagnostic : outcome_.diagnostics) context_.monitor.log(diagnostic);
    run_->origin = Origin::kTrained;
    run_->metrics = outcome_.metrics.scalars;
    run_->dataset_path = dataset_.path();
    run_->threads = context_.workers.n_threads();
    run_->stages = dataset_.stages();
    for (artifact::StageTime& stage : clock_.take()) run_->stages.push_back(std::move(stage));
    return run_;
  }

  const LoadedDataset& dataset_;
  const data::Table& table_;
  const TrainConfig& config_;
  core::Context& context_;
  StageClock clock_;
  Outcome outcome_;
  std::optional<TrainingRows> training_rows_;
  std::shared_ptr<Run> run_ = std::make_shared<Run>();
};

}  // namespace

const artifact::File* Run::find(std::string_view name) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const artifact::File& f) { return f.name == name; });
  return found == files.end() ? nullptr : &*found;
}

Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                         core::Context& context) {
  return Training(dataset, config, context)();
}

}  // namespace rf::run
