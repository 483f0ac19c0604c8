// SPDX-License-Identifier: MIT
// Keys and signatures. Pinned by tests/abi/signer_test.cpp.
#include <algorithm>
#include <utility>

#include "artifact/key_file.hpp"
#include "artifact/minisign.hpp"
#include "audit/sign.hpp"
#include "core/messages.hpp"
#include "signer_handle.hpp"

using namespace rf;
using c::guarded;
using c::require;

namespace rf::c {
namespace {

rf_signer* new_signer(crypto::Signer own) {
  const crypto::PublicKey public_key = own.public_key();
  return new rf_signer{std::move(own), nullptr, nullptr, public_key};
}

core::Result<> check_size(const char* name, size_t size, size_t least) {
  if (size >= least) return {};
  return argument_error(std::string(name) + " must be at least " + std::to_string(least));
}

core::Result<> copy_public_key(const crypto::PublicKey& key, uint8_t* out, size_t size) {
  RF_TRY(require(out, "public_key"));
  RF_TRY(check_size("public_key_size", size, key.size()));
  std::copy(key.begin(), key.end(), out);
  return {};
}

}  // namespace

CallSigner::CallSigner(const rf_signer* signer, const core::DefaultFloatEnvironment& environment) {
  if (signer == nullptr) return;
  if (signer->own) {
    signer_ = &*signer->own;
    return;
  }
  const auto sign = [signer, &environment](std::string_view message, crypto::Signature& signature) {
    const core::DefaultFloatEnvironment::Suspended host(&environment);
    return signer->sign(signer->user, reinterpret_cast<const uint8_t*>(message.data()), message.size(),
                        signature.data()) == 0;
  };
  of_host_ = crypto::Signer::from_function(sign, signer->public_key);
  signer_ = &*of_host_;
}

}  // namespace rf::c

rf_status rf_signer_generate(uint8_t* seed, size_t seed_size, rf_signer** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(out, "out"));
    if (seed != nullptr) RF_TRY(c::check_size("seed_size", seed_size, crypto::kSeedBytes));
    RF_ASSIGN(crypto::Signer signer, crypto::Signer::generate());
    if (seed != nullptr) std::copy(signer.seed().begin(), signer.seed().end(), seed);
    *out = c::new_signer(std::move(signer));
    return {};
  });
}

rf_status rf_signer_from_seed(const uint8_t* seed, size_t seed_size, rf_signer** out,
                              rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(seed, "seed"));
    RF_TRY(require(out, "out"));
    if (seed_size != crypto::kSeedBytes) return c::argument_error("seed_size must be 32");
    RF_ASSIGN(crypto::Signer signer, crypto::Signer::from_seed(std::span<const uint8_t, crypto::kSeedBytes>(
                                         seed, crypto::kSeedBytes)));
    *out = c::new_signer(std::move(signer));
    return {};
  });
}

rf_status rf_signer_from_callback(rf_sign_fn sign, void* user, const uint8_t* public_key,
                                  size_t public_key_size, rf_signer** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(reinterpret_cast<const void*>(sign), "sign"));
    RF_TRY(require(public_key, "public_key"));
    RF_TRY(require(out, "out"));
    crypto::PublicKey key;
    if (public_key_size != key.size()) return c::argument_error("public_key_size must be 32");
    std::copy_n(public_key, key.size(), key.begin());
    *out = new rf_signer{std::nullopt, sign, user, key};
    return {};
  });
}

rf_status rf_signer_load(const char* path, const rf_hooks* hooks, rf_signer** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(path, "path"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    RF_ASSIGN(artifact::KeyFile file, artifact::read_key_file(path));
    if (file.open_to_others)
      call->context().monitor.log(core::diagnostic(core::Code::kKeyFileOpenToOthers, core::Severity::kWarning,
                                                   {{"file", std::string(path)}}));
    *out = c::new_signer(std::move(file.signer));
    return {};
  });
}

rf_status rf_signer_save(const rf_signer* s, const char* path, rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(s, "s"));
    RF_TRY(require(path, "path"));
    if (!s->own) return c::argument_error("the signer's key is the host's and cannot be saved");
    return artifact::write_key_file(path, *s->own);
  });
}

rf_status rf_signer_public_key(const rf_signer* s, uint8_t* public_key, size_t public_key_size,
                               rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(s, "s"));
    return c::copy_public_key(s->public_key, public_key, public_key_size);
  });
}

rf_status rf_signer_public_key_text(const rf_signer* s, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(s, "s"));
    RF_TRY(require(out, "out"));
    *out = c::new_blob(artifact::public_key_text(s->public_key));
    return {};
  });
}

rf_status rf_public_key_load(const char* path, uint8_t* public_key, size_t public_key_size,
                             rf_error** err) noexcept {
  return guarded(err, [&](const auto&) -> core::Result<> {
    RF_TRY(require(path, "path"));
    RF_ASSIGN(const crypto::PublicKey key, artifact::read_public_key(path));
    return c::copy_public_key(key, public_key, public_key_size);
  });
}

rf_status rf_sign_artifacts(const char* directory, const rf_signer* signer, const rf_hooks* hooks,
                            rf_error** err) noexcept {
  return rf_sign_artifacts_with(directory, nullptr, signer, hooks, err);
}

rf_status rf_sign_artifacts_with(const char* directory, const rf_dataset* d, const rf_signer* signer,
                                 const rf_hooks* hooks, rf_error** err) noexcept {
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(directory, "directory"));
    RF_TRY(require(signer, "signer"));
    RF_ASSIGN(const auto call, c::Call::begin(hooks, environment));
    const c::CallSigner call_signer(signer, environment);
    return audit::sign(directory, d == nullptr ? nullptr : d->dataset.get(), *call_signer.get(),
                       call->context());
  });
}

rf_status rf_run_sign(const rf_run* r, const rf_signer* s, rf_blob** out, rf_error** err) noexcept {
  if (out != nullptr) *out = nullptr;
  return guarded(err, [&](const auto& environment) -> core::Result<> {
    RF_TRY(require(r, "r"));
    RF_TRY(require(s, "s"));
    RF_TRY(require(out, "out"));
    RF_ASSIGN(const auto call, c::Call::begin(nullptr, environment));
    const c::CallSigner call_signer(s, environment);
    RF_ASSIGN(std::string line, audit::sign_statement(*r->run, *call_signer.get(), call->context()));
    *out = c::new_blob(std::move(line));
    return {};
  });
}

void rf_signer_free(rf_signer* s) noexcept {
  delete s;
}
