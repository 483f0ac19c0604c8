// SPDX-License-Identifier: MIT
/** @file
 * The foundation of runforge.hpp: the exception, the owner of a C handle, the hooks of a call with
 * callbacks that may throw, and the calls themselves. Include runforge.hpp, which explains their use.
 *
 * Pinned by tests/languages/cpp. */
#ifndef RUNFORGE_CALL_HPP
#define RUNFORGE_CALL_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include "runforge/runforge.h"

namespace runforge {

/// A failed call. Copies share their contents; copying does not throw.
class Error : public std::exception {
 public:
  /// For the caller's own failures, reported like the library's.
  Error(rf_status status, std::string code, std::string message, std::string details = "{}")
      : told_(std::make_shared<const Told>(Told{status, std::move(code), std::move(message), std::move(details)})) {}
  rf_status status() const noexcept { return told_->status; }             ///< RF_E_DATA and so on; more may be added.
  const std::string& code() const noexcept { return told_->code; }        ///< Stable identifier such as "RAGGED_ROW".
  const std::string& message() const noexcept { return told_->message; }  ///< One English sentence.
  /// JSON object: file, line, column, JSON pointer, expected, got, as far as they apply.
  const std::string& details() const noexcept { return told_->details; }
  const char* what() const noexcept override { return told_->message.c_str(); }  ///< The message.

 private:
  struct Told {
    rf_status status;
    std::string code, message, details;
  };
  std::shared_ptr<const Told> told_;
};

/// @cond
namespace detail {

template <class T, auto kFree>
class Owner {
 public:
  Owner() noexcept = default;
  explicit Owner(T* handle) noexcept : handle_(handle) {}
  Owner(Owner&& other) noexcept : handle_(other.release()) {}
  Owner& operator=(Owner&& other) noexcept {
    reset(other.release());
    return *this;
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { kFree(handle_); }

  T* get() const noexcept { return handle_; }
  T* release() noexcept { return std::exchange(handle_, nullptr); }
  void reset(T* handle = nullptr) noexcept { kFree(std::exchange(handle_, handle)); }
  T** out() noexcept { return reset(), &handle_; }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  T* handle_ = nullptr;
};

using ErrorOwner = Owner<rf_error, rf_error_free>;

inline Error told(rf_status status, const rf_error* error) {
  return {status, rf_error_code(error), rf_error_message(error), rf_error_details(error)};
}

/// Calls function(arguments..., &error) and throws its error.
template <class Function, class... Arguments>
void call(Function function, Arguments... arguments) {
  ErrorOwner error;
  const rf_status status = function(arguments..., error.out());
  if (status != RF_OK) throw told(status, error.get());
}

/// Calls function(arguments..., &made, &error) and returns `made`.
template <class Made, class Function, class... Arguments>
Made made(Function function, Arguments... arguments) {
  Made made;
  call(function, arguments..., made.out());
  return made;
}

/// Calls function(from, bytes, size, &error) and returns the bytes.
template <class Function, class From>
std::array<std::uint8_t, 32> bytes(Function function, From from) {
  std::array<std::uint8_t, 32> made{};
  call(function, from, made.data(), made.size());
  return made;
}

template <class T>
auto* handle_of(const T* owner) {
  return owner == nullptr ? nullptr : owner->get();
}

template <class T>
constexpr rf_dtype dtype_of() {
  static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, long double>, "not a type of column values");
  static_assert(!std::is_same_v<T, bool> || sizeof(bool) == 1, "RF_BOOL8 has one byte");
  if (std::is_same_v<T, bool>) return RF_BOOL8;
  if (std::is_floating_point_v<T>) return sizeof(T) == 8 ? RF_F64 : RF_F32;
  return (std::is_signed_v<T> ? RF_I64 : RF_U64) + (sizeof(T) == 8 ? 0 : sizeof(T) == 4 ? 1 : sizeof(T) == 2 ? 2 : 3);
}

}  // namespace detail
/// @endcond

/// Owned immutable bytes: a JSON document, a model. Every handle class has get() (the C handle, still owned),
/// release() (the C handle, which the caller now frees), reset() (frees) and out() (frees, then returns the
/// address for a C out-parameter). It converts to true while it holds a handle.
class Blob : public detail::Owner<rf_blob, rf_blob_free> {
 public:
  using Owner::Owner;
  const void* data() const noexcept { return rf_blob_data(get()); }  ///< First byte; a NUL follows the last one.
  std::size_t size() const noexcept { return rf_blob_size(get()); }  ///< Bytes without that NUL.
  /// The bytes as text, borrowed.
  std::string_view view() const noexcept { return {static_cast<const char*>(data()), size()}; }
  std::string str() const { return std::string(view()); }  ///< The bytes as text, copied.
};

/// Stop flag that any thread and any signal handler may set. It must outlive the calls that receive it.
class Cancel : public detail::Owner<rf_cancel, rf_cancel_free> {
 public:
  Cancel() { detail::call(rf_cancel_new, out()); }  ///< A flag that is not set.
  /// Asks every call with this flag to stop; the flag stays set.
  void set() const noexcept { rf_cancel_set(get()); }
  bool is_set() const noexcept { return rf_cancel_is_set(get()) != 0; }  ///< Whether set() was called.
};

/// How a call is carried out. Nothing here changes a result. The callbacks run on the calling thread, before
/// the call returns. If one throws, the call stops and throws the same exception. The call's result is
/// dropped (a run directory that was complete by then stays).
struct Hooks {
  /// Called at fixed steps of the work with a lower-case word, the steps done and their number (0: unknown).
  /// Returns true to go on; false cancels, and the call throws RF_E_CANCELLED.
  std::function<bool(std::string_view stage, std::uint64_t done, std::uint64_t total)> progress = {};
  /// Called with each diagnostic: a stable code and a sentence.
  std::function<void(rf_log_level level, std::string_view code, std::string_view message)> log = {};
  rf_log_level log_level = RF_LOG_INFO;  ///< Least severe level that `log` receives.
  std::uint32_t threads = 0;             ///< Most threads at work; 0 and 1: the calling thread alone.
  /// Most bytes of data that the call may hold, 0 for no ceiling; RF_E_LIMIT before more is allocated.
  std::uint64_t max_bytes = 0;
  const Cancel* cancel = nullptr;  ///< Stop flag, borrowed for the call; may be null.
};

/// Signs for a Signer whose key is elsewhere: writes 64 bytes over message[0, size) into signature64 and
/// returns true. false is RF_E_IO (SIGNING_FAILED). If it throws, the call that signs throws the same
/// exception.
using Sign = std::function<bool(const std::uint8_t* message, std::size_t size, std::uint8_t* signature64)>;

/// @cond
namespace detail {

/// Holds the caller's Sign function, and for each thread the last exception that it threw there.
class Device {
 public:
  explicit Device(Sign sign) : sign_(std::move(sign)) {}
  static std::int32_t sign(void* user, const std::uint8_t* message, std::size_t size, std::uint8_t* out) noexcept {
    auto& self = *static_cast<Device*>(user);
    try {
      return self.sign_(message, size, out) ? 0 : 1;
    } catch (...) {
      self.swap(std::current_exception());
      return 1;
    }
  }
  /// Keeps `thrown` for this thread and returns the exception kept before. Without memory it keeps nothing.
  std::exception_ptr swap(std::exception_ptr thrown) noexcept {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      thrown.swap(thrown_[std::this_thread::get_id()]);
      return thrown;
    } catch (...) {
      return nullptr;
    }
  }
  /// The exception that `sign` threw on this thread since the last take().
  std::exception_ptr take() noexcept {
    std::exception_ptr thrown = swap(nullptr);
    const std::lock_guard<std::mutex> lock(mutex_);
    thrown_.erase(std::this_thread::get_id());
    return thrown;
  }

