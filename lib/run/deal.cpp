// SPDX-License-Identifier: MIT
#include "run/deal.hpp"

#include <cstddef>

#include "core/text.hpp"
#include "model/model.hpp"

namespace rf::run {
namespace {

using core::Code;
using core::Error;
using core::Result;
using core::RowIndex;

Result<> check_declared_kinds(const data::Dataset& dataset) {
  if (!dataset.source) return {};
  for (const auto& [name, kind] : dataset.source->options.kinds)
    if (dataset.table.find(name) == dataset.table.columns.size())
      return Error{Code::kColumnNotFound,
                   "the dataset options declare a kind for column " + core::quoted(name) +
                       ", which the table does not have" + core::did_you_mean(name, dataset.table.names()),
                   {{"column", name}}};
  return {};
}

Result<> check_classes_in_training(const data::Target& target, const data::Split& split) {
  std::vector<bool> seen(target.classes.size());
  for (const RowIndex position : split.train) seen[static_cast<std::size_t>(target.class_of[position])] = true;
  for (std::size_t c = 0; c < seen.size(); ++c)
    if (!seen[c])
      return Error{Code::kClassNotInTraining,
                   "class " + core::quoted(model::label_text(target.classes[c])) +
                       " has no row among the training rows; drop the class, give it more rows or choose another seed",
                   {{"class", model::label_text(target.classes[c])}}};
  return {};
}

}  // namespace

Result<Dealt> deal(const LoadedDataset& dataset, const TrainConfig& config) {
  Dealt dealt;
  const data::Table& table = dataset.table();
  RF_TRY(check_declared_kinds(dataset.dataset()));
  RF_ASSIGN(dealt.selection, data::select(table, {config.label, config.task, config.missing, config.roles}));
  RF_ASSIGN(dealt.target,
            data::read_target(table.columns[dealt.selection.label], config.task, dealt.selection.rows));

  const std::size_t n = dealt.selection.rows.size();
  if (config.split_method == SplitMethod::kStratifiedShuffle) {
    RF_ASSIGN(dealt.split, data::stratified_shuffle_split(dealt.target.class_of, dealt.target.classes.size(),
                                                          config.validation_fraction, config.seed));
    if (!dealt.split.stratified && config.validation_fraction > 0)
      dealt.selection.diagnostics.push_back(
          {Code::kSplitNotStratified, core::Severity::kWarning,
           "a class has fewer than 2 rows, or one side of the split has fewer rows than there are classes; the split "
           "is a plain shuffle",
           {}});
  } else {
    RF_ASSIGN(dealt.split, data::shuffle_split(n, config.validation_fraction, config.seed));
  }
  if (config.task == core::Task::kClassification) RF_TRY(check_classes_in_training(dealt.target, dealt.split));
  for (const RowIndex position : dealt.split.train) dealt.train_rows.push_back(dealt.selection.rows[position]);
  for (const RowIndex position : dealt.split.validation)
    dealt.validation_rows.push_back(dealt.selection.rows[position]);
  return dealt;
}

}  // namespace rf::run
