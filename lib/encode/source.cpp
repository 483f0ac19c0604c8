// SPDX-License-Identifier: MIT
#include "encode/source.hpp"

#include <algorithm>
#include <utility>

#include "encode/cell.hpp"

namespace rf::encode {
namespace {

std::vector<std::int32_t> map_levels(const CategoryEncoding& encoding, const table::Column& column) {
  const auto* values = std::get_if<table::CategoryValues>(&column.values);
  std::vector<std::int32_t> design;
  if (!values) return design;
  const auto shift = encoding.has_missing_level ? std::size_t{1} : std::size_t{0};
  for (const std::string& level : values->levels) {
    const auto at = std::lower_bound(encoding.levels.begin(), encoding.levels.end(), level);
    const bool known = at != encoding.levels.end() && *at == level;
    design.push_back(
        known ? static_cast<std::int32_t>(static_cast<std::size_t>(at - encoding.levels.begin()) + shift)
              : kUnknown);
  }
  return design;
}

}  // namespace

std::size_t design_width(Layout layout, const Feature& feature) {
  const auto* category = std::get_if<CategoryEncoding>(&feature.encoding);
  return layout == Layout::kLinear && category ? category->n_design_levels() : 1;
}

std::vector<Source> sources_of(const Encoder& encoder, const table::Table& table,
                               std::span<const std::size_t> columns) {
  std::vector<Source> sources;
  std::size_t first_design = 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const Feature& feature = encoder.features[f];
    Source source{&feature, encoder.missing_of(feature), &table.columns[columns[f]], first_design, {}};
    if (const auto* category = std::get_if<CategoryEncoding>(&feature.encoding))
      source.design_level = map_levels(*category, *source.column);
    sources.push_back(std::move(source));
    first_design += design_width(encoder.layout, feature);
  }
  return sources;
}

}  // namespace rf::encode
