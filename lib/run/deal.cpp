// SPDX-License-Identifier: MIT
// Selects columns and rows, reads target and weights, and splits the rows. Pinned by
// tests/unit/run/deal_test.cpp.
#include "run/deal.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "core/messages.hpp"
#include "core/text.hpp"
#include "model/model.hpp"

#include "table/column_split.hpp"
#include "table/label_match.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Error;
using core::KeptRow;
using core::Result;

Result<> check_declared_kinds(const table::Dataset& dataset) {
  const table::ColumnNumbers numbers(dataset.table);
  for (const auto& [name, kind] : dataset.source ? dataset.source->options.kinds : dataset.declared_kinds)
    if (numbers.find(name) == dataset.table.columns.size())
      return Error{Code::kColumnNotFound,
                   "the dataset options declare a kind for column " + core::quoted(name) +
                       ", which the table does not have" + core::did_you_mean(name, dataset.table.names()),
                   {{"column", name}}};
  return {};
}

Result<> check_classes_in_training(const table::Target& target, const table::Split& split) {
  std::vector<bool> seen(target.classes.size());
  for (const KeptRow position : split.train)
    seen[static_cast<std::size_t>(target.class_of[number_of(position)])] = true;
  for (std::size_t c = 0; c < seen.size(); ++c)
    if (!seen[c])
      return Error{
          Code::kClassNotInTraining,
          "class " + core::quoted(model::label_text(target.classes[c])) +
              " has no row among the training rows; drop the class, give it more rows or choose another seed",
          {{"class", model::label_text(target.classes[c])}}};
  return {};
}

/// The column with this role. The configuration check guarantees that it exists.
const table::Column& column_with(const table::Table& table, const table::Selection& selection,
                                 table::Role role) {
  const auto found = std::find(selection.roles.begin(), selection.roles.end(), role);
  return table.columns[static_cast<std::size_t>(found - selection.roles.begin())];
}

Result<table::Split> split_rows(const table::Table& table, const TrainConfig& config, const Dealt& dealt) {
  const table::Selection& selection = dealt.selection;
  const double fraction = config.validation_fraction;
  switch (config.split_method) {
    case SplitMethod::kStratifiedShuffle:
      return table::stratified_shuffle_split(dealt.target.class_of, dealt.target.classes.size(), fraction,
                                             config.seed);
    case SplitMethod::kGroup:
      return table::group_split(column_with(table, selection, table::Role::kGroup), selection.rows, fraction,
                                config.seed);
    case SplitMethod::kTime:
      return table::time_split(column_with(table, selection, table::Role::kTime), selection.rows, fraction);
    case SplitMethod::kPredefined:
      return table::predefined_split(column_with(table, selection, table::Role::kSplit), selection.rows);
    case SplitMethod::kShuffle:
      break;
  }
  return table::shuffle_split(selection.rows.size(), fraction, config.seed);
}

Result<> check_training_weights(const std::string& column, const Dealt& dealt) {
  if (dealt.weights.empty()) return {};
  for (const KeptRow position : dealt.split.train)
    if (dealt.weights[number_of(position)] > 0) return {};
  return Error{
      Code::kWeightInvalid,
      "column " + core::quoted(column) + ": expected a training row with a weight above 0, found none",
      {{"column", column}}};
}

}  // namespace

table::SelectionRequest selection_request(const TrainConfig& config) {
  table::SelectionRequest request{config.label, config.task, config.missing, config.roles};
  if (config.split_method == SplitMethod::kPredefined)
    request.roles[config.split_column] = table::Role::kSplit;
  return request;
}

Result<Dealt> deal(const LoadedDataset& dataset, const TrainConfig& config, const core::Monitor& monitor) {
  Dealt dealt;
  const table::Table& table = dataset.table();
  RF_TRY(check_declared_kinds(dataset.dataset()));
  RF_ASSIGN(dealt.selection, table::select(table, selection_request(config)));
  RF_TRY(monitor.check());
  RF_ASSIGN(dealt.target, table::read_target(table.columns[dealt.selection.label], config.task,
                                             dealt.selection.rows, config.max_classes));

  if (dealt.selection.weight) {
    RF_ASSIGN(dealt.weights,
              table::read_weights(table.columns[*dealt.selection.weight], dealt.selection.rows));
  }
  RF_TRY(monitor.check());
  RF_ASSIGN(dealt.split, split_rows(table, config, dealt));
  dealt.split_method = config.split_method;
  if (config.split_method == SplitMethod::kStratifiedShuffle && !dealt.split.stratified) {
    dealt.split_method = SplitMethod::kShuffle;
    if (config.validation_fraction > 0)
      dealt.selection.diagnostics.push_back(
          core::diagnostic(Code::kSplitNotStratified, core::Severity::kWarning, {}));
  }
  if (dealt.selection.weight)
    RF_TRY(check_training_weights(table.columns[*dealt.selection.weight].name, dealt));
  if (config.task == core::Task::kClassification)
    RF_TRY(check_classes_in_training(dealt.target, dealt.split));
  for (const KeptRow position : dealt.split.train)
    dealt.train_rows.push_back(dealt.selection.rows[number_of(position)]);
  for (const KeptRow position : dealt.split.validation)
    dealt.validation_rows.push_back(dealt.selection.rows[number_of(position)]);
  return dealt;
}

core::Diagnostics of_used_columns(const core::Diagnostics& told, const table::Table& table,
                                  const Dealt& dealt) {
  const table::ColumnNumbers numbers(table);
  const auto is_about_used_column = [&](const core::Diagnostic& diagnostic) {
    for (const core::Detail& detail : diagnostic.details) {
      const auto* name = std::get_if<std::string>(&detail.value);
      if (detail.key != "column" || name == nullptr) continue;
      const table::Role role = dealt.selection.roles[numbers.find(*name)];
      return role == table::Role::kFeature || role == table::Role::kLabel;
    }
    return true;
  };
  core::Diagnostics used;
  for (const core::Diagnostic& diagnostic : told)
    if (is_about_used_column(diagnostic)) used.push_back(diagnostic);
  return used;
}

core::Result<core::Diagnostics> dealt_diagnostics(const LoadedDataset& dataset, const Dealt& dealt,
                                                  core::Context& context) {
  const table::Table& table = dataset.table();
  const table::Selection& selection = dealt.selection;
  core::Diagnostics told = of_used_columns(dataset.dataset().diagnostics, table, dealt);
  told.insert(told.end(), selection.diagnostics.begin(), selection.diagnostics.end());
  RF_ASSIGN(core::Diagnostics matches,
            table::find_label_matches(table, selection.label, selection.features, dealt.train_rows, context));
  std::move(matches.begin(), matches.end(), std::back_inserter(told));
  return told;
}

}  // namespace rf::run
