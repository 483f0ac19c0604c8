// SPDX-License-Identifier: MIT
// Defines rf_signer, and the signer that one call makes from it.
#pragma once

#include <optional>

#include "crypto/ed25519.hpp"
#include "handles.hpp"

struct rf_signer {
  std::optional<rf::crypto::Signer> own;  ///< empty if the host keeps the key
  rf_sign_fn sign = nullptr;
  void* user = nullptr;
  rf::crypto::PublicKey public_key{};
};

namespace rf::c {

/// Runs the host's function in the host's floating-point environment. Lives as long as the call.
class CallSigner {
 public:
  CallSigner(const rf_signer* signer, const core::DefaultFloatEnvironment& environment);
  CallSigner(const CallSigner&) = delete;
  CallSigner& operator=(const CallSigner&) = delete;

  /// Null if no signer was given.
  const crypto::Signer* get() const { return signer_; }

 private:
  std::optional<crypto::Signer> of_host_;
  const crypto::Signer* signer_ = nullptr;
};

}  // namespace rf::c
