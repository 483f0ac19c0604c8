// SPDX-License-Identifier: MIT
// Chooses a table of kernels for the processor at hand. All tables give the same results; only the speed
// differs.
#include "csv/csv_kernels.hpp"

namespace rf::csv {

CsvKernelTables runnable_csv_kernels() {
  CsvKernelTables tables{{&baseline_csv_kernels()}, 1};
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  if (has_avx2) tables.entries[tables.count++] = &avx2_csv_kernels();
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi2"))
    tables.entries[tables.count++] = &avx512_csv_kernels();
#endif
  return tables;
}

const CsvKernels& best_csv_kernels() {
  const CsvKernelTables tables = runnable_csv_kernels();
  return *tables.entries[tables.count - 1];
}

}  // namespace rf::csv
