// SPDX-License-Identifier: MIT
// Defines the opaque types of the C ABI. Turns the hooks of a call into the core::Context that the library
// uses.
#pragma once

#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model_file.hpp"
#include "core/context.hpp"
#include "guard.hpp"
#include "model/predictor.hpp"
#include "run/dataset.hpp"
#include "run/pipeline.hpp"

struct rf_blob {
  std::string bytes;
};
struct rf_cancel {
  std::atomic<bool> flag = false;
};
struct rf_builder {
  rf::memory::TypedTable table;
};
struct rf_dataset {
  std::shared_ptr<const rf::run::LoadedDataset> dataset;
};
struct rf_run {
  std::shared_ptr<const rf::run::Run> run;
};
struct rf_model {
  std::shared_ptr<const rf::artifact::LoadedModel> loaded;
  rf::model::Predictor predictor;
  std::vector<std::string> output_names;
  bool takes_numbers_only = false;
};

namespace rf::c {

/// The checked hooks of one call, with the workers and the monitor made from them.
class Call {
 public:
  /// RF_E_ARGUMENT; RF_E_UNSUPPORTED for a longer struct whose tail is not zero.
  static core::Result<std::unique_ptr<Call>> begin(const rf_hooks* hooks,
                                                   const core::DefaultFloatEnvironment& environment);

  core::Context& context() { return context_; }

 private:
  Call(const rf_hooks& hooks, const core::DefaultFloatEnvironment& environment);
  core::Workers workers_;
  core::Monitor monitor_;
  core::MemoryBudget budget_;
  core::Context context_;
};

/// Text given as pointer and length. The length may be RF_AUTO_LEN. A null pointer is empty text if the
/// length is 0 or RF_AUTO_LEN.
core::Result<std::string_view> text_argument(const char* name, const char* text, size_t length);

inline core::Result<> require(const void* pointer, const char* name) {
  if (pointer == nullptr) return argument_error(std::string(name) + " must not be NULL");
  return {};
}

/// Copies a digest into a caller's buffer of at least RF_DIGEST_SIZE bytes.
core::Result<> copy_digest(const crypto::Digest& digest, std::uint8_t* out, size_t size);

inline rf_blob* new_blob(std::string bytes) {
  return new rf_blob{std::move(bytes)};
}

}  // namespace rf::c
