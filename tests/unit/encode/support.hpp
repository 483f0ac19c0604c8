// SPDX-License-Identifier: MIT
// What the tests of lib/encode share: columns by hand, and the whole walk from table to matrix.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "encode/encoded.hpp"
#include "encode/encoder.hpp"
#include "encode/tree_cells.hpp"

namespace rf::encode::test {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline table::Column numeric(std::string name, const std::vector<double>& values) {
  return {std::move(name), table::NumericValues{{values.begin(), values.end()}}};
}
inline table::Column boolean(std::string name, const std::vector<std::int8_t>& values) {
  return {std::move(name), table::BooleanValues{{values.begin(), values.end()}}};
}
/// Levels in first-seen order; nothing where missing.
inline table::Column category(std::string name, const std::vector<std::optional<std::string>>& cells) {
  table::CategoryValues values;
  for (const auto& cell : cells) {
    if (!cell) {
      values.codes.push_back(-1);
      continue;
    }
    const auto found = std::find(values.levels.begin(), values.levels.end(), *cell);
    values.codes.push_back(static_cast<std::int32_t>(found - values.levels.begin()));
    if (found == values.levels.end()) values.levels.push_back(*cell);
  }
  return {std::move(name), std::move(values)};
}

inline table::Table table_of(std::vector<table::Column> columns) {
  table::Table table;
  table.n_rows = std::visit(
      [](const auto& values) {
        if constexpr (requires { values.values; })
          return values.values.size();
        else
          return values.codes.size();
      },
      columns[0].values);
  table.columns = std::move(columns);
  return table;
}

inline std::vector<core::TableRow> rows_of(std::size_t n) {
  return core::consecutive<core::TableRow>(n);
}

inline std::vector<std::size_t> all_columns(const table::Table& table) {
  std::vector<std::size_t> columns(table.columns.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

struct Harness {
  explicit Harness(std::uint32_t n_threads = 1) : workers(n_threads) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
};

inline FittedEncoder fit_with(const table::Table& table, const std::vector<core::TableRow>& rows,
                              const core::MissingPolicies& missing, Layout layout,
                              std::uint32_t n_threads = 1) {
  Harness harness(n_threads);
  return fit_encoder(table, all_columns(table), rows, layout, missing, harness.context).value();
}

inline FittedEncoder fit(const table::Table& table, const std::vector<core::TableRow>& rows,
                         core::MissingPolicy missing = core::MissingPolicy::kFill,
                         Layout layout = Layout::kLinear, std::uint32_t n_threads = 1) {
  return fit_with(table, rows, {missing, {}}, layout, n_threads);
}

/// What trees read column by column is what the matrix holds, but for samples that cannot be scored.
inline void expect_same_tree_cells(const Encoder& encoder, const table::Table& table,
                                   const std::vector<core::TableRow>& rows, const Encoded& encoded) {
  const std::vector<std::size_t> columns = all_columns(table);
  const TreeCells cells(encoder, table, columns);
  std::vector<double> values(rows.size());
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    cells.read(f, rows, values.data());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (std::binary_search(encoded.unscorable.begin(), encoded.unscorable.end(),
                             static_cast<core::Sample>(i)))
        continue;
      const double expected = encoded.x(f, i);
      if (std::isnan(expected))
        EXPECT_TRUE(std::isnan(values[i])) << "feature " << f << ", sample " << i;
      else
        EXPECT_EQ(values[i], expected) << "feature " << f << ", sample " << i;
    }
  }
}

inline Encoded encode_rows(const Encoder& encoder, const table::Table& table,
                           const std::vector<core::TableRow>& rows, std::uint32_t n_threads = 1) {
  Harness harness(n_threads);
  Encoded encoded = encode(encoder, table, all_columns(table), rows, harness.context).value();
  if (encoder.layout == Layout::kTree) expect_same_tree_cells(encoder, table, rows, encoded);
  return encoded;
}

/// One design row.
inline std::vector<double> sample(const Encoded& encoded, std::size_t i) {
  const double* begin = encoded.x.memptr() + i * encoded.x.n_rows;
  return {begin, begin + encoded.x.n_rows};
}

inline const NumericEncoding& numbers_of(const Encoder& encoder, std::size_t f) {
  return std::get<NumericEncoding>(encoder.features[f].encoding);
}
inline const CategoryEncoding& levels_of(const Encoder& encoder, std::size_t f) {
  return std::get<CategoryEncoding>(encoder.features[f].encoding);
}

}  // namespace rf::encode::test
