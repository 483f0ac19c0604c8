// SPDX-License-Identifier: MIT
// Reads CSV files and prints what it sees, one line of JSON for each, for programs in other languages to
// compare.
//
// usage: csv_dump PATH...   {"records": [[cell, ...], ...]} untrimmed, and "columns": {name: [value, ...]} as
// typed,
//                           trimmed, missing values null; or {"error": code} for either
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "core/context.hpp"
#include "csv/csv.hpp"
#include "json/write.hpp"
#include "unit/csv/raw_records.hpp"

namespace {

using namespace rf;

json::Value cell(const table::Column& column, table::TableRow row) {
  if (column.is_missing(row)) return {};
  if (column.kind() == core::Kind::kNumeric) return column.numeric().values[number_of(row)];
  if (column.kind() == core::Kind::kBoolean) return column.boolean().values[number_of(row)] != 0;
  return column.category().levels[static_cast<std::size_t>(column.category().codes[number_of(row)])];
}

json::Value typed(const std::string& bytes) {
  core::Workers workers(2);
  core::Monitor monitor;
  core::Context context{workers, monitor, core::best_kernels()};
  const auto dataset = csv::read_csv(bytes, {}, "x.csv", context, {.chunk_bytes = 50});
  if (!dataset.ok()) return json::Value::object().set("error", core::code_name(dataset.error().code));
  json::Value columns = json::Value::object();
  for (const table::Column& column : dataset->table.columns) {
    json::Value values = json::Value::array();
    for (std::size_t row = 0; row < dataset->table.n_rows; ++row)
      values.push(cell(column, static_cast<table::TableRow>(row)));
    columns.set(column.name, std::move(values));
  }
  const std::string delimiter(1, dataset->source->delimiter);
  return json::Value::object().set("columns", std::move(columns)).set("delimiter", delimiter);
}

json::Value raw(const std::string& bytes, char delimiter) {
  const auto records = csv::test::read_raw_records(bytes, delimiter);
  if (!records.ok()) return json::Value::object().set("error", core::code_name(records.error().code));
  json::Value rows = json::Value::array();
  for (const auto& record : *records) {
    json::Value row = json::Value::array();
    for (const std::string& text : record) row.push(text);
    rows.push(std::move(row));
  }
  return json::Value::object().set("records", std::move(rows));
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::string name = argv[i];
    const char delimiter = name.find(".semicolon.") != std::string::npos ? ';'
                           : name.find(".tab.") != std::string::npos     ? '\t'
                                                                         : ',';
    json::Value line = json::Value::object().set("raw", raw(bytes, delimiter)).set("typed", typed(bytes));
    std::printf("%s\n", json::canonical(line).c_str());
  }
  return 0;
}
