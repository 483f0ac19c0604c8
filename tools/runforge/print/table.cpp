// SPDX-License-Identifier: MIT
// Tables of inspect and show. Pinned by tests/clients/inspect_test.py.
#include "print/table.hpp"

#include <algorithm>

#include "text.hpp"

namespace rf::tool {
namespace {

std::string cell_text(const std::vector<std::string>& row, std::size_t i, const TableColumn& column) {
  return i < row.size() ? shortened(printable(row[i]), column.max_width) : std::string();
}

void trim_end(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string table_text(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::string> headings;
  for (const TableColumn& column : columns) headings.push_back(column.heading);
  std::vector<const std::vector<std::string>*> lines = {&headings};
  for (const auto& row : rows) lines.push_back(&row);

  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto* line : lines)
    for (std::size_t i = 0; i < columns.size(); ++i)
      widths[i] = std::max(widths[i], display_width(cell_text(*line, i, columns[i])));

  std::string out;
  for (const auto* cells : lines) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      std::string cell = cell_text(*cells, i, columns[i]);
      line += i == 0 ? "  " : "   ";
      line += columns[i].align == Align::kRight ? pad_left(std::move(cell), widths[i])
                                                : pad_right(std::move(cell), widths[i]);
    }
    trim_end(line);
    out += line + "\n";
  }
  return out;
}

}  // namespace rf::tool
