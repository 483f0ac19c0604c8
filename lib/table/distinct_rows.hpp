// SPDX-License-Identifier: MIT
// Rows of a table to look others up in. Most differ in their hash: they lie sorted by it, one to a hash.
// Those that differ in their cells but not in their hash lie sorted by their cells beside them, so that rows
// chosen to have equal hashes are found in a logarithm of their number as well. What is found depends on the
// cells alone. Pinned by tests/unit/table/distinct_rows_test.cpp.
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
  /// Of `rows` by their cells in `columns`, which, as the table, outlive it. CANCELLED.
  static core::Result<DistinctRows> make(const Table& table, std::span<const std::size_t> columns,
                                         std::span<const RowIndex> rows, core::Context& context);

  /// Whether one of the rows has the cells of `row`. Adds to `n_compared` the rows it was compared with cell
  /// by cell; any thread.
  bool holds(RowIndex row, std::uint64_t& n_compared) const;
  /// Rows compared cell by cell until they were in order.
  std::uint64_t n_compared() const { return n_compared_; }

 private:
  struct HashedRow {
    std::uint64_t hash;
    RowIndex row;
  };

  DistinctRows(const Table& table, std::span<const std::size_t> columns) : table_(table), columns_(columns) {}
  HashedRow hashed(RowIndex row) const;
  int compare(RowIndex a, RowIndex b) const;
  core::Result<> hash_all(std::span<const RowIndex> rows, core::Context& context);
  core::Result<> set_apart(const core::Monitor& monitor);

  const Table& table_;
  std::span<const std::size_t> columns_;
  std::vector<HashedRow> by_hash_;  ///< ascending, each hash once
  std::vector<RowIndex>
      by_cells_;  ///< ascending by compare(); each has a hash that stands in by_hash_ for another
  std::uint64_t n_compared_ = 0;
};

}  // namespace rf::table
