// SPDX-License-Identifier: MIT
// A control that must fail: lib/core/row_sums.cpp as one would first write it, the rows shared out evenly
// among the threads. Its sums depend on how many threads there are, so its lines with several must differ
// from the golden ones.
#include <algorithm>

#include "core/row_sums.hpp"

namespace rf::core {

Result<std::vector<double>> sum_rows(Context& context, std::size_t n_rows, std::size_t size,
                                     const BlockSum& block) {
  const std::size_t n_threads = context.workers.n_threads();
  const std::size_t share = std::min(kBlockRows, (n_rows + n_threads - 1) / n_threads);
  std::vector<double> sums(size, 0.0);
  for (std::size_t begin = 0; begin < n_rows; begin += share) {
    std::vector<double> part(size, 0.0);
    block({begin, std::min(n_rows, begin + share)}, 0, part.data());
    for (std::size_t i = 0; i < size; ++i) sums[i] += part[i];
  }
  return sums;
}

}  // namespace rf::core
