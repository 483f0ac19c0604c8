// SPDX-License-Identifier: MIT
// Training, runs and their files: the entries over run/ and audit/.
#include <algorithm>

#include "artifact/run_files.hpp"
#include "audit/diff.hpp"
#include "audit/record.hpp"
#include "audit/reproduce.hpp"
#include "audit/verify.hpp"
#include "crypto/sha256.hpp"
#include "handles.hpp"
#include "json/write.hpp"
#include "model_handle.hpp"
#include "run/config.hpp"
#include "run/history.hpp"
#include "signer_handle.hpp"

using namespace rf;
using c::guarded;
using c::require;

namespace {

constexpr size_t kMostKeys = 1024;

/// Reads `n_keys` keys of 32 bytes, one after another, each with the statement that it must have made. If
/// `wanted` is null, any statement will do.
core::Result<std::vector<audit::WantedKey>> wanted_keys(const uint8_t* bytes, const rf_statement* wanted,
                                                        size_t n_keys) {
  if (n_keys > 0) RF_TRY(require(bytes, "public_keys"));
  if (n_keys > kMostKeys) return c::argument_error("n_keys must be at most 1024");
  std::vector<audit::WantedKey> keys(n_keys);
  for (size_t i = 0; i < n_keys; ++i) {
    crypto::PublicKey& key = keys[i].key;
    std::copy_n(bytes + i * key.size(), key.size(), key.begin());
    if (wanted == nullptr) continue;
    if (wanted[i] < RF_STATEMENT_ANY || wanted[i] > RF_STATEMENT_SIGNED)
      return c::argument_error("wanted must hold values of rf_statement");
    keys[i].wanted = static_cast<audit::Wanted>(wanted[i]);
  }
  return keys;
}
static_assert(static_cast<rf_statement>(audit::Wanted::kAny) == RF_STATEMENT_ANY &&
              static_cast<rf_statement>(audit::Wanted::kRecorded) == RF_STATEMENT_RECORDED &&
              static_cast<rf_statement>(audit::Wanted::kReproduced) == RF_STATEMENT_REPRODUCED &&
              static_cast<rf_statement>(audit::Wanted::kSigned) == RF_STATEMENT_SIGNED);

}  // namespace

rf_status rf_train(const rf_dataset* d, const char* config, size_t config_len, const rf_hooks* hooks,
                   rf_run** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(d, "d"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const std::string_view text, c::text_argument("config", config, config_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const run::TrainConfig read, run::read_train_config(text));
    RF_ASSIGN(auto trained, run::train(*d->dataset, read, call->context()));
    *out = new rf_run{std::move(trained)};
    return {};
  });
}

rf_status rf_run_open(const char* directory, rf_run** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(directory, "directory"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(auto opened, audit::open(directory));
    *out = new rf_run{std::move(opened)};
    return {};
  });
}

uint64_t rf_run_artifact_count(const rf_run* r) noexcept {
  return r == nullptr ? 0 : r->run->files.size();
}
const char* rf_run_artifact_name(const rf_run* r, uint64_t i) noexcept {
  return i < rf_run_artifact_count(r) ? r->run->files[i].name.c_str() : nullptr;
}

rf_status rf_run_artifact(const rf_run* r, const char* name, const void** data, size_t* size,
                          rf_error** err) noexcept {
  if (data != nullptr) *data = nullptr;
  if (size != nullptr) *size = 0;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(name, "name"));
    RF_TRY(require(data, "data"));
    RF_TRY(require(size, "size"));
    const artifact::File* file = r->run->find(name);
    if (file == nullptr) return c::argument_error("the run has no file \"" + std::string(name) + "\"");
    *data = file->bytes.c_str();
    *size = file->bytes.size();
    return {};
  });
}

rf_status rf_run_digest(const rf_run* r, uint8_t* digest, size_t digest_size, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    return c::copy_digest(crypto::sha256(r->run->find(artifact::kRecord)->bytes), digest, digest_size);
  });
}

rf_status rf_run_metric(const rf_run* r, const char* name, double* value, rf_error** err) noexcept {
  if (value != nullptr) *value = 0;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(name, "name"));
    RF_TRY(require(value, "value"));
    const auto found = r->run->metrics.find(name);
    if (found == r->run->metrics.end())
      return c::argument_error("the run has no metric \"" + std::string(name) + "\"");
    *value = found->second;
    return {};
  });
}

