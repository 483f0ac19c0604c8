// SPDX-License-Identifier: MIT
// Selects the part of a table to train on: the label column, the features and the kept rows.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "table/column.hpp"

namespace rf::table {

/// The use of a column. The caller declares kWeight, kGroup and kTime. kSplit is the column that a predefined
/// split reads. These four are not features.
enum class Role : std::uint8_t { kLabel, kFeature, kIgnored, kIdentifier, kWeight, kGroup, kTime, kSplit };

/// Each role with its word. Schemas, documents and the reading of configurations follow this table.
struct RoleWord {
  Role role;
  std::string_view word;
  bool may_be_declared;  ///< in `roles` of a configuration
};
inline constexpr std::array<RoleWord, 8> kRoleWords = {{{Role::kFeature, "feature", true},
                                                        {Role::kGroup, "group", true},
                                                        {Role::kIdentifier, "identifier", false},
                                                        {Role::kIgnored, "ignored", true},
                                                        {Role::kLabel, "label", false},
                                                        {Role::kSplit, "split", false},
                                                        {Role::kTime, "time", true},
                                                        {Role::kWeight, "weight", true}}};
constexpr std::string_view role_name(Role role) {
  for (const RoleWord& known : kRoleWords)
    if (known.role == role) return known.word;
  return "";
}

struct SelectionRequest {
  std::string label;
  core::Task task = core::Task::kClassification;
  core::MissingPolicies missing;      ///< of features and of the weight
  std::map<std::string, Role> roles;  ///< any role except kLabel and kIdentifier
};

/// Missing values of a used column and the policy for them.
struct MissingUse {
  std::size_t column;  ///< column number
  core::MissingPolicy policy;
  std::uint64_t
      used_rows;  ///< number of kept rows whose value is missing; the values are filled or passed on
};

struct Selection {
  std::size_t label = 0;              ///< column number
  std::vector<Role> roles;            ///< one per column
  std::vector<std::size_t> features;  ///< column numbers, ascending
  std::vector<TableRow> rows;         ///< kept rows, ascending
  std::optional<std::size_t> weight;  ///< column number
  std::uint64_t dropped_missing_label = 0;
  std::uint64_t dropped_missing_values =
      0;  ///< rows with a label that lack a value in a column whose policy is drop_rows
  std::vector<MissingUse>
      missing;  ///< of features and the weight; empty if no column has a policy of its own
  core::Diagnostics diagnostics;
};

/// Roles are assigned from all rows, before any row is dropped: a text column of 20 or more present values,
/// all distinct, becomes kIdentifier unless it is declared a feature; an integer column of 3 or more rows
/// that counts n, n + 1, n + 2, ... without a gap, from any n, is kept with ROW_NUMBER_COLUMN. A row without
/// a label is dropped under every policy. A row that lacks a used feature or the weight is dropped if that
/// column's policy is drop_rows. The policy error applies to the remaining rows. Errors: LABEL_NOT_FOUND,
/// COLUMN_NOT_FOUND (both suggest near names), INVALID_VALUE (another role for the label),
/// PARAMETER_NOT_APPLICABLE (a policy for a column that is neither a feature nor the weight, or another than
/// drop_rows and error for the weight), LABEL_ONLY_DATASET, ZERO_FEATURES, ZERO_ROWS, MISSING_VALUE (a
/// feature or weight under policy error, a weight under every policy but drop_rows; names the first cell).
/// Diagnostics: IDENTIFIER_COLUMN_IGNORED {column, distinct}, ROW_NUMBER_COLUMN {column},
/// MISSING_VALUES_DROPPED and DROPPED_MANY_ROWS (more than a fifth) {dropped, rows, missing:<column> for each
/// column that caused drops, most first}.
core::Result<Selection> select(const Table& table, const SelectionRequest& request);

/// Sample weights of the kept `rows`; every weight must be present. WEIGHT_INVALID for a negative weight and
/// for a column that is not numeric.
core::Result<std::vector<double>> read_weights(const Column& column, std::span<const TableRow> rows);

}  // namespace rf::table
