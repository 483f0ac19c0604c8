// SPDX-License-Identifier: MIT
// dataset.v1: the contents of the table used for training. An unused column shows only name, kind and counts,
// so that a record does not disclose private cells. Pinned by tests/unit/artifact/dataset_document_test.cpp.
#include <utility>
#include <vector>

#include "artifact/documents.hpp"
#include "core/mutant.hpp"

namespace rf::artifact {
namespace {

/// Ranges and levels of a used column.
void set_contents(json::Value& entry, const table::ColumnProfile& column) {
  if (column.numeric) {
    entry.set("min", column.numeric->min)
        .set("max", column.numeric->max)
        .set("mean", column.numeric->mean)
        .set("std", column.numeric->std);
  }
  if (column.kind == core::Kind::kNumeric) return;
  json::Value levels = json::Value::array();
  for (const table::LevelCount& level : column.levels) {
    levels.push(json::Value::object().set("level", level.level).set("count", level.count));
  }
  entry.set("levels", std::move(levels)).set("other_levels", column.other_levels);
}

}  // namespace

json::Value columns_value(std::span<const table::ColumnProfile> columns, std::span<const table::Role> roles,
                          std::span<const table::MissingUse> missing) {
  std::vector<const table::MissingUse*> use_of(columns.size());
  for (const table::MissingUse& use : missing) use_of[use.column] = &use;
  json::Value array = json::Value::array();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    json::Value entry;
    entry.set("name", columns[i].name)
        .set("role", table::role_name(roles[i]))
        .set("kind", core::kind_name(columns[i].kind))
        .set("missing", columns[i].missing)
        .set("distinct", columns[i].distinct);
    const bool used = roles[i] == table::Role::kFeature || roles[i] == table::Role::kLabel;
    if (RF_MUTANT(ignored_columns_show_their_levels, used, true)) set_contents(entry, columns[i]);
    if (const table::MissingUse* const use = use_of[i])
      entry.set("missing_policy", core::missing_policy_name(use->policy))
          .set("missing_used_rows", use->used_rows);
    array.push(std::move(entry));
  }
  return array;
}

json::Value dataset_document(const DatasetFacts& facts) {
  json::Value rows;
  rows.set("read", facts.rows_read)
      .set("used", facts.selection->rows.size())
      .set("dropped_missing_label", facts.selection->dropped_missing_label)
      .set("dropped_missing_values", facts.selection->dropped_missing_values);
  json::Value document;
  document.set("content_sha256", facts.content_sha256)
      .set("rows", std::move(rows))
      .set("columns", columns_value(facts.columns, facts.selection->roles, facts.selection->missing))
      .set("duplicate_rows_across_split", facts.duplicate_rows_across_split);
  if (!facts.class_counts.empty()) {
    json::Value counts = json::Value::array();
    for (const ClassCount& entry : facts.class_counts) {
      counts.push(json::Value::object()
                      .set("class", class_label_value(entry.label))
                      .set("count", entry.count)
                      .set("train", entry.train)
                      .set("validation", entry.validation));
    }
    document.set("class_counts", std::move(counts));
  }
  return document;
}

}  // namespace rf::artifact
