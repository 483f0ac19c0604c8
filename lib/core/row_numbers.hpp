// SPDX-License-Identifier: MIT
// The three numberings of rows. A row of the table has one number in the table, one among the rows that the
// selection keeps, and one among the samples that a trainer or an encoder is given. None of these types
// converts to another one or to an integer, so code that confuses two numberings does not compile. They are
// plain 32-bit numbers at run time. tests/unit/core/row_numbers_test.cpp pins it.
//
// A table of six rows. Rows 0 and 3 have no label, and the split draws the kept rows 3, 0, 1 for training:
//
//   table row    0  1  2  3  4  5
//   kept row        0  1     2  3
//   sample          1  2        0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rf::core {

/// The number of a row in a table. Tables hold fewer than 2^32 rows.
enum class TableRow : std::uint32_t {};
/// The position of a row among the kept rows of a selection. Targets and weights of a selection have this
/// order.
enum class KeptRow : std::uint32_t {};
/// The position of a row in a list of rows that are encoded or trained on. The columns of a design matrix,
/// the bins and the targets of a training have this order.
enum class Sample : std::uint32_t {};

template <class T>
concept RowNumber = std::same_as<T, TableRow> || std::same_as<T, KeptRow> || std::same_as<T, Sample>;

/// Returns the number as an integer: to index what has this order, or to print it.
template <RowNumber Row>
constexpr std::uint32_t number_of(Row row) {
  return static_cast<std::uint32_t>(row);
}

/// Returns the rows first, first + 1, ..., n of them.
template <RowNumber Row>
std::vector<Row> consecutive(std::size_t n, std::size_t first = 0) {
  std::vector<Row> rows(n);
  for (std::size_t i = 0; i < n; ++i) rows[i] = static_cast<Row>(first + i);
  return rows;
}

}  // namespace rf::core
