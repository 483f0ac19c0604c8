// SPDX-License-Identifier: MIT
// Chooses a table of kernels for the CPU at hand. All tables give the same bits.
#include "core/kernels.hpp"

namespace rf::core {

const Kernels& best_kernels() {
  return baseline_kernels();
}

}  // namespace rf::core
