// SPDX-License-Identifier: MIT
// What a loop over cells does of the text's SHA-256 between them. Part of csv_kernels_impl.hpp.
#pragma once

#include "csv/csv_kernels.hpp"
#if defined(__SHA__)
#include "crypto/sha256_steps_x86.hpp"
#endif

namespace rf::csv {
namespace {

struct NoHash {
  explicit NoHash(const crypto::Sha256Steps*) {}
  void two_steps() {}
  void keep(crypto::Sha256Steps*) const {}
};

#if defined(__SHA__)

/// In registers, so that a call between must not see it.
class HashOfText {
 public:
  explicit HashOfText(const crypto::Sha256Steps* steps) : inside_(*steps) {}
  __attribute__((always_inline)) void two_steps() { inside_.two_steps(); }
  void keep(crypto::Sha256Steps* steps) const { inside_.keep(steps); }

 private:
  crypto::StepsInRegisters inside_;
};

#endif

}  // namespace
}  // namespace rf::csv
