// SPDX-License-Identifier: MIT
// Joins the chunks of a CSV text, in their order, to typed columns. A column is kept as its cells so far
// allow; where a later chunk shows that it must be kept otherwise (text after a million numbers), its cells
// are given up and read in a second pass over the text: no text is held for the case.
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
  /// `text_bytes` is the length of the whole text, 0 if unknown; a guide for how much memory to set aside.
  CsvColumns(ChunkPlan& plan, std::uint64_t text_bytes, core::MemoryBudget* budget);

  /// Appends the rows of the next chunk, before which there are `lines_before` lines. LIMIT_REACHED for cells
  /// that do not fit the memory budget, before they are appended; the columns are of no use then.
  core::Result<> join(CsvChunk& chunk, std::uint64_t lines_before);
  std::size_t n_rows() const { return n_rows_; }

  /// After the last chunk: the kinds of all columns, and what is to be told of them. NUMBER_OUT_OF_RANGE.
  core::Result<core::Diagnostics> settle_kinds();
  /// Whether columns were given up; then plan's hints ask for these alone, and all chunks are to be joined
  /// again.
  bool begin_second_pass();

  /// The columns, whose number of rows is n_rows().
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
