// SPDX-License-Identifier: MIT
// The C handles as values that free themselves, and C calls that throw a Failure if they return an error
// status.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "failure.hpp"
#include "runforge/runforge.h"

namespace rf::tool {

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

/// A C out-parameter. At the end of the call's expression it hands the stored object to `handle`.
template <typename Handle>
class Receiver {
 public:
  explicit Receiver(Handle& handle) : handle_(handle) {}
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() { handle_.reset(stored_); }
  typename Handle::pointer* slot() { return &stored_; }

 private:
  Handle& handle_;
  typename Handle::pointer stored_ = nullptr;
};

/// Calls function(arguments..., &error) and throws its error.
template <typename Function, typename... Arguments>
void call(Function function, Arguments... arguments) {
  rf_error* stored = nullptr;
  const rf_status status = function(arguments..., &stored);
  const Error error(stored);
  if (status == RF_OK) return;
  throw Failure{status, rf_error_code(stored), rf_error_message(stored), rf_error_details(stored)};
}

inline std::string_view text_of(const Blob& blob) {
  return {static_cast<const char*>(rf_blob_data(blob.get())), rf_blob_size(blob.get())};
}

}  // namespace rf::tool
