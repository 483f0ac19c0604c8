// SPDX-License-Identifier: MIT
// Handles of the C interface that free themselves, for tests that call it as C does.
#pragma once

#include <memory>
#include <string_view>

#include "runforge/runforge.h"

namespace rf::owned {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
using Blob = std::unique_ptr<rf_blob, Freed<rf_blob_free>>;
using Dataset = std::unique_ptr<rf_dataset, Freed<rf_dataset_free>>;
using Run = std::unique_ptr<rf_run, Freed<rf_run_free>>;
using Model = std::unique_ptr<rf_model, Freed<rf_model_free>>;
using Signer = std::unique_ptr<rf_signer, Freed<rf_signer_free>>;
using Cancel = std::unique_ptr<rf_cancel, Freed<rf_cancel_free>>;
using Error = std::unique_ptr<rf_error, Freed<rf_error_free>>;
using Builder = std::unique_ptr<rf_builder, Freed<rf_builder_free>>;

inline std::string_view text_of(const Blob& blob) {
  return {static_cast<const char*>(rf_blob_data(blob.get())), rf_blob_size(blob.get())};
}

}  // namespace rf::owned
