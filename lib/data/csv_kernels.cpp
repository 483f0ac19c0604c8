// SPDX-License-Identifier: MIT
// Chooses a table of kernels for the processor at hand. All give the same answers, so the choice is one of
// speed.
#include "data/csv_kernels.hpp"

namespace rf::data {

const CsvKernels& best_csv_kernels() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return avx2_csv_kernels();
#endif
  return baseline_csv_kernels();
}

}  // namespace rf::data
