// SPDX-License-Identifier: MIT
#include "encode/tree_cells.hpp"

#include <cmath>

#include "encode/cell.hpp"

namespace rf::encode {

void TreeCells::read(std::size_t feature, std::span<const core::TableRow> rows, double* values) const {
  const Source& source = sources_[feature];
  if (std::holds_alternative<NumericEncoding>(source.feature->encoding))
    read_numbers(source, rows, values);
  else
    read_levels(source, rows, values);
}

void TreeCells::read_numbers(const Source& source, std::span<const core::TableRow> rows,
                             double* values) const {
  const NumericCells cells(*source.column);
  for (std::size_t i = 0; i < rows.size(); ++i) values[i] = cells[rows[i]];
  if (!source.fills()) return;
  const double fill = std::get<NumericEncoding>(source.feature->encoding).fill;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (std::isnan(values[i])) values[i] = fill;
}

void TreeCells::read_levels(const Source& source, std::span<const core::TableRow> rows,
                            double* values) const {
  const bool has_missing_level = std::get<CategoryEncoding>(source.feature->encoding).has_missing_level;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t code = category_cell(*source.column, rows[i]);
    if (code >= 0)
      values[i] = source.design_level[static_cast<std::size_t>(code)];
    else
      values[i] = has_missing_level ? 0 : kUnknown;
  }
}

}  // namespace rf::encode
