// SPDX-License-Identifier: MIT
// The loops of CSV reading for the lowest processor that the build supports.
#include "csv/csv_kernels_impl.hpp"

namespace rf::csv {
namespace {
constexpr CsvKernels kTable = {"baseline", false, index_text, read_cells, read_number};
}

const CsvKernels& baseline_csv_kernels() {
  return kTable;
}

}  // namespace rf::csv
