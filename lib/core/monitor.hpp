// SPDX-License-Identifier: MIT
// How a long call reports progress to its caller and learns that it should stop. Nothing here may change a
// result. Callbacks run on the calling thread only, in an order that does not depend on the number of
// threads, and in the caller's own floating-point environment.
#pragma once

#include <atomic>
#include <cfenv>
#include <cstdint>

#include "core/float_environment.hpp"
#include "core/result.hpp"

namespace rf::core {

/// The callbacks of rf_hooks; any may be null.
struct MonitorHooks {
  void* user = nullptr;
  std::int32_t (*progress)(void* user, const char* stage, std::uint64_t done, std::uint64_t total) = nullptr;
  void (*log)(void* user, std::int32_t level, const char* code, const char* message) = nullptr;
  std::int32_t log_level = 20;
  const std::atomic<bool>* cancel = nullptr;
  const DefaultFloatEnvironment* environment = nullptr;  ///< suspended around callbacks
};

class Monitor {
 public:
  Monitor() = default;
  explicit Monitor(const MonitorHooks& hooks) : hooks_(hooks) {}

  /// Reports that `done` of `total` units of `stage` are complete. The calling thread only.
  /// kCancelled when the callback or the cancel flag asks to stop.
  Result<> report(const char* stage, std::uint64_t done, std::uint64_t total);

  /// Passes a diagnostic to the log callback: kInfo is level 20, kWarning 30. The calling thread only.
  void log(const Diagnostic& diagnostic);

  /// kCancelled once the cancel flag is set; any thread.
  Result<> check() const;
  /// Whether the caller wants this to stop; any thread.
  bool cancelled() const;
  /// Whether the caller can ask to stop at any moment: it has a cancel flag, or is called back.
  bool can_be_cancelled() const { return hooks_.cancel != nullptr || hooks_.progress != nullptr; }

 private:
  MonitorHooks hooks_;
  std::atomic<bool> stopped_ = false;  ///< the progress callback asked to stop
};

}  // namespace rf::core
