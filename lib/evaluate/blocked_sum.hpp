// SPDX-License-Identifier: MIT
// The sum of a term over all rows with the same bits for any number of threads: 16-lane sums of blocks of
// 4096 rows, merged pairwise (DETERMINISM rules 6 and 7).
#pragma once

#include <array>
#include <cstddef>

#include "core/blocks.hpp"
#include "core/kernels.hpp"

namespace rf::evaluate {

/// `fill(range, terms)` writes the term of row range.begin + i to terms[i]; it may run on any thread.
template <class Fill>
core::Result<double> blocked_sum(core::Context& context, std::size_t n_rows, Fill fill) {
  return core::reduce_blocks(
      context, n_rows, 0.0,
      [&](const core::RowRange& range, std::uint32_t, double& sum) {
        std::array<double, core::kBlockRows> terms;
        fill(range, terms.data());
        sum = context.kernels.sum(terms.data(), range.size());
      },
      [](double& into, double from) { into += from; });
}

}  // namespace rf::evaluate
