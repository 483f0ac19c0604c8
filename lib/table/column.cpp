// SPDX-License-Identifier: MIT
#include "table/column.hpp"

#include <algorithm>

namespace rf::table {

std::size_t Table::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return static_cast<std::size_t>(found - columns.begin());
}

ColumnNumbers::ColumnNumbers(const Table& table) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) number_of_.emplace(table.columns[c].name, c);
}

std::size_t ColumnNumbers::find(std::string_view name) const {
  const auto found = number_of_.find(name);
  return found == number_of_.end() ? number_of_.size() : found->second;
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

std::uint64_t Table::memory_bytes() const {
  std::uint64_t bytes = 0;
  for (const Column& column : columns) {
    if (const auto* numeric = std::get_if<NumericValues>(&column.values))
      bytes += numeric->values.size() * sizeof(double);
    if (const auto* boolean = std::get_if<BooleanValues>(&column.values)) bytes += boolean->values.size();
    if (const auto* category = std::get_if<CategoryValues>(&column.values)) {
      bytes += category->codes.size() * sizeof(std::int32_t);
      for (const std::string& level : category->levels) bytes += sizeof(std::string) + level.size();
    }
  }
  return bytes;
}

}  // namespace rf::table
