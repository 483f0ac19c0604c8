// SPDX-License-Identifier: MIT
// The pipeline on one page. Each stage uses only the results of earlier stages. The split comes before the
// encoding, so no statistic depends on a validation row. Pinned by tests/unit/run/pipeline_test.cpp.
#include "run/pipeline.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "artifact/model_file.hpp"
#include "artifact/run_files.hpp"
#include "core/host.hpp"
#include "core/mutant.hpp"
#include "crypto/sha256.hpp"
#include "run/deal.hpp"
#include "run/evaluation.hpp"
#include "run/fit.hpp"
#include "run/history.hpp"
#include "run/readable.hpp"
#include "run/result_files.hpp"
#include "run/stage_clock.hpp"

namespace rf::run {
namespace {

using core::Result;

void append(core::Diagnostics& all, const core::Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// The stages of one training. Each is reported to the clock and to the caller.
class TrainingRun {
 public:
  TrainingRun(const LoadedDataset& dataset, const TrainConfig& config, const RenderedAs& rendered_as,
              core::Context& context)
      : dataset_(dataset),
        table_(dataset.table()),
        config_(config),
        rendered_as_(rendered_as),
        context_(context) {}

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
    RF_ASSIGN(const core::Diagnostics told, dealt_diagnostics(dataset_, outcome_.dealt, context_));
    append(outcome_.diagnostics, told);
    return {};
  }

  Result<> encode_training_rows() {
    const Dealt& dealt = outcome_.dealt;
    RF_ASSIGN(
        encode::FittedEncoder fitted,
        encode::fit_encoder(table_, dealt.selection.features,
                            RF_MUTANT(encoder_sees_validation_rows, dealt.train_rows, dealt.selection.rows),
                            core::family_info(config_.family).layout(), config_.missing, context_));
    append(outcome_.diagnostics, fitted.diagnostics);
    outcome_.model = {config_.family, config_.task, std::move(fitted.encoder), dealt.target.classes, {}};
    // A recorded run needs no check, because it could be written.
    if (rendered_as_.recorded == nullptr)
      RF_TRY(check_room(least_bytes(table_, config_, dealt, outcome_.model)));
    RF_ASSIGN(training_rows_, training_rows(outcome_.model.encoder, table_, dealt.selection.features,
                                            dealt.train_rows, context_));
    return {};
  }

  Result<> fit() {
    const TrainingTarget target = training_target(outcome_.dealt);
    RF_ASSIGN(Fit fit,
              fit_model(outcome_.model.encoder, *training_rows_, target, config_.parameters.parameters,
                        RF_MUTANT(seed_drawn_from_the_clock, config_.seed,
                                  static_cast<std::uint64_t>(core::monotonic_seconds() * 1e9)),
                        context_));
    outcome_.model.fitted = std::move(fit.fitted);
    outcome_.solver = std::move(fit.solver);
    append(outcome_.diagnostics, fit.diagnostics);
    training_rows_.reset();
    return {};
  }

  Result<> evaluate_on_validation_rows() {
    RF_ASSIGN(Evaluation evaluation, evaluate_model(outcome_.model, table_, outcome_.dealt,
                                                    outputs_of(rendered_as_.as_of), context_));
    outcome_.metrics = std::move(evaluation.metrics);
    append(outcome_.diagnostics, outcome_.metrics.diagnostics);
    append(outcome_.diagnostics, unknown_levels(outcome_.model, evaluation.unknown_levels));
    return {};
  }

  Result<> write_documents() {
    RF_ASSIGN(Documents made, result_documents(dataset_, config_, outcome_, context_));
    RF_TRY(context_.monitor.check());
    if (rendered_as_.source == SourceFacts::kOfTheRecord)
      run_->untold = take_source_facts(*rendered_as_.recorded, rendered_as_.as_of, dataset_, outcome_.dealt,
                                       context_, made);
    const auto model = [&](const std::string& input_digest) {
      std::string bytes =
          artifact::write_model(outcome_.model, {rendered_as_.as_of.row().version, input_digest});
      std::string sha256 = crypto::sha256_hex(bytes);
      const std::uint64_t size_bytes = bytes.size();
      return ModelFile{std::move(sha256), size_bytes, std::move(bytes)};
    };
    RF_ASSIGN(Rendered rendered,
              as_of(std::move(made), model, rendered_as_.as_of, rendered_as_.recorded, context_.monitor));
    RF_TRY(context_.monitor.check());
    RF_TRY(check_readable(rendered.files));
    run_->files = std::move(rendered.files);
    run_->found_now = std::move(rendered.found_now);
    run_->input_digest = std::move(rendered.input_digest);
    run_->run_digest = run_->find(artifact::kRecord)->sha256();
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
  const table::Table& table_;
  const TrainConfig& config_;
  const RenderedAs& rendered_as_;
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
  const artifact::History history = product_history();
  const artifact::AsOf now(history, history.running());
  return train(dataset, config, {now}, context);
}

Result<std::shared_ptr<const Run>> train(const LoadedDataset& dataset, const TrainConfig& config,
                                         const RenderedAs& rendered_as, core::Context& context) {
  return TrainingRun(dataset, config, rendered_as, context)();
}

}  // namespace rf::run
