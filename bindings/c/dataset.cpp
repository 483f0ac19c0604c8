// SPDX-License-Identifier: MIT
// The entries that load a dataset, describe it and free it.
#include "handles.hpp"
#include "json/write.hpp"
#include "run/inspect.hpp"
#include "run/options.hpp"

using namespace rf;
using c::guarded;
using c::require;

rf_status rf_dataset_load(const char* path, const char* options, size_t options_len, const rf_hooks* hooks,
                          rf_dataset** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(path, "path"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(text));
    RF_ASSIGN(auto dataset, run::load_file(path, reading, call->context()));
    *out = new rf_dataset{std::move(dataset)};
    return {};
  });
}

rf_status rf_dataset_load_buffer(const void* data, size_t size, const char* options, size_t options_len,
                                 const rf_hooks* hooks, rf_dataset** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(data, "data"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view bytes, c::text_argument("data", static_cast<const char*>(data), size));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const table::ReadingOptions reading, run::read_dataset_options(text));
    RF_ASSIGN(auto dataset, run::load_buffer(bytes, reading, call->context()));
    *out = new rf_dataset{std::move(dataset)};
    return {};
  });
}

uint64_t rf_dataset_rows(const rf_dataset* d) noexcept {
  return d == nullptr ? 0 : d->dataset->table().n_rows;
}
uint64_t rf_dataset_columns(const rf_dataset* d) noexcept {
  return d == nullptr ? 0 : d->dataset->table().columns.size();
}
const char* rf_dataset_column_name(const rf_dataset* d, uint64_t i) noexcept {
  return i < rf_dataset_columns(d) ? d->dataset->table().columns[i].name.c_str() : nullptr;
}
rf_kind rf_dataset_column_kind(const rf_dataset* d, uint64_t i) noexcept {
  return i < rf_dataset_columns(d) ? static_cast<rf_kind>(d->dataset->table().columns[i].kind()) : 0;
}

rf_status rf_dataset_digest(const rf_dataset* d, uint8_t* digest, size_t digest_size,
                            rf_error** err) noexcept {
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(d, "d"));
    RF_TRY(require(digest, "digest"));
    RF_ASSIGN(const auto call, c::Call::begin(nullptr, environment));
    RF_ASSIGN(const crypto::Digest found, d->dataset->content_digest(call->context()));
    return c::copy_digest(found, digest, digest_size);
  });
}

rf_status rf_dataset_describe(const rf_dataset* d, const char* config, size_t config_len, rf_blob** out,
                              rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(d, "d"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const auto call, c::Call::begin(nullptr, environment));
    std::optional<run::TrainConfig> read;
    if (config != nullptr) {
      RF_ASSIGN(const std::string_view text, c::text_argument("config", config, config_len));
      RF_ASSIGN(read, run::read_train_config(text));
    }
    RF_ASSIGN(const json::Value description, run::inspect(*d->dataset, read, call->context()));
    *out = c::new_blob(json::pretty(description));
    return {};
  });
}

void rf_dataset_free(rf_dataset* d) noexcept {
  delete d;
}
