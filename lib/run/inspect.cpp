// SPDX-License-Identifier: MIT
// Runs the stages before training one by one and keeps the diagnostics of each, so that the reader sees as
// much as possible even if training would be refused.
#include "run/inspect.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "run/deal.hpp"
#include "table/label_match.hpp"
#include "table/profile.hpp"

namespace rf::run {
namespace {

json::Value problem_value(const core::Error& error) {
  json::Value problem = json::Value::object();
  problem.set("code", core::code_name(error.code)).set("message", error.message);
  if (!error.details.empty()) problem.set("details", artifact::details_value(error.details));
  return problem;
}

/// The roles that follow from the configuration alone, for a table whose selection fails.
std::vector<table::Role> declared_roles(const table::Table& table, const std::optional<TrainConfig>& config) {
  std::vector<table::Role> roles(table.columns.size(), table::Role::kFeature);
  if (!config) return roles;
  for (std::size_t c = 0; c < roles.size(); ++c) {
    const auto declared = config->roles.find(table.columns[c].name);
    if (declared != config->roles.end()) roles[c] = declared->second;
    if (table.columns[c].name == config->label) roles[c] = table::Role::kLabel;
  }
  return roles;
}

void add_selection(json::Value& document, const table::Table& table, const table::Selection& selection) {
  json::Value features = json::Value::array();
  for (const std::size_t column : selection.features) features.push(table.columns[column].name);
  document.set("features", std::move(features))
      .set("rows_used", selection.rows.size())
      .set("dropped_rows_missing_label", selection.dropped_missing_label)
      .set("dropped_rows_missing_values", selection.dropped_missing_values);
}

void add_classes(json::Value& document, const table::Target& target) {
  if (target.classes.empty()) return;
  std::vector<std::uint64_t> counts(target.classes.size());
  for (const std::int32_t c : target.class_of) ++counts[static_cast<std::size_t>(c)];
  json::Value classes = json::Value::array();
  for (std::size_t c = 0; c < counts.size(); ++c)
    classes.push(json::Value::object()
                     .set("class", artifact::class_label_value(target.classes[c]))
                     .set("count", counts[c]));
  document.set("class_counts", std::move(classes));
}

/// Adds to each column the codes of the diagnostics about it, in the order of the diagnostics.
json::Value with_notes(const json::Value& columns, const core::Diagnostics& diagnostics) {
  std::map<std::string, std::vector<std::string_view>, std::less<>> codes_of;
  for (const core::Diagnostic& diagnostic : diagnostics) {
    for (const core::Detail& detail : diagnostic.details) {
      const auto* name = std::get_if<std::string>(&detail.value);
      if (detail.key == "column" && name != nullptr)
        codes_of[*name].push_back(core::code_name(diagnostic.code));
    }
  }
  json::Value noted = json::Value::array();
  for (json::Value column : columns.as_array()) {
    const auto found = codes_of.find(column.find("name")->as_string());
    if (found != codes_of.end()) {
      json::Value notes = json::Value::array();
      for (const std::string_view code : found->second) notes.push(code);
      column.set("notes", std::move(notes));
    }
    noted.push(std::move(column));
  }
  return noted;
}

}  // namespace

core::Result<json::Value> inspect(const LoadedDataset& dataset, const std::optional<TrainConfig>& config,
                                  core::Context& context) {
  const table::Table& table = dataset.table();
  core::Diagnostics diagnostics = dataset.dataset().diagnostics;
  std::vector<table::Role> roles = declared_roles(table, config);
  std::optional<core::Error> problem;

  json::Value document = json::Value::object();
  document.set("schema_version", "inspect.v2")
      .set("runforge_version", artifact::runforge_version())
      .set("rows", table.n_rows);
  if (dataset.dataset().source) document.set("source", artifact::source_value(*dataset.dataset().source));

  if (config) {
    document.set("label_column", config->label)
        .set("task", core::task_name(config->task))
        .set("model_family", core::family_name(config->family));
    auto selection = table::select(table, selection_request(*config));
    if (selection.ok()) {
      roles = selection->roles;
      diagnostics.insert(diagnostics.end(), selection->diagnostics.begin(), selection->diagnostics.end());
      add_selection(document, table, *selection);
      const auto target = table::read_target(table.columns[selection->label], config->task, selection->rows,
                                             config->max_classes);
      if (target.ok()) add_classes(document, *target);
    }
    auto dealt = deal(dataset, *config, context.monitor);
    if (selection.ok()) {
      // As a training does, which looks at its own rows alone.
      RF_ASSIGN(core::Diagnostics matches,
                table::find_label_matches(table, selection->label, selection->features,
                                          dealt.ok() ? dealt->train_rows : selection->rows, context));
      std::move(matches.begin(), matches.end(), std::back_inserter(diagnostics));
    }
    if (!dealt.ok()) problem = std::move(dealt).error();
  }

  RF_ASSIGN(const std::vector<table::ColumnProfile> profiles, table::profile_columns(table, context));
  document.set("columns", with_notes(artifact::columns_value(profiles, roles), diagnostics));
  document.set("diagnostics", artifact::diagnostics_value(diagnostics));
  if (problem) document.set("problem", problem_value(*problem));
  return document;
}

}  // namespace rf::run
