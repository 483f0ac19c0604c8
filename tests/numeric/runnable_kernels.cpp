// SPDX-License-Identifier: MIT
// Prints the names of the kernel tables that run here, slowest first, for tests under other CPUs.
#include <cstdio>

#include "core/kernels.hpp"

int main() {
  const rf::core::KernelTables tables = rf::core::runnable_kernels();
  for (std::size_t i = 0; i < tables.count; ++i)
    std::printf("%s%s", i > 0 ? " " : "", tables.entries[i]->name);
  std::printf("\n");
  return 0;
}
