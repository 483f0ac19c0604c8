// SPDX-License-Identifier: MIT
// How a fuzz target says that a promise is broken, so that libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace rf {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

}  // namespace rf
