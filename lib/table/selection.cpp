// SPDX-License-Identifier: MIT
// Assigns roles first, using all rows, then selects the kept rows (docs/LEARNERS.md). Diagnostics report
// every column left out and every row dropped, with counts. Pinned by tests/unit/table/selection_test.cpp.
#include "table/selection.hpp"

#include <algorithm>
#include <utility>

#include "core/messages.hpp"
#include "core/number_text.hpp"
#include "core/text.hpp"

namespace rf::table {
namespace {

using core::Code;
using core::counted;
using core::Detail;
using core::Error;
using core::quoted;
using core::Result;
using core::Severity;

constexpr std::size_t kIdentifierRows = 20;  ///< fewer distinct texts may be distinct by chance
constexpr std::size_t kRowNumberRows = 3;    ///< fewer numbers ascend by one by chance
constexpr std::size_t kNamedColumns = 3;     ///< in a message; the details hold more
constexpr std::size_t kDetailColumns = 20;

/// Whether each present text occurs once: there are as many levels as present rows.
bool identifies_rows(const Column& column) {
  if (column.kind() != Kind::kCategory || column.category().levels.size() < kIdentifierRows) return false;
  const Cells<std::int32_t>& codes = column.category().codes;
  const auto present = std::count_if(codes.begin(), codes.end(), [](std::int32_t code) { return code >= 0; });
  return static_cast<std::size_t>(present) == column.category().levels.size();
}

/// Whether the values are integers n, n + 1, n + 2, ... without a gap, from any n.
bool counts_rows(const Column& column) {
  if (column.kind() != Kind::kNumeric || column.numeric().values.size() < kRowNumberRows) return false;
  const Cells<double>& values = column.numeric().values;
  const double largest = 9'007'199'254'740'992;  // 2^53
  const bool integer = values[0] >= -largest && values[0] <= largest &&
                       values[0] == static_cast<double>(static_cast<std::int64_t>(values[0]));
  if (!integer) return false;
  for (std::size_t row = 1; row < values.size(); ++row) {
    if (values[row] != values[0] + static_cast<double>(row)) return false;
  }
  return true;
}

struct ColumnLoss {
  std::size_t column;
  std::uint64_t rows;
};

class Selector {
 public:
  Selector(const Table& table, const SelectionRequest& request) : table_(table), request_(request) {}

  Result<Selection> run() {
    RF_TRY(find_label());
    RF_TRY(assign_roles());
    RF_TRY(check_features());
    RF_TRY(settle_policies());
    RF_TRY(keep_rows());
    count_missing();
    tell_drops();
    return std::move(selection_);
  }

 private:
  Result<> find_label();
  Result<> assign_roles();
  void assign_found_role(std::size_t column);
  Result<> check_features() const;
  Result<> settle_policies();
  Result<> keep_rows();
  std::optional<std::size_t> lacking_column(TableRow row, std::span<const std::size_t> columns) const;
  void count_losses();
  void count_missing();
  Error label_missing_error() const;
  Error nothing_kept_error() const;
  Error missing_value_error(TableRow row, std::size_t column) const;
  void tell_drops();
  std::string losses_text() const;
  void add_losses(core::Details& details) const;

  const std::string& name_of(std::size_t column) const { return table_.columns[column].name; }

