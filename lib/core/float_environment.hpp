// SPDX-License-Identifier: MIT
// Puts the calling thread into the default floating-point environment (round to nearest, no flush to zero)
// and restores its previous one afterwards. Hosts linked with -ffast-math set flush-to-zero; some call
// fesetround.
#pragma once

#include <cfenv>

namespace rf::core {

/// Default environment for the lifetime of the object.
class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment();
  ~DefaultFloatEnvironment();
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;

  /// Restores the host's environment for the lifetime of the object, around a callback. A null scope has no
  /// effect.
  class Suspended {
   public:
    explicit Suspended(const DefaultFloatEnvironment* scope);
    ~Suspended();
    Suspended(const Suspended&) = delete;
    Suspended& operator=(const Suspended&) = delete;

   private:
    bool active_;
  };

 private:
  std::fenv_t saved_;
};

}  // namespace rf::core
