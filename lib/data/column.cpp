// SPDX-License-Identifier: MIT
#include "data/column.hpp"

#include <algorithm>
#include <cmath>

namespace rf::data {

bool Column::is_missing(RowIndex row) const {
  switch (kind()) {
    case Kind::kNumeric:
      return std::isnan(numeric().values[row]);
    case Kind::kBoolean:
      return boolean().values[row] < 0;
    case Kind::kCategory:
      return category().codes[row] < 0;
  }
  return true;
}

std::size_t Table::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return static_cast<std::size_t>(found - columns.begin());
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

}  // namespace rf::data