rf_status rf_run_model(const rf_run* r, rf_model** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(auto loaded, audit::model_of(*r->run));
    *out = c::new_model(std::move(loaded));
    return {};
  });
}

rf_status rf_run_dataset_options(const rf_run* r, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const json::Value options, audit::dataset_options_of(*r->run, run::product_history()));
    *out = c::new_blob(json::canonical(options));
    return {};
  });
}

rf_status rf_run_reading_options(const rf_run* r, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const json::Value options, audit::reading_options_of(*r->run, run::product_history()));
    *out = c::new_blob(json::canonical(options));
    return {};
  });
}

const char* rf_run_id(const rf_run* r) noexcept {
  return r == nullptr || r->run->run_id.empty() ? nullptr : r->run->run_id.c_str();
}

rf_status rf_run_diagnostics(const rf_run* r, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const json::Value diagnostics, audit::diagnostics_of(*r->run));
    *out = c::new_blob(json::canonical(diagnostics));
    return {};
  });
}

void rf_run_free(rf_run* r) noexcept {
  delete r;
}

rf_status rf_emit_artifacts(const rf_run* r, const char* parent, const rf_signer* signer, const char* options,
                            size_t options_len, const rf_hooks* hooks, rf_blob** run_dir,
                            rf_error** err) noexcept {
  if (run_dir != nullptr) *run_dir = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(parent, "parent"));
    RF_ASSIGN(const std::string_view text, c::text_argument("options", options, options_len));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const run::EmitOptions emit_options, run::read_emit_options(text));
    const c::CallSigner call_signer(signer, environment);
    auto path = std::make_unique<rf_blob>();  // made before the run is written: afterwards nothing may fail
    RF_ASSIGN(path->bytes, audit::emit(*r->run, parent, emit_options, call_signer.get(), call->context()));
    if (run_dir != nullptr) *run_dir = path.release();
    return {};
  });
}

rf_status rf_verify_artifacts(const char* directory, const rf_dataset* d, const uint8_t* public_keys,
                              size_t n_keys, const rf_hooks* hooks, rf_blob** report,
                              rf_error** err) noexcept {
  return rf_verify_artifacts_by(directory, d, public_keys, nullptr, n_keys, hooks, report, err);
}

rf_status rf_verify_artifacts_by(const char* directory, const rf_dataset* d, const uint8_t* public_keys,
                                 const rf_statement* wanted, size_t n_keys, const rf_hooks* hooks,
                                 rf_blob** report, rf_error** err) noexcept {
  if (report != nullptr) *report = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(directory, "directory"));
    RF_TRY(require(report, "report"));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(const std::vector<audit::WantedKey> keys, wanted_keys(public_keys, wanted, n_keys));
    RF_ASSIGN(audit::Verification found,
              audit::verify(directory, {d == nullptr ? nullptr : d->dataset.get(), keys},
                            run::product_history(), call->context()));
    *report = c::new_blob(json::pretty(found.report));
    return std::move(found.verdict);
  });
}

rf_status rf_reproduce_artifacts(const char* directory, const rf_dataset* d, const rf_signer* signer,
                                 const rf_hooks* hooks, rf_blob** report, rf_error** err) noexcept {
  if (report != nullptr) *report = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(directory, "directory"));
    RF_TRY(require(d, "d"));
    RF_TRY(require(report, "report"));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    const c::CallSigner call_signer(signer, environment);
    RF_ASSIGN(audit::Reproduction found, audit::reproduce(directory, *d->dataset, call_signer.get(),
                                                          run::product_history(), call->context()));
    *report = c::new_blob(json::pretty(found.report));
    return std::move(found.verdict);
  });
}

rf_status rf_diff_artifacts(const char* directory_a, const char* directory_b, rf_blob** report,
                            rf_error** err) noexcept {
  if (report != nullptr) *report = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(directory_a, "directory_a"));
    RF_TRY(require(directory_b, "directory_b"));
    RF_TRY(require(report, "report"));
    RF_ASSIGN(const json::Value found, audit::diff(directory_a, directory_b, run::product_history()));
    *report = c::new_blob(json::pretty(found));
    return {};
  });
}
