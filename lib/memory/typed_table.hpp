// SPDX-License-Identifier: MIT
// Columns handed over in memory until they are a table. docs/formats/memory.md; pinned by
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

/// Tables have fewer rows than a row number can count.
inline constexpr std::uint64_t kMostRows = 4'294'967'295;

class TypedTable {
 public:
  /// The name that a next column called `given` gets: an empty one becomes column_N, as in CSV.
  /// INVALID_UTF8, DUPLICATE_COLUMN.
  core::Result<std::string> next_name(std::string_view given) const;
  /// Adds a column named by next_name, as long as those before. INVALID_ARGUMENT.
  core::Result<> push(TypedColumn column);

  std::vector<TypedColumn>& columns() { return columns_; }

  /// Counts the cells from now on.
  void count_in(core::MemoryBudget* budget) { memory_ = core::Reservation(budget); }
  /// Counts what there is and `n_more` rows; before these are added, and with 0 after. LIMIT_REACHED.
  core::Result<> make_room(std::uint64_t n_more);

  /// The columns as a dataset without a source, with what there was to say of them. The table is empty then,
  /// on failure too. ZERO_FEATURES (no column), ZERO_ROWS, LIMIT_REACHED and the errors of
  /// TypedColumn::finish.
  core::Result<table::Dataset> finish(const table::ReadingOptions& options, core::Context& context);

 private:
  std::vector<TypedColumn> columns_;
  std::set<std::string, std::less<>> names_;
  core::Reservation memory_;
};

}  // namespace rf::memory
