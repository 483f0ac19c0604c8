// SPDX-License-Identifier: MIT
// Result<T>: a value or an Error. It carries expected failures. Exceptions are only for bugs and for lack of
// memory.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "core/error.hpp"

namespace rf::core {

template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), *std::get_if<0>(&content_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&content_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return assert(!ok()), *std::get_if<1>(&content_); }
  const Error& error() const& { return assert(!ok()), *std::get_if<1>(&content_); }
  Error&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&content_)); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  Error& error() & { return assert(!ok()), *error_; }
  const Error& error() const& { return assert(!ok()), *error_; }
  Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::optional<Error> error_;
};

#define RF_CONCAT_INNER(a, b) a##b
#define RF_CONCAT(a, b) RF_CONCAT_INNER(a, b)

/// If `expression` (a Result) holds an error, returns that error from the enclosing function.
#define RF_TRY(expression)                                                                               \
  do {                                                                                                   \
    if (auto rf_try_result = (expression); !rf_try_result.ok()) return std::move(rf_try_result).error(); \
  } while (false)

/// Declares or assigns `target` from the value of `expression`, or returns its error.
/// Use: RF_ASSIGN(auto table, read_csv(bytes, options));
#define RF_ASSIGN(target, expression) RF_ASSIGN_INNER(RF_CONCAT(rf_result_, __LINE__), target, expression)
#define RF_ASSIGN_INNER(result, target, expression)   \
  auto result = (expression);                         \
  if (!result.ok()) return std::move(result).error(); \
  target = std::move(result).value()

}  // namespace rf::core
