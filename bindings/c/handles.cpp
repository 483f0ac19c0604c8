// SPDX-License-Identifier: MIT
// Checks the arguments that many entries share: hooks, text and digests. Pinned by tests/abi/misuse_test.cpp.
#include "handles.hpp"

#include <algorithm>

namespace rf::c {
namespace {

constexpr std::uint32_t kMostThreads = 1024;

/// Copies the caller's hooks by the kernel's copy-struct rule: a shorter struct is filled with defaults, a
/// longer one is accepted only if the part unknown here is zero.
core::Result<rf_hooks> copy_hooks(const rf_hooks* given) {
  rf_hooks hooks = RF_HOOKS_INIT;
  if (given == nullptr) return hooks;
  const std::size_t size = given->struct_size;
  if (size < sizeof(hooks.struct_size)) return argument_error("hooks.struct_size is not set");
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  if (size > sizeof(hooks) &&
      std::any_of(bytes + sizeof(hooks), bytes + size, [](unsigned char b) { return b != 0; }))
    return core::Error{
        core::Code::kUnsupportedFormat,
        "hooks sets a field that this library does not know; it is older than the caller's header",
        {}};
  std::memcpy(&hooks, given, std::min(size, sizeof(hooks)));
  if (hooks.reserved0 != 0) return argument_error("hooks.reserved0 must be 0");
  if (hooks.threads > kMostThreads) return argument_error("hooks.threads must be at most 1024");
  return hooks;
}

core::MonitorHooks monitor_hooks(const rf_hooks& hooks, const core::DefaultFloatEnvironment& environment) {
  core::MonitorHooks monitor;
  monitor.user = hooks.user;
  monitor.progress = hooks.progress;
  monitor.log = hooks.log;
  if (hooks.log_level != 0) monitor.log_level = hooks.log_level;
  if (hooks.cancel != nullptr) monitor.cancel = &hooks.cancel->flag;
  monitor.environment = &environment;
  return monitor;
}

}  // namespace

Call::Call(const rf_hooks& hooks, const core::DefaultFloatEnvironment& environment)
    : workers_(std::max<std::uint32_t>(1, hooks.threads)),
      monitor_(monitor_hooks(hooks, environment)),
      budget_(hooks.max_bytes),
      context_{workers_, monitor_, core::best_kernels(), &budget_} {}

core::Result<std::unique_ptr<Call>> Call::begin(const rf_hooks* hooks,
                                                const core::DefaultFloatEnvironment& environment) {
  RF_ASSIGN(const rf_hooks copied, copy_hooks(hooks));
  return std::unique_ptr<Call>(new Call(copied, environment));
}

core::Result<std::string_view> text_argument(const char* name, const char* text, size_t length) {
  if (text == nullptr) {
    if (length == 0 || length == RF_AUTO_LEN) return std::string_view();
    return argument_error(std::string(name) + " is NULL but its length is not 0");
  }
  return length == RF_AUTO_LEN ? std::string_view(text) : std::string_view(text, length);
}

core::Result<> copy_digest(const crypto::Digest& digest, std::uint8_t* out, size_t size) {
  RF_TRY(require(out, "digest"));
  if (size < RF_DIGEST_SIZE) return argument_error("digest_size must be at least RF_DIGEST_SIZE (32)");
  std::memcpy(out, digest.data(), digest.size());
  return {};
}

}  // namespace rf::c
