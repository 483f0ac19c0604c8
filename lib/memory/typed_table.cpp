// SPDX-License-Identifier: MIT
// Checks names, row counts and limits, and turns the collected columns into a dataset. Pinned by
// tests/abi/builder_test.cpp.
#include "memory/typed_table.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "memory/memory_errors.hpp"
#include "table/surprises.hpp"
#include "table/text_check.hpp"

namespace rf::memory {
namespace {

using core::Code;
using core::decimal;
using core::Error;
using core::quoted;
using core::Result;

Result<> check_limits(const std::vector<TypedColumn>& columns, const table::ReadingLimits& limits) {
  if (columns.size() > limits.max_columns)
    return memory_limit_error("column", limits.max_columns, columns.size());
  if (columns[0].n_rows() > limits.max_rows)
    return memory_limit_error("row", limits.max_rows, columns[0].n_rows());
  std::uint64_t n_bytes = 0;
  for (const TypedColumn& column : columns) n_bytes += column.n_bytes();
  if (n_bytes > limits.max_bytes) return memory_limit_error("byte", limits.max_bytes, n_bytes);
  return {};
}

}  // namespace

Result<std::string> TypedTable::next_name(std::string_view given) const {
  const auto number = static_cast<std::int64_t>(columns_.size() + 1);
  if (const auto fault = table::find_text_fault(given))
    return Error{fault->code,
                 "name of column " + decimal(number) + ": expected UTF-8 without NUL, found " +
                     table::found_text(given, fault->offset),
                 {{"column", number}}};
  std::string name = given.empty() ? "column_" + decimal(number) : std::string(given);
  if (names_.find(name) != names_.end())
    return Error{
        Code::kDuplicateColumn,
        "expected distinct column names, found " + quoted(name) + " again as column " + decimal(number),
        {{"column", name}}};
  return name;
}

Result<> TypedTable::push(TypedColumn column) {
  if (!columns_.empty() && column.n_rows() != columns_[0].n_rows())
    return Error{Code::kInvalidArgument,
                 "column " + quoted(column.name()) + ": expected " +
                     core::counted(columns_[0].n_rows(), "row") + " as column " + quoted(columns_[0].name()) +
                     " has, found " + decimal(static_cast<std::int64_t>(column.n_rows())),
                 {{"column", column.name()}}};
  names_.insert(column.name());
  columns_.push_back(std::move(column));
  return {};
}

Result<> TypedTable::make_room(std::uint64_t n_more) {
  std::uint64_t n_bytes = 0;
  for (const TypedColumn& column : columns_) n_bytes += column.memory_bytes() + n_more * column.cell_bytes();
  return memory_.resize(n_bytes, "the rows handed over so far");
}

Result<table::Dataset> TypedTable::finish(const table::ReadingOptions& options, core::Context& context) {
  std::vector<TypedColumn> columns = std::exchange(columns_, {});
  names_.clear();
  if (columns.empty()) return Error{Code::kZeroFeatures, "table in memory: expected columns, found none", {}};
  if (columns[0].n_rows() == 0)
    return Error{Code::kZeroRows, "table in memory: expected rows, found none", {}};
  RF_TRY(check_limits(columns, options.limits));
  table::Dataset dataset;
  dataset.declared_kinds = options.kinds;
  dataset.table.n_rows = columns[0].n_rows();
  // A text column and the column made of it exist at the same time for a while.
  RF_ASSIGN(
      const core::Reservation turned,
      core::Reservation::of(context.budget, options.infer_text ? dataset.table.n_rows * sizeof(double) : 0,
                            "a text column being read"));
  for (TypedColumn& column : columns) {
    RF_ASSIGN(table::Column finished, column.finish(options, dataset.diagnostics));
    dataset.table.columns.push_back(std::move(finished));
    RF_TRY(context.monitor.check());
  }
  RF_TRY(memory_.resize(dataset.table.memory_bytes(), "the loaded table"));
  for (core::Diagnostic& surprise : table::surprises(dataset.table, options, context))
    dataset.diagnostics.push_back(std::move(surprise));
  return dataset;
}

}  // namespace rf::memory
