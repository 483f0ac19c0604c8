// SPDX-License-Identifier: MIT
// Evaluates a model on the validation rows. Training uses it, and so does the later check of the record.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "artifact/history.hpp"
#include "core/context.hpp"
#include "core/result.hpp"
#include "evaluate/metrics.hpp"
#include "model/model.hpp"
#include "run/deal.hpp"
#include "run/fit.hpp"
#include "table/column.hpp"

namespace rf::run {

template <class T>
std::vector<T> at_positions(const std::vector<T>& values, std::span<const core::KeptRow> positions) {
  std::vector<T> taken;
  if (values.empty()) return taken;
  taken.reserve(positions.size());
  for (const core::KeptRow position : positions) taken.push_back(values[number_of(position)]);
  return taken;
}

/// The targets and weights of the training rows, in their order.
TrainingTarget training_target(const Dealt& dealt);

struct Evaluation {
  evaluate::Metrics metrics;
  std::vector<std::uint64_t>
      unknown_levels;  ///< per feature: validation rows whose level the model does not know
};

/// Returns which outputs the version of `row` accepts. Since 0.2.0 an output that is not finite is
/// NOT_FINITE; 0.1.0 recorded infinite outputs.
model::Outputs outputs_of(const artifact::AsOf& row);

/// LIMIT_REACHED, CANCELLED, NOT_FINITE.
core::Result<Evaluation> evaluate_model(const model::Model& model, const table::Table& table,
                                        const Dealt& dealt, model::Outputs expected, core::Context& context);

/// Returns one UNKNOWN_LEVEL for each feature with n_rows > 0. `n_rows` holds, for each feature, the number
/// of validation rows whose level the model does not know.
core::Diagnostics unknown_levels(const model::Model& model, std::span<const std::uint64_t> n_rows);

}  // namespace rf::run