 private:
  const Sign sign_;
  std::mutex mutex_;
  std::map<std::thread::id, std::exception_ptr> thrown_;
};

/// The C form of a call's hooks, and the exception that one of its callbacks threw.
class Session {
 public:
  explicit Session(const Hooks& hooks, Device* device = nullptr) : hooks_(hooks), device_(device) {
    c_.user = this;
    c_.threads = hooks.threads;
    c_.max_bytes = hooks.max_bytes;
    c_.cancel = hooks.cancel == nullptr ? nullptr : hooks.cancel->get();
    if (hooks.progress || hooks.log) c_.progress = progress;
    if (hooks.log) c_.log = log;
    c_.log_level = hooks.log_level;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const rf_hooks* hooks() const noexcept { return &c_; }

  /// Calls function(arguments..., &error). Throws the exception of a callback.
  template <class Function, class... Arguments>
  rf_status status(ErrorOwner& error, Function function, Arguments... arguments) {
    const rf_status status = function(arguments..., error.out());
    const std::exception_ptr signing = device_ == nullptr ? nullptr : device_->take();
    if (thrown_ || signing) std::rethrow_exception(thrown_ ? thrown_ : signing);
    return status;
  }
  template <class Function, class... Arguments>
  void call(Function function, Arguments... arguments) {
    ErrorOwner error;
    const rf_status found = status(error, function, arguments...);
    if (found != RF_OK) throw told(found, error.get());
  }

 private:
  template <class Body>
  bool kept(Body body) noexcept {
    if (thrown_) return false;
    try {
      return body();
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }
  static std::int32_t progress(void* user, const char* stage, std::uint64_t done, std::uint64_t total) noexcept {
    auto& self = *static_cast<Session*>(user);
    const auto body = [&] { return !self.hooks_.progress || self.hooks_.progress(stage, done, total); };
    return self.kept(body) ? 0 : 1;
  }
  static void log(void* user, rf_log_level level, const char* code, const char* message) noexcept {
    auto& self = *static_cast<Session*>(user);
    self.kept([&] { return self.hooks_.log(level, code, message), true; });
  }

  const Hooks& hooks_;
  Device* const device_;
  rf_hooks c_ = RF_HOOKS_INIT;
  std::exception_ptr thrown_;
};

/// Calls function(arguments..., hooks, &made, &error) and returns `made`.
template <class Made, class Function, class... Arguments>
Made made_with(const Hooks& hooks, Function function, Arguments... arguments) {
  Made made;
  Session session(hooks);
  session.call(function, arguments..., session.hooks(), made.out());
  return made;
}

}  // namespace detail
/// @endcond

}  // namespace runforge

#endif  // RUNFORGE_CALL_HPP
