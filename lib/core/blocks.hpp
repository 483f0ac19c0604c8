// SPDX-License-Identifier: MIT
// Sums over rows that do not depend on the number of threads: rows are cut into blocks of kBlockRows, any
// thread takes any block, and block results merge in a fixed pairwise tree over block numbers. Each node [a,
// b) of the tree is an aligned power-of-two range, so ranges summed elsewhere could be merged later
// (DETERMINISM rule 7).
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/context.hpp"

// The tree over eight blocks. `+` adds the right sum to the left one, in place; x marks a sum that is used
// up.
//
//   block         0     1     2     3     4     5     6     7      each: the sum of up to kBlockRows rows
//                 |     |     |     |     |     |     |     |
//   step 1        0  +  1     2  +  3     4  +  5     6  +  7
//                 |     x     |     x     |     x     |     x
//   step 2       01     +    23          45     +    67
//                 |           x           |           x
//   step 4      0123            +       4567
//                 |                       x
//   result    01234567
//
// With six blocks 4 + 5 is complete after step 1, waits at step 2 and joins at step 4: (0123) + (45). The
// tree depends on the number of blocks only, so the rounding of the sums does not depend on the threads.

namespace rf::core {

/// Rows per block of every blocked pass over samples; a constant of the numeric profile.
inline constexpr std::size_t kBlockRows = 4096;

struct RowRange {
  std::size_t begin;
  std::size_t end;
  std::size_t size() const { return end - begin; }
};

inline std::size_t block_count(std::size_t n_rows) {
  return (n_rows + kBlockRows - 1) / kBlockRows;
}
inline RowRange block_range(std::size_t n_rows, std::size_t block) {
  return {block * kBlockRows, std::min(n_rows, (block + 1) * kBlockRows)};
}

/// Merges results[0..n) pairwise in place: (0,1) (2,3) ..., then (0,2) (4,6) ..., into results[0].
/// `merge(into, from)` adds `from` to `into`.
template <class T, class Merge>
void merge_pairwise(std::vector<T>& results, Merge merge) {
  for (std::size_t step = 1; step < results.size(); step *= 2)
    for (std::size_t i = 0; i + step < results.size(); i += 2 * step) merge(results[i], results[i + step]);
}

/// Runs `block(range, slot, out)` for every block, where `out` is that block's own copy of `zero`. Returns
/// the merged result, or `zero` itself when there are no rows.
template <class T, class Block, class Merge>
Result<T> reduce_blocks(Context& context, std::size_t n_rows, const T& zero, Block block, Merge merge) {
  std::vector<T> results(std::max<std::size_t>(1, block_count(n_rows)), zero);
  RF_TRY(context.workers.run(block_count(n_rows), [&](std::size_t i, std::uint32_t slot) -> Result<> {
    if (context.monitor.cancelled()) return context.monitor.check();
    block(block_range(n_rows, i), slot, results[i]);
    return {};
  }));
  merge_pairwise(results, merge);
  return std::move(results[0]);
}

}  // namespace rf::core
