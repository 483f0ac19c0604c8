// SPDX-License-Identifier: MIT
// The loops of CSV reading for x86-64 with AVX-512 as processors have it since 2019 (Ice Lake, Zen 4).
#include "csv/csv_kernels_impl.hpp"

namespace rf::csv {
namespace {
constexpr CsvKernels kTable = {"avx512", true, index_text, read_cells, read_number};
}

const CsvKernels& avx512_csv_kernels() {
  return kTable;
}

}  // namespace rf::csv
