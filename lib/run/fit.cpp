// SPDX-License-Identifier: MIT
// Calls the trainer of the family that the parameters belong to, and turns its result into a Fit. The same
// choice computes the standing of a fitted model.
#include "run/fit.hpp"

#include <utility>

#include "linear/linear.hpp"
#include "linear/report.hpp"
#include "linear/standing.hpp"
#include "trees/boosting.hpp"
#include "trees/boosting_standing.hpp"
#include "trees/forest.hpp"

namespace rf::run {
namespace {

using core::Result;

Result<Fit> linear_fit(Result<linear::LinearFit> fit) {
  if (!fit) return std::move(fit).error();
  return Fit{std::move(fit->model), std::move(fit->solver), std::move(fit->diagnostics)};
}

Result<Fit> forest_fit(Result<model::Forest> fit) {
  if (!fit) return std::move(fit).error();
  return Fit{std::move(*fit), std::nullopt, {}};
}

/// The record contains the number of rounds kept and, with early stopping, the loss that decided.
Result<Fit> boosting_fit(Result<trees::BoostingFit> fit, const params::GradientBoosting& parameters) {
  if (!fit) return std::move(fit).error();
  model::SolverReport solver;
  solver.name = "boosting";
  solver.iterations = fit->n_rounds;
  solver.converged = !parameters.early_stopping_rounds || fit->stopped_early;
  solver.objective = fit->held_out_loss;
  core::Diagnostics diagnostics;
  if (!solver.converged) diagnostics.push_back(trees::early_stopping_missed(fit->n_rounds, parameters));
  return Fit{std::move(fit->model), std::move(solver), std::move(diagnostics)};
}

trees::TreeInput tree_input(const encode::Encoder& encoder, const TreeRows& tree_rows) {
  trees::TreeInput input{tree_rows.rows, {}, [&tree_rows](auto... what) { tree_rows.cells.read(what...); }};
  for (const encode::Feature& feature : encoder.features) {
    const auto* category = std::get_if<encode::CategoryEncoding>(&feature.encoding);
    input.n_levels.push_back(category ? static_cast<std::int32_t>(category->n_design_levels()) : 0);
  }
  return input;
}

/// The input of a training, in the forms that the families take.
struct Training {
  const encode::Encoder& encoder;
  const TrainingRows& rows;
  const TrainingTarget& target;
  std::uint64_t seed;
  core::Context& context;

  model::ClassTarget classes() const { return {target.class_of, target.n_classes, target.sample_weight}; }
  model::ValueTarget values() const { return {target.value_of, target.sample_weight}; }
  core::SampleView x() const { return encode::view(std::get<encode::Encoded>(rows).x); }
  trees::TreeInput cells() const { return tree_input(encoder, std::get<TreeRows>(rows)); }
  bool is_regression() const { return target.n_classes == 0; }
};

/// Calls the trainer of the family that the parameters belong to.
struct Trainer : Training {
  Result<Fit> operator()(const params::LogisticRegression& p) const {
    return linear_fit(linear::fit_logistic_regression(x(), classes(), p, context));
  }
  Result<Fit> operator()(const params::LinearSvc& p) const {
    return linear_fit(linear::fit_linear_svc(x(), classes(), p, context));
  }
  Result<Fit> operator()(const params::RidgeRegression& p) const {
    return linear_fit(linear::fit_ridge_regression(x(), values(), p, context));
  }
  Result<Fit> operator()(const params::DecisionTree& p) const {
    const trees::TreeInput input = cells();
    return forest_fit(is_regression() ? trees::fit_decision_tree(input, values(), p, context)
                                      : trees::fit_decision_tree(input, classes(), p, context));
  }
  Result<Fit> operator()(const params::RandomForest& p) const {
    const trees::TreeInput input = cells();
    return forest_fit(is_regression() ? trees::fit_random_forest(input, values(), p, seed, context)
                                      : trees::fit_random_forest(input, classes(), p, seed, context));
  }
  Result<Fit> operator()(const params::GradientBoosting& p) const {
    const trees::TreeInput input = cells();
    return boosting_fit(is_regression() ? trees::fit_gradient_boosting(input, values(), p, seed, context)
                                        : trees::fit_gradient_boosting(input, classes(), p, seed, context),
                        p);
  }
};

/// Computes the standings (model::Standings) of a fitted model, by the same family.
struct Judge : Training {
  const model::Model& model;

  const model::LinearModel& linear() const { return std::get<model::LinearModel>(model.fitted); }

  Result<model::Standings> operator()(const params::LogisticRegression& p) const {
    return linear::standings_of(linear(), x(), classes(), p, context);
  }
  Result<model::Standings> operator()(const params::LinearSvc& p) const {
    return linear::standings_of(linear(), x(), classes(), p, context);
  }
  Result<model::Standings> operator()(const params::RidgeRegression& p) const {
    return linear::standings_of(linear(), x(), values(), p, context);
  }
  Result<model::Standings> operator()(const params::DecisionTree&) const { return model::Standings(); }
  Result<model::Standings> operator()(const params::RandomForest&) const { return model::Standings(); }
  Result<model::Standings> operator()(const params::GradientBoosting& p) const {
    const auto& boosting = std::get<model::Boosting>(model.fitted);
    const trees::TreeInput input = cells();
    return is_regression() ? trees::standings_of(boosting, input, values(), p, seed, context)
                           : trees::standings_of(boosting, input, classes(), p, seed, context);
  }
};

}  // namespace

Result<TrainingRows> training_rows(const encode::Encoder& encoder, const table::Table& table,
                                   std::span<const std::size_t> columns, std::span<const core::TableRow> rows,
                                   core::Context& context) {
  if (encoder.layout == encode::Layout::kTree)
    return TrainingRows{TreeRows{encode::TreeCells(encoder, table, columns), rows}};
  RF_ASSIGN(encode::Encoded encoded, encode::encode(encoder, table, columns, rows, context));
  return TrainingRows{std::move(encoded)};
}

Result<Fit> fit_model(const encode::Encoder& encoder, const TrainingRows& rows, const TrainingTarget& target,
                      const params::Parameters& parameters, std::uint64_t seed, core::Context& context) {
  return std::visit(Trainer{{encoder, rows, target, seed, context}}, parameters);
}

Result<model::Standings> standings_of_fit(const model::Model& model, const TrainingRows& rows,
                                          const TrainingTarget& target, const params::Parameters& parameters,
                                          std::uint64_t seed, core::Context& context) {
  return std::visit(Judge{{model.encoder, rows, target, seed, context}, model}, parameters);
}

}  // namespace rf::run
