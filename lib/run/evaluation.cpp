// SPDX-License-Identifier: MIT
#include "run/evaluation.hpp"

#include <utility>

#include "core/messages.hpp"
#include "encode/encoded.hpp"

namespace rf::run {

TrainingTarget training_target(const Dealt& dealt) {
  return {at_positions(dealt.target.class_of, dealt.split.train), dealt.target.classes.size(),
          at_positions(dealt.target.value_of, dealt.split.train),
          at_positions(dealt.weights, dealt.split.train)};
}

model::Outputs outputs_of(const artifact::AsOf& row) {
  return row.is_at_least("0.2.0") ? model::Outputs::kFinite : model::Outputs::kNumbers;
}

core::Result<Evaluation> evaluate_model(const model::Model& model, const table::Table& table,
                                        const Dealt& dealt, model::Outputs expected, core::Context& context) {
  RF_ASSIGN(encode::Encoded encoded,
            encode::encode(model.encoder, table, dealt.selection.features, dealt.validation_rows, context));
  std::vector<double> outputs(dealt.validation_rows.size() * model::n_outputs(model));
  RF_TRY(model::predict(model, encode::view(encoded.x), outputs, context, expected));
  Evaluation evaluation{{}, std::move(encoded.unknown_levels)};
  if (model.task == core::Task::kClassification) {
    RF_ASSIGN(evaluation.metrics, evaluate::classification_metrics(
                                      at_positions(dealt.target.class_of, dealt.split.validation), outputs,
                                      model.classes.size(), model::has_probabilities(model), context));
  } else {
    RF_ASSIGN(evaluation.metrics,
              evaluate::regression_metrics(at_positions(dealt.target.value_of, dealt.split.validation),
                                           outputs, context));
  }
  return evaluation;
}

core::Diagnostics unknown_levels(const model::Model& model, std::span<const std::uint64_t> n_rows) {
  core::Diagnostics found;
  for (std::size_t f = 0; f < n_rows.size(); ++f)
    if (n_rows[f] > 0)
      found.push_back(core::diagnostic(
          core::Code::kUnknownLevel, core::Severity::kInfo,
          {{"column", model.encoder.features[f].name}, {"rows", static_cast<std::int64_t>(n_rows[f])}}));
  return found;
}

}  // namespace rf::run
