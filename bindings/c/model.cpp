// SPDX-License-Identifier: MIT
// Loading, saving and describing models, and predicting with them.
#include <array>
#include <cmath>
#include <string>

#include "artifact/model_file.hpp"
#include "artifact/safetensors.hpp"
#include "audit/record.hpp"
#include "core/file.hpp"
#include "core/text.hpp"
#include "json/write.hpp"
#include "model/model.hpp"
#include "model_handle.hpp"
#include "run/predict.hpp"

using namespace rf;
using c::guarded;
using c::require;

namespace rf::c {

rf_model* new_model(std::shared_ptr<const artifact::LoadedModel> loaded) {
  const model::Model& model = loaded->model;
  return new rf_model{std::move(loaded), model::Predictor(model), model::output_names(model),
                      run::takes_numbers_only(model)};
}

namespace {

core::Result<rf_model*> read_model(std::string_view bytes) {
  RF_ASSIGN(artifact::LoadedModel loaded, artifact::read_model(bytes));
  return new_model(std::make_shared<const artifact::LoadedModel>(std::move(loaded)));
}

std::string model_bytes(const rf_model& model) {
  return artifact::write_model(model.loaded->model, model.loaded->input_digest);
}

core::Result<> check_capacity(const rf_model& model, std::uint64_t rows, size_t capacity) {
  const std::uint64_t outputs = model.output_names.size();
  // Divided, not multiplied: rows may be any number, and a product that wraps would look small.
  if (rows > capacity / outputs)
    return argument_error("capacity is " + core::counted(capacity, "double") + ", but " +
                          core::counted(rows, "row") + " of " + core::counted(outputs, "output") +
                          (rows == 1 ? " is asked for" : " are asked for"));
  return {};
}

/// Checks the caller's numbers in one pass: an input is finite or NaN (missing).
core::Result<> check_inputs(const double* values, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (std::isinf(values[i]))
      return core::Error{core::Code::kNumberOutOfRange, "value " + std::to_string(i) + " is infinite", {}};
  return {};
}

/// What is wrong with the bytes of a model does not name their file; other errors do.
core::Error with_file_named(const std::string& path, core::Error error) {
  if (error.code != core::Code::kInvalidModel && error.code != core::Code::kUnsupportedFormat) return error;
  error.message = core::quoted(path) + ": " + error.message;
  error.details.push_back({"file", path});
  return error;
}

/// Checks the beginning of the file first. A file that does not begin like a model is then refused without
/// reading the rest, however large it is.
core::Result<> check_head(const std::string& path) {
  RF_ASSIGN(core::InputFile file, core::InputFile::open(path));
  if (!file.claimed_size()) return {};  // a pipe; reading it is refused later
  const core::Monitor nobody;
  std::array<char, 16> head{};
  std::size_t size = 0;
  while (size < head.size()) {
    RF_ASSIGN(const std::size_t n_read, file.read(head.data() + size, head.size() - size, nobody));
    if (n_read == 0) break;
    size += n_read;
  }
  return artifact::check_head({head.data(), size}, *file.claimed_size());
}

}  // namespace
}  // namespace rf::c

rf_status rf_model_load(const char* path, rf_model** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(path, "path"));
    RF_TRY(require(out, "out"));
    if (core::Result<> head = c::check_head(path); !head.ok())
      return c::with_file_named(path, std::move(head).error());
    RF_ASSIGN(const std::string bytes, core::read_file(path));
    core::Result<rf_model*> model = c::read_model(bytes);
    if (!model.ok()) return c::with_file_named(path, std::move(model).error());
    *out = *model;
    return {};
  });
}

rf_status rf_model_load_buffer(const void* data, size_t size, rf_model** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(data, "data"));
    RF_TRY(require(out, "out"));
    if (size == RF_AUTO_LEN) return c::argument_error("a model holds NUL bytes; its size must be given");
    RF_ASSIGN(*out, c::read_model({static_cast<const char*>(data), size}));
    return {};
  });
}

rf_status rf_model_save(const rf_model* m, const char* path, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(m, "m"));
    RF_TRY(require(path, "path"));
    return core::write_file_atomically(path, c::model_bytes(*m));
  });
}

rf_status rf_model_serialize(const rf_model* m, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(m, "m"));
    RF_TRY(require(out, "out"));
    *out = c::new_blob(c::model_bytes(*m));
    return {};
  });
}

rf_status rf_model_describe(const rf_model* m, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(m, "m"));
    RF_TRY(require(out, "out"));
    *out = c::new_blob(json::pretty(audit::describe_model(*m->loaded)));
    return {};
  });
}

uint64_t rf_model_inputs(const rf_model* m) noexcept {
  return m == nullptr ? 0 : m->loaded->model.encoder.features.size();
}
uint64_t rf_model_outputs(const rf_model* m) noexcept {
  return m == nullptr ? 0 : m->output_names.size();
}
const char* rf_model_output_name(const rf_model* m, uint64_t i) noexcept {
  return i < rf_model_outputs(m) ? m->output_names[i].c_str() : nullptr;
}

rf_status rf_predict(const rf_model* m, const rf_dataset* d, const rf_hooks* hooks, double* out,
                     size_t capacity, rf_blob** report, rf_error** err) noexcept {
  if (report != nullptr) *report = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(m, "m"));
    RF_TRY(require(d, "d"));
    RF_TRY(require(out, "out"));
    const table::Table& table = d->dataset->table();
    RF_TRY(c::check_capacity(*m, table.n_rows, capacity));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    const std::span<double> outputs(out, table.n_rows * m->output_names.size());
    RF_ASSIGN(const json::Value told, run::predict_table(m->predictor, table, outputs, call->context()));
    if (report != nullptr) *report = c::new_blob(json::pretty(told));
    return {};
  });
}

rf_status rf_predict_rows(const rf_model* m, const double* values, size_t rows, size_t inputs, double* out,
                          size_t capacity, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(m, "m"));
    RF_TRY(require(values, "values"));
    RF_TRY(require(out, "out"));
    if (!m->takes_numbers_only)
      return core::Error{core::Code::kFeatureKindMismatch,
                         "the model has category inputs, so rows of numbers cannot be scored; use rf_predict",
                         {}};
    if (inputs != rf_model_inputs(m))
      return c::argument_error("inputs is " + std::to_string(inputs) + ", but the model takes " +
                               std::to_string(rf_model_inputs(m)) + " per row");
    RF_TRY(c::check_capacity(*m, rows, capacity));
    RF_TRY(c::check_inputs(values, rows * inputs));
    return run::predict_rows(m->loaded->model, values, rows, out, core::best_kernels());
  });
}

void rf_model_free(rf_model* m) noexcept {
  delete m;
}
