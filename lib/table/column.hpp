// SPDX-License-Identifier: MIT
// One column of a table, typed, and immutable once read. No present value is NaN or infinite; -0 is stored as
// 0.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/arena.hpp"
#include "core/row_numbers.hpp"
#include "core/vocabulary.hpp"

namespace rf::table {

using core::Kind;
using core::TableRow;

/// One cell per row. Columns that are read together may share an arena for their cells.
template <class T>
using Cells = std::vector<T, core::ArenaAllocator<T>>;

struct NumericValues {
  Cells<double> values;  ///< NaN where missing
};
struct BooleanValues {
  Cells<std::int8_t> values;  ///< 0, 1, or -1 where missing
};
struct CategoryValues {
  Cells<std::int32_t> codes;        ///< number of the level, -1 where missing
  std::vector<std::string> levels;  ///< in first-seen order; each one occurs
};

struct Column {
  std::string name;
  std::variant<NumericValues, BooleanValues, CategoryValues> values;

  Kind kind() const { return static_cast<Kind>(values.index() + 1); }
  bool is_missing(TableRow row) const {
    const std::uint32_t i = number_of(row);
    if (const auto* numbers = std::get_if<NumericValues>(&values))
      return numbers->values[i] != numbers->values[i];
    if (const auto* truths = std::get_if<BooleanValues>(&values)) return truths->values[i] < 0;
    return std::get_if<CategoryValues>(&values)->codes[i] < 0;
  }
  const NumericValues& numeric() const { return std::get<NumericValues>(values); }
  const BooleanValues& boolean() const { return std::get<BooleanValues>(values); }
  const CategoryValues& category() const { return std::get<CategoryValues>(values); }
};

struct Table {
  std::size_t n_rows = 0;
  std::vector<Column> columns;

  /// Number of the column with this exact name, or columns.size().
  std::size_t find(std::string_view name) const;
  std::vector<std::string> names() const;
  /// Memory of the cells and levels, in bytes.
  std::uint64_t memory_bytes() const;
};

/// The column numbers of a table by name, for callers that look up many. The names must be distinct. Borrows
/// the names.
class ColumnNumbers {
 public:
  explicit ColumnNumbers(const Table& table);
  /// The same result as Table::find().
  std::size_t find(std::string_view name) const;

 private:
  std::map<std::string_view, std::size_t> number_of_;
};

/// A number that identifies a cell's value: equal cells of one column have equal numbers, and no present cell
/// has the number of a missing one.
inline std::uint64_t cell_bits(const Column& column, TableRow row) {
  if (column.is_missing(row)) return ~std::uint64_t{0};
  switch (column.kind()) {
    case Kind::kNumeric:
      return std::bit_cast<std::uint64_t>(column.numeric().values[number_of(row)] + 0.0);  // -0 to 0
    case Kind::kBoolean:
      return static_cast<std::uint64_t>(column.boolean().values[number_of(row)]);
    case Kind::kCategory:
      break;
  }
  return static_cast<std::uint64_t>(column.category().codes[number_of(row)]);
}

}  // namespace rf::table
