// SPDX-License-Identifier: MIT
#include "core/monitor.hpp"

namespace rf::core {

Result<> Monitor::report(const char* stage, std::uint64_t done, std::uint64_t total) {
  if (hooks_.progress != nullptr && !stopped_) {
    const DefaultFloatEnvironment::Suspended host(hooks_.environment);
    stopped_ = hooks_.progress(hooks_.user, stage, done, total) != 0;
  }
  return check();
}

void Monitor::log(const Diagnostic& diagnostic) {
  const std::int32_t level = diagnostic.severity == Severity::kWarning ? 30 : 20;
  if (hooks_.log == nullptr || level < hooks_.log_level) return;
  const DefaultFloatEnvironment::Suspended host(hooks_.environment);
  hooks_.log(hooks_.user, level, code_name(diagnostic.code).data(), diagnostic.message.c_str());
}

Result<> Monitor::check() const {
  if (cancelled()) return Error{Code::kCancelled, "the caller asked to stop", {}};
  return {};
}

bool Monitor::cancelled() const {
  return stopped_ || (hooks_.cancel != nullptr && hooks_.cancel->load(std::memory_order_relaxed));
}

}  // namespace rf::core
