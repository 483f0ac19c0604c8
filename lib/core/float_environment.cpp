// SPDX-License-Identifier: MIT
// Sets the default environment through <cfenv>. On x86 it also sets the control register directly, because
// the C library decides whether FE_DFL_ENV clears flush-to-zero and denormals-are-zero.
// tests/unit/core/float_environment_test.cpp sets every mode a host may have set.
#include "core/float_environment.hpp"

#include "core/mutant.hpp"

namespace rf::core {
namespace {

void set_default_environment() {
  std::fesetenv(FE_DFL_ENV);
#if defined(__SSE2__)
  constexpr unsigned kMxcsrAtReset = 0x1f80;  // all exceptions masked, nearest, no FTZ, no DAZ
  __builtin_ia32_ldmxcsr(kMxcsrAtReset);
#endif
}

}  // namespace

DefaultFloatEnvironment::DefaultFloatEnvironment() {
  std::fegetenv(&saved_);  // the caller's; restored while the caller's code runs and at the end
  RF_MUTANT(host_rounding_stays, set_default_environment(), void());
}

DefaultFloatEnvironment::~DefaultFloatEnvironment() {
  std::fesetenv(&saved_);
}

DefaultFloatEnvironment::Suspended::Suspended(const DefaultFloatEnvironment* scope)
    : active_(scope != nullptr) {
  if (active_) std::fesetenv(&scope->saved_);
}

DefaultFloatEnvironment::Suspended::~Suspended() {
  if (active_) set_default_environment();
}

}  // namespace rf::core
