// SPDX-License-Identifier: MIT
// What the tests of lib/table and lib/csv share: a context, reading from a string, columns by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/context.hpp"
#include "csv/csv.hpp"

namespace rf::core {

/// For cells in comparisons with those written down.
template <class T>
bool operator==(const std::vector<T, ArenaAllocator<T>>& cells, const std::vector<T>& wanted) {
  return std::equal(cells.begin(), cells.end(), wanted.begin(), wanted.end());
}

}  // namespace rf::core

namespace rf::table::test {

/// A context with its own workers; hooks are optional.
struct TestContext {
  explicit TestContext(std::uint32_t n_threads = 1, const core::MonitorHooks& hooks = {})
      : workers(n_threads), monitor(hooks) {}
  core::Workers workers;
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
  operator core::Context&() { return context; }
};

inline core::Result<Dataset> read(std::string_view text, const ReadingOptions& options = {},
                                  std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return csv::read_csv(text, options, "data.csv", context);
}

/// The dataset of text that must be readable.
inline Dataset must_read(std::string_view text, const ReadingOptions& options = {}) {
  auto result = read(text, options);
  if (!result.ok()) throw std::runtime_error(result.error().message);  // ends the test as a failure
  return std::move(result).value();
}

/// The error of text that must not be readable.
inline core::Error must_fail(std::string_view text, const ReadingOptions& options = {}) {
  auto result = read(text, options);
  if (result.ok()) {
    ADD_FAILURE() << "read without an error";
    return {};
  }
  return result.error();
}

inline std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The kernels that this processor can run.
inline std::vector<const csv::CsvKernels*> all_kernels() {
  const csv::CsvKernelTables tables = csv::runnable_csv_kernels();
  return {tables.entries, tables.entries + tables.count};
}

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

inline Column numeric_column(std::string name, const std::vector<double>& values) {
  return {std::move(name), NumericValues{{values.begin(), values.end()}}};
}
inline Column boolean_column(std::string name, const std::vector<std::int8_t>& values) {
  return {std::move(name), BooleanValues{{values.begin(), values.end()}}};
}
/// Levels numbered in first-seen order; nothing where missing.
inline Column category_column(std::string name, const std::vector<std::optional<std::string>>& cells) {
  CategoryValues values;
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
inline Table table_of(std::vector<Column> columns) {
  Table table;
  table.n_rows = std::visit(
      [](const auto& values) {
        if constexpr (requires { values.codes; }) {
          return values.codes.size();
        } else {
          return values.values.size();
        }
      },
      columns.at(0).values);
  table.columns = std::move(columns);
  return table;
}

/// The value of a detail, or nothing.
inline std::optional<std::variant<std::int64_t, std::string>> detail(const core::Details& details,
                                                                     std::string_view key) {
  for (const core::Detail& entry : details) {
    if (entry.key == key) return entry.value;
  }
  return std::nullopt;
}
inline std::int64_t detail_number(const core::Details& details, std::string_view key) {
  const auto value = detail(details, key);
  return value && value->index() == 0 ? std::get<0>(*value) : std::int64_t{-999};
}
inline std::string detail_text(const core::Details& details, std::string_view key) {
  const auto value = detail(details, key);
  return value && value->index() == 1 ? std::get<1>(*value) : "<absent>";
}

inline std::vector<core::Code> codes_of(const core::Diagnostics& diagnostics) {
  std::vector<core::Code> codes;
  for (const core::Diagnostic& diagnostic : diagnostics) codes.push_back(diagnostic.code);
  return codes;
}

}  // namespace rf::table::test
