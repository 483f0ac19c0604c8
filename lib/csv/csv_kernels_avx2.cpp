// SPDX-License-Identifier: MIT
// The loops of CSV reading for x86-64 with AVX2, BMI and BMI2.
#include "csv/csv_kernels_impl.hpp"

namespace rf::csv {
namespace {
constexpr CsvKernels kTable = {"avx2", true, index_text, read_cells, read_number};
}

const CsvKernels& avx2_csv_kernels() {
  return kTable;
}

}  // namespace rf::csv
