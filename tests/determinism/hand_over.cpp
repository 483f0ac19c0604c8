// SPDX-License-Identifier: MIT
#include "hand_over.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "abi/arrow_producer.hpp"
#include "artifact/documents.hpp"
#include "cases.hpp"
#include "core/context.hpp"
#include "core/float_environment.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"
#include "run/dataset.hpp"
#include "run/options.hpp"

namespace rf::determinism {
namespace {

constexpr std::size_t kBatchRows = 999;  ///< neither a multiple of a byte's bits nor of a block's rows

/// The rows of a column as a caller holds them.
struct Cells {
  std::vector<bool> present;
  std::vector<double> numbers;
  std::vector<bool> flags;
  std::vector<std::optional<std::string>> texts;
};

Cells cells_of(const table::Column& column, std::size_t begin, std::size_t end) {
  Cells cells;
  for (std::size_t i = begin; i < end; ++i) {
    const auto row = static_cast<core::TableRow>(i);
    const bool present = !column.is_missing(row);
    cells.present.push_back(present);
    if (column.kind() == core::Kind::kNumeric) {
      cells.numbers.push_back(present ? column.numeric().values[i] : 0);
    } else if (column.kind() == core::Kind::kBoolean) {
      cells.flags.push_back(column.boolean().values[i] == 1);
    } else {
      const auto& category = column.category();
      cells.texts.push_back(present
                                ? std::optional(category.levels[static_cast<std::size_t>(category.codes[i])])
                                : std::nullopt);
    }
  }
  return cells;
}

rf_status add_column(rf_builder* builder, const table::Column& column, std::size_t n_rows, rf_error** error) {
  const Cells cells = cells_of(column, 0, n_rows);
  abi_test::Bytes validity = abi_test::Bytes::of_bits(cells.present);
  const char* const name = column.name.c_str();
  if (column.kind() == core::Kind::kNumeric) {
    struct Record {
      std::int32_t before;
      double value;
    };
    std::vector<Record> records;
    for (const double value : cells.numbers) records.push_back({-1, value});
    return rf_builder_add(builder, name, RF_F64, &records[0].value, n_rows, sizeof(Record), validity.data(),
                          error);
  }
  if (column.kind() == core::Kind::kBoolean) {
    const std::vector<std::uint8_t> bytes(cells.flags.begin(), cells.flags.end());
    return rf_builder_add(builder, name, RF_BOOL8, bytes.data(), n_rows, 0, validity.data(), error);
  }
  std::string bytes;
  std::vector<std::int64_t> offsets = {0};
  for (const auto& text : cells.texts) {
    bytes += text.value_or("");
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
  }
  return rf_builder_add_utf8(builder, name, bytes.data(), offsets.data(), n_rows, validity.data(), error);
}

/// Text by its number among the batch's texts, which stand in an order of their own.
abi_test::Node coded_node(const std::string& name, const Cells& cells) {
  std::vector<std::optional<std::string>> dictionary;
  for (const auto& text : cells.texts)
    if (text) dictionary.push_back(text);
  std::sort(dictionary.begin(), dictionary.end());
  dictionary.erase(std::unique(dictionary.begin(), dictionary.end()), dictionary.end());
  std::vector<std::int16_t> codes;
  for (const auto& text : cells.texts)
    codes.push_back(static_cast<std::int16_t>(
        text ? std::lower_bound(dictionary.begin(), dictionary.end(), text) - dictionary.begin() : 0));
  return abi_test::coded_column(name, "s", codes, abi_test::text_column("", dictionary), cells.present);
}

abi_test::Node batch_of(const table::Table& table, std::size_t begin, std::size_t end) {
  std::vector<abi_test::Node> nodes;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    const table::Column& column = table.columns[j];
    const Cells cells = cells_of(column, begin, end);
    if (column.kind() == core::Kind::kNumeric)
      nodes.push_back(abi_test::number_column(column.name, "g", cells.numbers, cells.present));
    else if (column.kind() == core::Kind::kBoolean)
      nodes.push_back(abi_test::bool_column(column.name, cells.flags, cells.present));
    else
      nodes.push_back(j % 2 == 0 ? coded_node(column.name, cells)
                                 : abi_test::text_column(column.name, cells.texts));
  }
  return abi_test::struct_of(std::move(nodes));
}

}  // namespace

core::Result<table::Dataset> read_csv_text(std::string_view csv) {
  const core::DefaultFloatEnvironment environment;
  core::Workers workers(1);
  core::Monitor monitor;
  core::Context context{workers, monitor, core::best_kernels()};
  RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(determinism::kFirstReading));
  RF_ASSIGN(const auto loaded, run::load_buffer(csv, reading, context));
  return loaded->dataset();
}

rf_status load_as_columns(const table::Table& table, rf_dataset** out, rf_error** error) {
  rf_builder* builder = nullptr;
  rf_status status = rf_builder_new(&builder, error);
  for (std::size_t j = 0; status == RF_OK && j < table.columns.size(); ++j)
    status = add_column(builder, table.columns[j], table.n_rows, error);
  if (status == RF_OK) status = rf_builder_finish(builder, nullptr, 0, out, error);
  rf_builder_free(builder);
  return status;
}

rf_status load_as_arrow(const table::Table& table, const rf_hooks* hooks, rf_dataset** out,
                        rf_error** error) {
  abi_test::Producer producer;
  producer.schema = batch_of(table, 0, 0);
  for (std::size_t begin = 0; begin < table.n_rows; begin += kBatchRows)
    producer.batches.push_back(batch_of(table, begin, std::min(table.n_rows, begin + kBatchRows)));
  ArrowArrayStream stream;
  producer.open(&stream);
  return rf_dataset_from_arrow_stream(&stream, nullptr, 0, hooks, out, error);
}

std::string with_source_facts(std::string_view run_json, const table::Source& source) {
  const core::DefaultFloatEnvironment environment;
  json::Value record = json::parse(run_json).value();
  json::Value dataset = *record.find("dataset");
  dataset.set("fingerprint_sha256", source.fingerprint_sha256)
      .set("size_bytes", source.size_bytes)
      .set("source", artifact::source_value(source));
  // The first version of the profile knew fewer reading options.
  json::Value::Object& options = dataset.as_object().at("source").as_object().at("options").as_object();
  for (const char* later : {"comment", "header", "missing_number_tokens", "rules", "skip_rows"})
    options.erase(later);
  record.set("dataset", std::move(dataset));
  return json::pretty(record);
}

}  // namespace rf::determinism
