// SPDX-License-Identifier: MIT
// Collects columns handed over in memory until they become a table. docs/formats/memory.md; pinned by
// tests/abi/builder_test.cpp.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "memory/typed_column.hpp"
#include "table/dataset.hpp"

namespace rf::memory {

/// The most rows of a table: row numbers have 32 bits.
inline constexpr std::uint64_t kMostRows = 4'294'967'295;

class TypedTable {
 public:
  /// Checks the name that the caller gives the next column and returns the name that the column gets:
  /// column_N for an empty name, as in CSV, else `given`. INVALID_UTF8, NUL_BYTE, DUPLICATE_COLUMN.
  core::Result<std::string> next_name(std::string_view given) const;
  /// Adds a column named by next_name. INVALID_ARGUMENT if it has another number of rows than the first
  /// column.
  core::Result<> push(TypedColumn column);

  std::vector<TypedColumn>& columns() { return columns_; }

  /// Charges the cells to `budget` from now on.
  void count_in(core::MemoryBudget* budget) { memory_ = core::Reservation(budget); }
  /// Charges the cells so far and `n_more` rows. The caller calls it before it adds these rows, and with 0
  /// after. LIMIT_REACHED.
  core::Result<> make_room(std::uint64_t n_more);

  /// Returns the columns as a dataset without a source, with their diagnostics. The table is empty
  /// afterwards, on failure too. ZERO_FEATURES (no column), ZERO_ROWS, LIMIT_REACHED and the errors of
  /// TypedColumn::finish.
  core::Result<table::Dataset> finish(const table::ReadingOptions& options, core::Context& context);

 private:
  std::vector<TypedColumn> columns_;
  std::set<std::string, std::less<>> names_;
  core::Reservation memory_;
};

}  // namespace rf::memory
