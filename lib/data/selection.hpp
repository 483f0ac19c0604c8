// SPDX-License-Identifier: MIT
// What of a table is trained on: which column is the label, which are features, which rows stay.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "data/column.hpp"

namespace rf::data {

enum class Role : std::uint8_t { kLabel, kFeature, kIgnored, kIdentifier };

struct SelectionRequest {
  std::string label;
  core::Task task = core::Task::kClassification;
  core::MissingPolicy missing = core::MissingPolicy::kDropRows;
  std::map<std::string, Role> roles;  ///< declared by the caller: kFeature or kIgnored
};

struct Selection {
  std::size_t label = 0;              ///< column number
  std::vector<Role> roles;            ///< one per column
  std::vector<std::size_t> features;  ///< column numbers, ascending
  std::vector<RowIndex> rows;         ///< kept rows, ascending
  std::uint64_t dropped_missing_label = 0;
  std::uint64_t dropped_missing_values = 0;  ///< rows with a label that lack a used feature, under drop_rows
  core::Diagnostics diagnostics;
};

/// Errors: LABEL_NOT_FOUND, COLUMN_NOT_FOUND (both suggest near names), LABEL_ONLY_DATASET, ZERO_FEATURES,
/// ZERO_ROWS, MISSING_VALUE (policy error; names the first cell). Diagnostics: IDENTIFIER_COLUMN_IGNORED,
/// ROW_NUMBER_COLUMN, MISSING_VALUES_DROPPED, DROPPED_MANY_ROWS.
core::Result<Selection> select(const Table& table, const SelectionRequest& request);

}  // namespace rf::data
