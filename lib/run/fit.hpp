// SPDX-License-Identifier: MIT
// Passes resolved parameters to the trainer of their family. This is the only place that knows all families.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "encode/encoded.hpp"
#include "encode/tree_cells.hpp"
#include "model/model.hpp"
#include "model/standing.hpp"
#include "params/params.hpp"

namespace rf::run {

/// The target of the training rows, in the order of the matrix. Either class_of or value_of is empty.
struct TrainingTarget {
  std::vector<std::int32_t> class_of;
  std::size_t n_classes = 0;
  std::vector<double> value_of;
  std::vector<double> sample_weight;  ///< empty: all 1
};

/// The training rows in the form of the family's layout: a matrix, or the table's cells (kTree).
struct TreeRows {
  encode::TreeCells cells;
  std::span<const core::TableRow> rows;
};
using TrainingRows = std::variant<encode::Encoded, TreeRows>;

/// LIMIT_REACHED if a matrix does not fit the memory budget. Tree rows borrow all arguments.
core::Result<TrainingRows> training_rows(const encode::Encoder& encoder, const table::Table& table,
                                         std::span<const std::size_t> columns,
                                         std::span<const core::TableRow> rows, core::Context& context);

struct Fit {
  decltype(model::Model::fitted) fitted;
  std::optional<model::SolverReport> solver;
  core::Diagnostics diagnostics;
};

/// Computes, without training, the ways in which training may have reached this model. Empty for forests,
/// which have no solver.
core::Result<model::Standings> standings_of_fit(const model::Model& model, const TrainingRows& rows,
                                                const TrainingTarget& target,
                                                const params::Parameters& parameters, std::uint64_t seed,
                                                core::Context& context);

core::Result<Fit> fit_model(const encode::Encoder& encoder, const TrainingRows& rows,
                            const TrainingTarget& target, const params::Parameters& parameters,
                            std::uint64_t seed, core::Context& context);

}  // namespace rf::run
