// SPDX-License-Identifier: MIT
// Rows are hashed in parallel and sorted by (hash, row). The first row of each hash stays there; rows with
// the same hash and other cells go into a second array that is sorted by cells.
#include "table/distinct_rows.hpp"

#include <algorithm>
#include <set>

#include "core/blocks.hpp"

namespace rf::table {
namespace {

/// Cells or rows to process between two checks for cancellation.
constexpr std::size_t kCellsBetweenChecks = std::size_t{1} << 18;
constexpr std::size_t kRowsBetweenChecks = 1024;

}  // namespace

DistinctRows::HashedRow DistinctRows::hashed(TableRow row) const {
  std::uint64_t hash = 0;
  for (const std::size_t j : columns_) {
    hash = (hash ^ cell_bits(table_.columns[j], row)) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 32;
  }
  return {hash, row};
}

/// Negative if the cells of `a` are before those of `b`, 0 if they are equal, else positive.
int DistinctRows::compare(TableRow a, TableRow b) const {
  for (const std::size_t j : columns_) {
    const std::uint64_t of_a = cell_bits(table_.columns[j], a);
    const std::uint64_t of_b = cell_bits(table_.columns[j], b);
    if (of_a != of_b) return of_a < of_b ? -1 : 1;
  }
  return 0;
}

core::Result<> DistinctRows::hash_all(std::span<const TableRow> rows, core::Context& context) {
  by_hash_.resize(rows.size());
  const std::size_t step =
      std::max<std::size_t>(1, kCellsBetweenChecks / std::max<std::size_t>(1, columns_.size()));
  const auto hash_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    const core::RowRange range = core::block_range(rows.size(), block);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if ((i - range.begin) % step == 0) RF_TRY(context.monitor.check());
      by_hash_[i] = hashed(rows[i]);
    }
    return {};
  };
  RF_TRY(context.workers.run(core::block_count(rows.size()), hash_block));
  // total order: the row decides between equal hashes
  std::sort(by_hash_.begin(), by_hash_.end(), [](const HashedRow& a, const HashedRow& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
  });
  return {};
}

/// Keeps the first row of each hash in by_hash_. Rows with the same hash and other cells go to by_cells_.
core::Result<> DistinctRows::set_apart(const core::Monitor& monitor) {
  const auto stands_before = [this](TableRow a, TableRow b) {
    ++n_compared_;
    return compare(a, b) < 0;
  };
  std::set<TableRow, decltype(stands_before)> others(stands_before);
  std::size_t n_kept = 0;
  for (std::size_t i = 0; i < by_hash_.size(); ++i) {
    if (i % kRowsBetweenChecks == 0) RF_TRY(monitor.check());
    if (n_kept == 0 || by_hash_[n_kept - 1].hash != by_hash_[i].hash) {
      by_hash_[n_kept++] = by_hash_[i];
      continue;
    }
    ++n_compared_;
    if (compare(by_hash_[n_kept - 1].row, by_hash_[i].row) != 0) others.insert(by_hash_[i].row);
  }
  by_hash_.resize(n_kept);
  by_cells_.assign(others.begin(), others.end());
  return {};
}

core::Result<DistinctRows> DistinctRows::make(const Table& table, std::span<const std::size_t> columns,
                                              std::span<const TableRow> rows, core::Context& context) {
  DistinctRows distinct(table, columns);
  RF_TRY(distinct.hash_all(rows, context));
  RF_TRY(distinct.set_apart(context.monitor));
  return distinct;
}

bool DistinctRows::holds(TableRow row, std::uint64_t& n_compared) const {
  const HashedRow wanted = hashed(row);
  const auto of_hash =
      std::lower_bound(by_hash_.begin(), by_hash_.end(), wanted.hash,
                       [](const HashedRow& known, std::uint64_t hash) { return known.hash < hash; });
  if (of_hash == by_hash_.end() || of_hash->hash != wanted.hash) return false;
  ++n_compared;
  if (compare(of_hash->row, row) == 0) return true;
  std::size_t begin = 0, end = by_cells_.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    ++n_compared;
    const int order = compare(by_cells_[middle], row);
    if (order == 0) return true;
    order < 0 ? begin = middle + 1 : end = middle;
  }
  return false;
}

}  // namespace rf::table
