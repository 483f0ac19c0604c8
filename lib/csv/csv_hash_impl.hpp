// SPDX-License-Identifier: MIT
// Lets a loop over cells advance the text's SHA-256 between the cells. Part of csv_kernels_impl.hpp.
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

/// The state is in registers until keep(). A function called before keep() must not use it.
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
