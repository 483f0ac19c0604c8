// SPDX-License-Identifier: MIT
// Joins the chunks of a CSV text, in order, into typed columns. A column is stored in the shape that its
// cells so far allow. If a later chunk shows that it needs another shape (text after a million numbers), its
// cells are dropped and read again in a second pass over the text, because the text itself is not held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/arena.hpp"
#include "core/error.hpp"
#include "core/memory_budget.hpp"
#include "core/result.hpp"
#include "csv/csv_chunk.hpp"
#include "table/column.hpp"
#include "table/column_builder.hpp"

namespace rf::csv {

class CsvColumns {
 public:
  /// `text_bytes` is the length of the whole text, 0 if unknown. It determines how much memory is reserved.
  CsvColumns(ChunkPlan& plan, std::uint64_t text_bytes, core::MemoryBudget* budget);

  /// Appends the rows of the next chunk. `lines_before` lines precede the chunk. LIMIT_REACHED if its cells
  /// do not fit the memory budget, before they are appended; the columns are then unusable.
  core::Result<> join(CsvChunk& chunk, std::uint64_t lines_before);
  std::size_t n_rows() const { return n_rows_; }

  /// After the last chunk: checks the inferred kinds of all columns and returns diagnostics about them.
  /// NUMBER_OUT_OF_RANGE.
  core::Result<core::Diagnostics> settle_kinds();
  /// Returns whether columns were given up. If so, the plan's hints then ask for these columns alone, and the
  /// caller joins all chunks again.
  bool begin_second_pass();

  /// Moves the columns out. They have n_rows() rows.
  std::vector<table::Column> take();

 private:
  struct Category {
    table::Cells<std::int32_t> codes;
    table::LevelTable levels;
  };
  struct Store {
    Shape shape = Shape::kNumeric;
    bool given_up = false;
    table::KindEvidence evidence;
    table::Cells<double> numbers;
    table::Cells<std::int8_t> booleans;
    std::unique_ptr<Category> category;
    std::uint64_t n_bytes = 0;  ///< counted in the memory budget
  };

  Shape wanted_shape(std::size_t column) const;
  void reshape(Store& store, Shape shape) const;
  void set_aside(const CsvChunk& chunk);
  void make_arena();
  core::Result<> count(Store& store, Shape shape, std::size_t n_rows);
  void append(Store& store, CsvChunk& chunk, std::size_t column);
  static void append_codes(Category& category, CsvChunk::Coded& piece);
  void suggest(std::size_t column);

  ChunkPlan& plan_;
  std::uint64_t text_bytes_;
  std::vector<Store> stores_;
  core::MemoryBudget* budget_;
  core::Reservation memory_;
  std::uint64_t n_bytes_ = 0;  ///< of all stores
  std::size_t n_rows_ = 0;
  std::size_t expected_rows_ = 0;  ///< memory is reserved for these
  std::size_t sure_rows_ = 0;      ///< nearly certain to come: worth huge pages
  bool second_pass_ = false;
  std::shared_ptr<core::Arena> arena_;  ///< for columns of expected_rows_ rows; or null
};

}  // namespace rf::csv
