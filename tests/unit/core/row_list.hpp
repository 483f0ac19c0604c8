// SPDX-License-Identifier: MIT
// Lists of row numbers, written as plain numbers.
#pragma once

#include <initializer_list>
#include <vector>

#include "core/row_numbers.hpp"

namespace rf::core {

template <RowNumber Row>
std::vector<Row> row_list(std::initializer_list<std::uint32_t> numbers) {
  std::vector<Row> rows;
  for (const std::uint32_t number : numbers) rows.push_back(Row{number});
  return rows;
}

}  // namespace rf::core
