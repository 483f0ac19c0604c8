// SPDX-License-Identifier: MIT
// A table is encoded in chunks, so that memory stays small for any number of rows. Pinned by
// tests/unit/run/predict_test.cpp.
#include "run/predict.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "artifact/documents.hpp"
#include "artifact/version.hpp"
#include "core/blocks.hpp"
#include "core/messages.hpp"
#include "encode/encoded.hpp"
#include "model/model.hpp"

namespace rf::run {
namespace {

constexpr std::size_t kChunkRows = 16 * core::kBlockRows;
/// The number of raw rows that the model predicts together.
constexpr std::size_t kRowsAtOnce = 64;
constexpr double kNotScored = std::numeric_limits<double>::quiet_NaN();

struct Counts {
  std::uint64_t unscorable = 0;
  std::vector<std::uint64_t> unknown_levels;  ///< per feature
};

json::Value report_value(const model::Model& model, std::size_t n_rows, const Counts& counts) {
  core::Diagnostics diagnostics;
  json::Value unknown = json::Value::object();
  for (std::size_t f = 0; f < counts.unknown_levels.size(); ++f) {
    const auto cells = static_cast<std::int64_t>(counts.unknown_levels[f]);
    if (cells == 0) continue;
    const std::string& name = model.encoder.features[f].name;
    unknown.set(name, cells);
    diagnostics.push_back(core::diagnostic(core::Code::kUnknownLevel, core::Severity::kWarning,
                                           {{"column", name}, {"rows", cells}}));
  }
  if (counts.unscorable > 0) {
    diagnostics.push_back(core::diagnostic(
        core::Code::kPredictRowMissing, core::Severity::kWarning,
        {{"rows", static_cast<std::int64_t>(counts.unscorable)}, {"of", static_cast<std::int64_t>(n_rows)}}));
  }
  return json::Value::object()
      .set("schema_version", "predict_report.v1")
      .set("runforge_version", artifact::runforge_version())
      .set("rows", n_rows)
      .set("rows_missing", counts.unscorable)
      .set("unknown_levels", std::move(unknown))
      .set("diagnostics", artifact::diagnostics_value(diagnostics));
}

}  // namespace

core::Result<json::Value> predict_table(const model::Predictor& predictor, const table::Table& table,
                                        std::span<double> out, core::Context& context) {
  const model::Model& model = predictor.model();
  RF_ASSIGN(const std::vector<std::size_t> columns, encode::match_columns(model.encoder, table));
  const std::size_t width = model::n_outputs(model);
  Counts counts{0, std::vector<std::uint64_t>(model.encoder.features.size())};
  for (std::size_t begin = 0; begin < table.n_rows; begin += kChunkRows) {
    const std::size_t end = std::min(table.n_rows, begin + kChunkRows);
    const auto rows = core::consecutive<core::TableRow>(end - begin, begin);
    RF_ASSIGN(const encode::Encoded encoded, encode::encode(model.encoder, table, columns, rows, context));
    const std::span<double> part = out.subspan(begin * width, rows.size() * width);
    RF_TRY(predictor.predict(encode::view(encoded.x), part, context));
    for (const core::Sample sample : encoded.unscorable)
      std::fill_n(&part[number_of(sample) * width], width, kNotScored);
    counts.unscorable += encoded.unscorable.size();
    for (std::size_t f = 0; f < encoded.unknown_levels.size(); ++f)
      counts.unknown_levels[f] += encoded.unknown_levels[f];
    RF_TRY(context.monitor.report("predict", end, table.n_rows));
  }
  return report_value(model, table.n_rows, counts);
}

bool takes_numbers_only(const model::Model& model) {
  return std::none_of(model.encoder.features.begin(), model.encoder.features.end(),
                      [](const encode::Feature& f) { return f.kind == core::Kind::kCategory; });
}

core::Result<> predict_rows(const model::Model& model, const double* values, std::size_t n_rows, double* out,
                            const core::Kernels& kernels) {
  const std::size_t inputs = model.encoder.features.size();
  const std::size_t width = model::n_outputs(model);
  std::array<double, kStackInputs> on_stack;
  std::vector<double> on_heap(inputs > kStackInputs ? inputs : 0);
  double* const design = on_heap.empty() ? on_stack.data() : on_heap.data();
  std::array<bool, kRowsAtOnce> scored;
  const std::size_t at_once =
      std::clamp<std::size_t>(kStackInputs / std::max<std::size_t>(1, inputs), 1, kRowsAtOnce);
  for (std::size_t begin = 0; begin < n_rows; begin += at_once) {
    const std::size_t n = std::min(at_once, n_rows - begin);
    for (std::size_t i = 0; i < n; ++i) {
      double* const row = design + i * inputs;
      scored[i] = encode::encode_numeric_row(model.encoder, values + (begin + i) * inputs, row);
      if (!scored[i]) std::fill_n(row, inputs, 0.0);
    }
    double* const outputs = out + begin * width;
    model::predict_samples(model, {design, inputs, n, inputs}, kernels, outputs);
    RF_TRY(model::check_outputs({outputs, n * width}));
    for (std::size_t i = 0; i < n; ++i)
      if (!scored[i]) std::fill_n(outputs + i * width, width, kNotScored);
  }
  return {};
}

}  // namespace rf::run
