// SPDX-License-Identifier: MIT
// The one place where exceptions become status codes, errors become objects that the caller frees, and the
// floating-point environment is set to the default. Every entry that can fail is one call of `guarded`. Only
// std::bad_alloc is OUT_OF_MEMORY. tests/abi/guard_test.cpp pins it.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "core/float_environment.hpp"
#include "core/result.hpp"
#include "runforge/runforge.h"

struct rf_error {
  rf_status status;
  std::string code;
  std::string message;
  std::string details;
};

namespace rf::c {

/// The error that needs no memory; rf_error_free does not delete it.
const rf_error* out_of_memory();

/// A new rf_error for `error`, or out_of_memory().
rf_error* make_error(const core::Error& error) noexcept;

inline core::Error argument_error(std::string message) {
  return {core::Code::kInvalidArgument, std::move(message), {}};
}

/// INTERNAL for an exception that is a bug, or out_of_memory() if the text of the error does not fit any
/// more.
inline rf_error* unexpected(const char* what) noexcept {
  try {
    return make_error({core::Code::kInternal, std::string("unexpected exception: ") + what, {}});
  } catch (...) {
    return const_cast<rf_error*>(out_of_memory());
  }
}

/// Runs `body` (DefaultFloatEnvironment& -> core::Result<>) in the default floating-point environment. Stores
/// an error object, or null, in *err.
template <class Body>
rf_status guarded(rf_error** err, Body body) noexcept {
  rf_error* failure = nullptr;
  try {
    const core::DefaultFloatEnvironment environment;
    core::Result<> result = body(environment);
    if (!result.ok()) failure = make_error(result.error());
  } catch (const std::bad_alloc&) {
    failure = const_cast<rf_error*>(out_of_memory());
  } catch (const std::exception& exception) {
    failure = unexpected(exception.what());
  } catch (...) {
    failure = unexpected("of an unknown type");
  }
  const rf_status status = failure == nullptr ? RF_OK : failure->status;
  if (err != nullptr)
    *err = failure;
  else if (failure != nullptr)
    rf_error_free(failure);
  return status;
}

}  // namespace rf::c
