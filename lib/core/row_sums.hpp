// SPDX-License-Identifier: MIT
// Sums of vectors over rows: the tree of core/blocks.hpp over block numbers, with far fewer partial sums in
// memory than blocks. A task sums an aligned power-of-two range of blocks, which is one subtree; the subtrees
// merge last. The number of tasks does not affect the sums.
// tests/unit/core/row_sums_test.cpp pins it.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/blocks.hpp"
#include "core/context.hpp"
#include "core/result.hpp"

namespace rf::core {

/// Adds the rows of one block to `sums`, which starts at 0.
using BlockSum = std::function<void(core::RowRange rows, std::uint32_t slot, double* sums)>;

/// Sums of `size` numbers over n_rows rows; kCancelled between blocks.
core::Result<std::vector<double>> sum_rows(core::Context& context, std::size_t n_rows, std::size_t size,
                                           const BlockSum& block);

}  // namespace rf::core
