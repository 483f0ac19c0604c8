// SPDX-License-Identifier: MIT
#include "run/evaluation.hpp"

#include <utility>

#include "encode/encoded.hpp"

namespace rf::run {

core::Result<Evaluation> evaluate_model(const model::Model& model, const data::Table& table,
                                        const Dealt& dealt, core::Context& context) {
  RF_ASSIGN(encode::Encoded encoded,
            encode::encode(model.encoder, table, dealt.selection.features, dealt.validation_rows, context));
  std::vector<double> outputs(dealt.validation_rows.size() * model::n_outputs(model));
  RF_TRY(model::predict(model, encode::view(encoded.x), outputs, context));
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

}  // namespace rf::run
