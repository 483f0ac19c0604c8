// SPDX-License-Identifier: MIT
// Any bytes give a table that keeps its promises or an error that says where, the same each time.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "csv/csv.hpp"
#include "require.hpp"
#include "table/digest.hpp"
#include "unit/csv/raw_records.hpp"

namespace {

using namespace rf;

/// The options vary with the size of the input, so that a corpus reaches each of them.
table::ReadingOptions options_for(std::size_t size) {
  table::ReadingOptions options;
  options.trim = size % 3 != 0;
  if (size % 5 == 0) options.delimiter = ';';
  if (size % 7 == 0)
    options.limits = {.max_bytes = 4096, .max_rows = 50, .max_columns = 8, .max_cell_bytes = 64};
  if (size % 11 == 0) options.kinds = {{"a", core::Kind::kNumeric}, {"column_1", core::Kind::kBoolean}};
  return options;
}

void check_values(const table::NumericValues& column, std::size_t n_rows) {
  require(column.values.size() == n_rows, "a number for each row");
  for (const double value : column.values) {
    require(!std::isinf(value), "no infinity enters");
    require(value != 0 || !std::signbit(value), "-0 is 0");
  }
}

void check_values(const table::BooleanValues& column, std::size_t n_rows) {
  require(column.values.size() == n_rows, "a boolean for each row");
  for (const std::int8_t value : column.values) require(value >= -1 && value <= 1, "booleans are -1, 0 or 1");
}

void check_values(const table::CategoryValues& column, std::size_t n_rows) {
  require(column.codes.size() == n_rows, "a code for each row");
  std::int32_t n_seen = 0;
  for (const std::int32_t code : column.codes) {
    require(code >= -1 && code <= n_seen, "levels are numbered in first-seen order");
    if (code == n_seen) ++n_seen;
  }
  require(column.levels.size() == static_cast<std::size_t>(n_seen), "each level occurs");
  for (const std::string& level : column.levels) require(!level.empty(), "an empty cell is missing");
}

std::string verdict(std::string_view text, std::uint32_t n_threads,
                    const csv::ReaderSettings& settings = {}) {
  core::Workers workers(n_threads);
  core::Monitor monitor;
  core::Context context{workers, monitor, core::baseline_kernels()};
  const auto result = csv::read_csv(text, options_for(text.size()), "input", context, settings);
  if (!result.ok()) {
    const core::Error& error = result.error();
    const bool compressed =
        error.code == core::Code::kReadFailed || error.code == core::Code::kUnsupportedFormat;
    require(error.status() == core::Status::kData || error.status() == core::Status::kLimit || compressed,
            "the data is at fault");
    require((error.message.starts_with("input") || compressed) && error.message.size() < 1000,
            "a short message names the file");
    return error.message;
  }
  const table::Table& table = result->table;
  require(table.n_rows > 0 && !table.columns.empty(), "a table has rows and columns");
  for (const table::Column& column : table.columns) {
    std::visit([&](const auto& values) { check_values(values, table.n_rows); }, column.values);
  }
  require(result->source->size_bytes == text.size(), "the source knows its size");
  return crypto::hex(table::content_digest(table, context).value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::string expected = verdict(text, 1);
  require(verdict(text, 2, {.chunk_bytes = 64}) == expected,
          "the same verdict for two threads and small chunks");
  require(verdict(text, 1, {.chunk_bytes = 1}) == expected, "the same verdict byte by byte");
  const csv::CsvKernelTables kernels = csv::runnable_csv_kernels();
  require(
      verdict(text, 5, {.chunk_bytes = 1 + size % 40, .kernels = kernels.entries[size % kernels.count]}) ==
          expected,
      "the same verdict for five threads and other kernels");
  (void)csv::test::read_raw_records(text, ',');
  return 0;
}
