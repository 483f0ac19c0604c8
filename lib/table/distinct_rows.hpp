// SPDX-License-Identifier: MIT
// A set of table rows in which other rows can be looked up. Most rows have different hashes; one row per hash
// is kept, sorted by hash. Rows with an equal hash but other cells are kept in a second array, sorted by
// their cells. So even rows chosen to have equal hashes are found in a number of comparisons logarithmic in
// their number. The result of a lookup depends on the cells only. Pinned by
// tests/unit/table/distinct_rows_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "table/column.hpp"

namespace rf::table {

class DistinctRows {
 public:
  /// Makes the set of `rows` by their cells in `columns`. `columns` and the table must outlive it. CANCELLED.
  static core::Result<DistinctRows> make(const Table& table, std::span<const std::size_t> columns,
                                         std::span<const TableRow> rows, core::Context& context);

  /// Whether one of the rows has the cells of `row`. Adds to `n_compared` the number of rows that it was
  /// compared with cell by cell. Any thread may call it.
  bool holds(TableRow row, std::uint64_t& n_compared) const;
  /// Number of comparisons of rows cell by cell that make() needed.
  std::uint64_t n_compared() const { return n_compared_; }

 private:
  struct HashedRow {
    std::uint64_t hash;
    TableRow row;
  };

  DistinctRows(const Table& table, std::span<const std::size_t> columns) : table_(table), columns_(columns) {}
  HashedRow hashed(TableRow row) const;
  int compare(TableRow a, TableRow b) const;
  core::Result<> hash_all(std::span<const TableRow> rows, core::Context& context);
  core::Result<> set_apart(const core::Monitor& monitor);

  const Table& table_;
  std::span<const std::size_t> columns_;
  std::vector<HashedRow> by_hash_;  ///< ascending, each hash once
  std::vector<TableRow>
      by_cells_;  ///< ascending by compare(); for the hash of each, by_hash_ holds another row
  std::uint64_t n_compared_ = 0;
};

}  // namespace rf::table
