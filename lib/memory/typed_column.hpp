// SPDX-License-Identifier: MIT
// One column handed over in memory, with the type that its owner gives it. It is collected piece by piece and
// copied as it arrives. finish() decides what it becomes: docs/formats/memory.md. Pinned by
// tests/abi/builder_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "memory/cells.hpp"
#include "table/column.hpp"
#include "table/column_builder.hpp"
#include "table/dataset.hpp"

namespace rf::memory {

/// The type that a column's owner gives its cells.
enum class CellType : std::uint8_t { kFloats, kIntegers, kBooleans, kTexts };

class TypedColumn {
 public:
  /// `malformed` is the error code for offsets and codes that are inconsistent.
  TypedColumn(std::string name, CellType type, core::Code malformed = core::Code::kInvalidArgument)
      : name_(std::move(name)), type_(type), malformed_(malformed) {}

  const std::string& name() const { return name_; }
  CellType type() const { return type_; }
  std::size_t n_rows() const;
  /// Bytes of the cells as they were handed over. A text of a dictionary counts when it is looked up.
  std::uint64_t n_bytes() const { return n_bytes_; }
  /// Bytes that the cells so far take (memory_bytes) and that one more cell takes (cell_bytes), without the
  /// texts of new levels.
  std::uint64_t memory_bytes() const;
  std::uint64_t cell_bytes() const {
    return type_ == CellType::kBooleans ? 1
           : type_ == CellType::kTexts  ? sizeof(std::int32_t)
                                        : sizeof(double);
  }

  // Each function appends cells of the column's own type. After an error the column is unusable.

  /// Floats, integers, or bytes as booleans. NaN is missing. NUMBER_OUT_OF_RANGE for an infinite cell.
  core::Result<> add(const NumberCells& cells);
  void add(const BitCells& cells);
  /// `malformed` for offsets that descend or are below 0; INVALID_UTF8, NUL_BYTE.
  core::Result<> add(const TextCells& cells);
  /// Texts by their number in `dictionary`. A text that is missing there is missing in the column. Only
  /// integer types are valid codes. `malformed` for a code outside the dictionary, and the errors of texts.
  core::Result<> add(const NumberCells& codes, const TextCells& dictionary);
  void add_missing(std::size_t count);

  /// Returns the column as a table holds it, by the declared kind if there is one. Reports the diagnostic
  /// INTEGER_TOO_WIDE. CELL_KIND_MISMATCH, NUMBER_OUT_OF_RANGE, LIMIT_REACHED (max_cell_bytes).
  core::Result<table::Column> finish(const table::ReadingOptions& options, core::Diagnostics& diagnostics);

 private:
  /// An integer that a double cannot represent.
  struct WideInteger {
    std::size_t row;
    std::uint64_t bits;
    bool is_signed;
  };

  template <class T>
  void add_floats(const NumberCells& cells);
  template <class T>
  void add_integers(const NumberCells& cells);
  void note_wide(const NumberCells& cells, std::size_t begin);
  core::Result<std::int32_t> code_of(std::string_view text, std::size_t row);
  core::Result<std::int32_t> code_from(const TextCells& dictionary, std::size_t place);
  core::Result<std::string_view> text_at(const TextCells& cells, std::size_t i, std::string_view what) const;
  core::Error cell_error(core::Code code, std::size_t row, std::string_view expected, std::string got) const;

  core::Result<table::Column> finish_numbers(const core::Kind* declared, core::Diagnostics& diagnostics);
  core::Result<table::Column> finish_booleans(const core::Kind* declared);
  table::Column numbers_as_texts() const;
  std::size_t first_present_number() const;
  std::string number_as_text(std::size_t row) const;

  std::string name_;
  CellType type_;
  core::Code malformed_;
  std::uint64_t n_bytes_ = 0;
  table::Cells<double> numbers_;        ///< floats and integers, NaN where missing
  std::vector<WideInteger> wide_;       ///< by row
  table::Cells<std::int8_t> booleans_;  ///< -1 where missing
  table::Cells<std::int32_t> codes_;    ///< of texts, -1 where missing
  table::LevelTable levels_;
};

}  // namespace rf::memory
