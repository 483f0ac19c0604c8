// SPDX-License-Identifier: MIT
// Rows of cells in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace rf::tool {

enum class Align { kLeft, kRight };

struct TableColumn {
  std::string heading;
  Align align = Align::kLeft;
  std::size_t max_width = 40;  ///< longer cells are cut
};

/// Each line ends with LF, without blanks before it. Cells beyond the columns are omitted.
std::string table_text(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows);

}  // namespace rf::tool