  const Table& table_;
  const SelectionRequest& request_;
  Selection selection_;
  std::vector<std::size_t> dropping_;  ///< columns in which a missing value drops the row, features first
  std::vector<std::size_t> refusing_;  ///< columns in which every kept row must have a value
  std::vector<ColumnLoss> losses_;     ///< number of rows dropped for each column, most first
};

Result<> Selector::find_label() {
  selection_.label = table_.find(request_.label);
  const std::vector<std::string> names = table_.names();
  if (selection_.label == names.size()) {
    return Error{Code::kLabelNotFound,
                 "the table has no column " + quoted(request_.label) + " for the label" +
                     (names.size() == 1 ? "; its only column is " + quoted(names[0]) +
                                              ". If a character separates columns in it, give it as delimiter"
                                        : core::did_you_mean(request_.label, names)),
                 {{"column", request_.label}}};
  }
  const auto not_found = [&names](const std::string& name, std::string_view declared) {
    return Error{Code::kColumnNotFound,
                 "the table has no column " + quoted(name) + ", for which a " + std::string(declared) +
                     " is declared" + core::did_you_mean(name, names),
                 {{"column", name}}};
  };
  const ColumnNumbers numbers(table_);
  for (const auto& [name, role] : request_.roles) {
    if (numbers.find(name) == names.size()) return not_found(name, "role");
    if (name == request_.label) {
      return Error{Code::kInvalidValue,
                   "column " + quoted(name) + " is the label and cannot have another role",
                   {{"column", name}}};
    }
  }
  for (const auto& [name, policy] : request_.missing.columns)
    if (numbers.find(name) == names.size()) return not_found(name, "missing policy");
  if (names.size() == 1) {
    return Error{Code::kLabelOnlyDataset,
                 "expected feature columns beside the label " + quoted(request_.label) + ", found none",
                 {{"column", request_.label}}};
  }
  return {};
}

Result<> Selector::assign_roles() {
  selection_.roles.assign(table_.columns.size(), Role::kFeature);
  selection_.roles[selection_.label] = Role::kLabel;
  for (std::size_t j = 0; j < table_.columns.size(); ++j) {
    const auto declared = request_.roles.find(name_of(j));
    if (declared != request_.roles.end()) {
      selection_.roles[j] = declared->second;
    } else if (j != selection_.label) {
      assign_found_role(j);
    }
    if (selection_.roles[j] == Role::kFeature) selection_.features.push_back(j);
    if (selection_.roles[j] == Role::kWeight) selection_.weight = j;
  }
  return {};
}

void Selector::assign_found_role(std::size_t column) {
  if (identifies_rows(table_.columns[column])) {
    const auto n_levels = static_cast<std::int64_t>(table_.columns[column].category().levels.size());
    selection_.roles[column] = Role::kIdentifier;
    selection_.diagnostics.push_back(core::diagnostic(Code::kIdentifierColumnIgnored, Severity::kWarning,
                                                      {{"column", name_of(column)}, {"distinct", n_levels}}));
  } else if (counts_rows(table_.columns[column])) {
    selection_.diagnostics.push_back(
        core::diagnostic(Code::kRowNumberColumn, Severity::kInfo, {{"column", name_of(column)}}));
  }
}

Result<> Selector::check_features() const {
  if (!selection_.features.empty()) return {};
  std::string identifiers;
  std::uint64_t n_identifiers = 0;
  std::uint64_t n_ignored = 0;
  for (std::size_t j = 0; j < table_.columns.size(); ++j) {
    if (selection_.roles[j] == Role::kIgnored) ++n_ignored;
    if (selection_.roles[j] != Role::kIdentifier) continue;
    if (n_identifiers++ < kNamedColumns)
      identifiers += (identifiers.empty() ? "" : ", ") + quoted(name_of(j));
  }
  std::string reason;
  if (n_identifiers > 0) {
    reason = counted(n_identifiers, "text column") + " whose values are all distinct (" + identifiers +
             (n_identifiers > kNamedColumns ? ", ..." : "") + "), which identify rows";
  }
  if (n_ignored > 0) reason += (reason.empty() ? "" : " and ") + counted(n_ignored, "ignored column");
  return Error{Code::kZeroFeatures,
               "no column is left as a feature: beside the label the table has only " + reason,
               {{"identifiers", static_cast<std::int64_t>(n_identifiers)},
                {"ignored", static_cast<std::int64_t>(n_ignored)}}};
}

/// Puts each used column into dropping_, refusing_ or neither, by what a missing value does to its row.
Result<> Selector::settle_policies() {
  const ColumnNumbers numbers(table_);
  for (const auto& [name, policy] : request_.missing.columns) {
    const Role role = selection_.roles[numbers.find(name)];
    const bool takes_rows = policy == core::MissingPolicy::kDropRows || policy == core::MissingPolicy::kError;
    if (role == Role::kFeature || (role == Role::kWeight && takes_rows)) continue;
    return Error{
        Code::kParameterNotApplicable,
        "the missing policy " + std::string(core::missing_policy_name(policy)) + " of column " +
            quoted(name) + " does not apply: " +
            (role == Role::kWeight ? "a sample weight takes drop_rows or error"
             : role == Role::kIdentifier
                 ? "its texts are all distinct, so the column is not a feature unless it is given that role"
                 : "the column is not a feature"),
        {{"column", name}}};
  }
  std::vector<std::size_t> used = selection_.features;
  if (selection_.weight) used.push_back(*selection_.weight);
  for (const std::size_t j : used) {
    const core::MissingPolicy policy = request_.missing.of(name_of(j));
    if (policy == core::MissingPolicy::kDropRows)
      dropping_.push_back(j);
    else if (policy == core::MissingPolicy::kError || j == selection_.weight)
      refusing_.push_back(j);
  }
  return {};
}

Result<> Selector::keep_rows() {
  const Column& label = table_.columns[selection_.label];
  for (std::size_t i = 0; i < table_.n_rows; ++i) {
    const auto row = static_cast<TableRow>(i);
    if (label.is_missing(row)) {
      ++selection_.dropped_missing_label;
      continue;
    }
    if (lacking_column(row, dropping_)) {
      ++selection_.dropped_missing_values;
      continue;
    }
    if (const auto lacking = lacking_column(row, refusing_)) return missing_value_error(row, *lacking);
    selection_.rows.push_back(row);
  }
  count_losses();
  if (!selection_.rows.empty()) return {};
  return selection_.dropped_missing_label == table_.n_rows ? label_missing_error() : nothing_kept_error();
}

/// The first of the columns in which the row has no value, or nothing.
std::optional<std::size_t> Selector::lacking_column(TableRow row,
                                                    std::span<const std::size_t> columns) const {
  const auto lacking = std::find_if(columns.begin(), columns.end(),
                                    [&](std::size_t j) { return table_.columns[j].is_missing(row); });
  return lacking == columns.end() ? std::nullopt : std::optional(*lacking);
}

void Selector::count_losses() {
  if (selection_.dropped_missing_label > 0)
    losses_.push_back({selection_.label, selection_.dropped_missing_label});
  if (selection_.dropped_missing_values > 0) {
    const Column& label = table_.columns[selection_.label];
    for (const std::size_t j : dropping_) {
      std::uint64_t rows = 0;
      for (std::size_t i = 0; i < table_.n_rows; ++i) {
        const auto row = static_cast<TableRow>(i);
        rows += table_.columns[j].is_missing(row) && !label.is_missing(row) ? 1 : 0;
      }
      if (rows > 0) losses_.push_back({j, rows});
    }
  }
  // total order: the column decides between equal losses
  std::sort(losses_.begin(), losses_.end(), [](const ColumnLoss& a, const ColumnLoss& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.column < b.column;
  });
}

void Selector::count_missing() {
  if (request_.missing.columns.empty()) return;
  for (std::size_t j = 0; j < table_.columns.size(); ++j) {
    if (selection_.roles[j] != Role::kFeature && selection_.roles[j] != Role::kWeight) continue;
    const auto lacking = std::count_if(selection_.rows.begin(), selection_.rows.end(),
                                       [&](TableRow row) { return table_.columns[j].is_missing(row); });
    selection_.missing.push_back({j, request_.missing.of(name_of(j)), static_cast<std::uint64_t>(lacking)});
  }
}

Error Selector::missing_value_error(TableRow row, std::size_t column) const {
  const bool is_weight = column == selection_.weight;
  return {Code::kMissingValue,
          "row " + core::decimal(number_of(row)) + " (rows are numbered from 0), column " +
              quoted(name_of(column)) +
              (is_weight ? ": expected a sample weight, found none; only the missing policy drop_rows leaves "
                           "such rows out"
                         : ": expected a value, as the missing policy is error, found none"),
          {{"row", number_of(row)}, {"column", name_of(column)}}};
}

Error Selector::label_missing_error() const {
  return {Code::kZeroRows,
          "no row is left to train on: the label " + quoted(request_.label) + " is missing in " +
              (table_.n_rows == 1 ? "the only row" : "all " + counted(table_.n_rows, "row")),
          {{"column", request_.label}, {"rows", static_cast<std::int64_t>(table_.n_rows)}}};
}

Error Selector::nothing_kept_error() const {
  core::Details details = {{"rows", static_cast<std::int64_t>(table_.n_rows)}};
  add_losses(details);
  return {Code::kZeroRows,
          "no row is left to train on: " +
              (table_.n_rows == 1 ? "the only row lacks a value"
                                  : "each of the " + counted(table_.n_rows, "row") + " lacks a value") +
              "; missing most often: " + losses_text() + "; use `--missing fill`, or ignore such a column",
          std::move(details)};
}

std::string Selector::losses_text() const {
  std::string text;
  for (std::size_t i = 0; i < std::min(losses_.size(), kNamedColumns); ++i) {
    text += (i == 0 ? "" : ", ") + quoted(name_of(losses_[i].column)) + " (" +
            counted(losses_[i].rows, "row") + ")";
  }
  return losses_.size() > kNamedColumns ? text + ", ..." : text;
}

/// {"missing:Cabin", 687}, {"missing:Age", 177}, ...
void Selector::add_losses(core::Details& details) const {
  for (std::size_t i = 0; i < std::min(losses_.size(), kDetailColumns); ++i) {
    details.push_back({"missing:" + name_of(losses_[i].column), static_cast<std::int64_t>(losses_[i].rows)});
  }
}

void Selector::tell_drops() {
  const std::uint64_t dropped = selection_.dropped_missing_label + selection_.dropped_missing_values;
  if (dropped == 0) return;
  core::Details details = {{"dropped", static_cast<std::int64_t>(dropped)},
                           {"rows", static_cast<std::int64_t>(table_.n_rows)}};
  add_losses(details);
  selection_.diagnostics.push_back(core::diagnostic(Code::kMissingValuesDropped, Severity::kInfo, details));
  if (dropped * 5 <= table_.n_rows) return;
  selection_.diagnostics.push_back(
      core::diagnostic(Code::kDroppedManyRows, Severity::kWarning, std::move(details)));
}

}  // namespace

Result<std::vector<double>> read_weights(const Column& column, std::span<const TableRow> rows) {
  if (column.kind() != Kind::kNumeric)
    return Error{Code::kWeightInvalid,
                 "column " + quoted(column.name) + ": expected numeric sample weights, found a " +
                     std::string(core::kind_name(column.kind())) + " column",
                 {{"column", column.name}}};
  std::vector<double> weights;
  weights.reserve(rows.size());
  for (const TableRow row : rows) {
    weights.push_back(column.numeric().values[number_of(row)]);
    if (weights.back() < 0)
      return Error{Code::kWeightInvalid,
                   "row " + core::decimal(number_of(row)) + " (rows are numbered from 0), column " +
                       quoted(column.name) + ": expected a sample weight of at least 0, found " +
                       core::number_text(weights.back()),
                   {{"row", number_of(row)}, {"column", column.name}}};
  }
  return weights;
}

Result<Selection> select(const Table& table, const SelectionRequest& request) {
  return Selector(table, request).run();
}

}  // namespace rf::table
