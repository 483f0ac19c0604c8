// SPDX-License-Identifier: MIT
// Chooses a table of kernels for the current CPU. All tables give the same bits, so the choice affects only
// speed. __builtin_cpu_supports (libgcc's and compiler-rt's) asks CPUID for the instruction set and XGETBV
// whether the system saves the registers. The tests numeric.kernels_have_the_same_bits_on_... run on emulated
// CPUs; one of them lacks the saving of registers.
#include "core/kernels.hpp"

#if defined(__x86_64__)
#include "core/kernels_x86.hpp"
#endif

namespace rf::core {

KernelTables runnable_kernels() {
  KernelTables tables{{&baseline_kernels()}, 1};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) tables.entries[tables.count++] = &avx2_kernels();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    tables.entries[tables.count++] = &avx512_kernels();
#endif
  return tables;
}

const Kernels& best_kernels() {
  const KernelTables tables = runnable_kernels();
  return *tables.entries[tables.count - 1];
}

}  // namespace rf::core
