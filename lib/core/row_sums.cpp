// SPDX-License-Identifier: MIT
// A subtree is summed like a binary counter: a finished block enters at level 0, and two sums of equal level
// merge into one of the next level. tests/unit/core/row_sums_test.cpp compares with core::merge_pairwise bit
// by bit.
#include "core/row_sums.hpp"

#include "core/mutant.hpp"

namespace rf::core {
namespace {

void add(std::vector<double>& into, const std::vector<double>& from) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

/// Partial sums of a range of blocks; levels decrease from front to back.
class SubtreeSum {
 public:
  explicit SubtreeSum(std::size_t size) : size_(size) {}

  std::vector<double> fresh() {
    if (spare_.empty()) return std::vector<double>(size_, 0.0);
    std::vector<double> sums = std::move(spare_.back());
    spare_.pop_back();
    std::fill(sums.begin(), sums.end(), 0.0);
    return sums;
  }

  void push(std::vector<double> sums) {
    std::size_t level = 0;
    while (!open_.empty() && open_.back().level == level) {
      add(open_.back().sums, sums);
      spare_.push_back(std::move(sums));
      sums = std::move(open_.back().sums);
      open_.pop_back();
      ++level;
    }
    open_.push_back({level, std::move(sums)});
  }

  std::vector<double> finish() {
    while (open_.size() > 1) {
      add(open_[open_.size() - 2].sums, open_.back().sums);
      open_.pop_back();
    }
    return std::move(open_.front().sums);
  }

 private:
  struct Open {
    std::size_t level;
    std::vector<double> sums;
  };
  std::size_t size_;
  std::vector<Open> open_;
  std::vector<std::vector<double>> spare_;
};

/// Blocks per task: the smallest power of two that leaves at most eight tasks per thread.
std::size_t blocks_per_task(std::size_t n_blocks, std::uint32_t n_threads) {
  std::size_t n = 1;
  while ((n_blocks + n - 1) / n > std::size_t{8} * n_threads) n *= 2;
  return n;
}

}  // namespace

core::Result<std::vector<double>> sum_rows(core::Context& context, std::size_t n_rows, std::size_t size,
                                           const BlockSum& block) {
  const std::size_t n_blocks = core::block_count(n_rows);
  if (n_blocks == 0) return std::vector<double>(size, 0.0);
  const std::uint32_t n_threads = context.workers.n_threads();
  const std::size_t per_task = RF_MUTANT(blocks_shared_by_threads, blocks_per_task(n_blocks, n_threads),
                                         (n_blocks + n_threads - 1) / n_threads);
  std::vector<std::vector<double>> subtrees((n_blocks + per_task - 1) / per_task);
  const auto sum_subtree = [&](std::size_t task, std::uint32_t slot) -> core::Result<> {
    SubtreeSum subtree(size);
    const std::size_t end = std::min(n_blocks, (task + 1) * per_task);
    for (std::size_t b = task * per_task; b < end; ++b) {
      RF_TRY(context.monitor.check());
      std::vector<double> sums = subtree.fresh();
      block(core::block_range(n_rows, b), slot, sums.data());
      subtree.push(std::move(sums));
    }
    subtrees[task] = subtree.finish();
    return {};
  };
  RF_TRY(context.workers.run(subtrees.size(), sum_subtree));
  core::merge_pairwise(subtrees, add);
  return std::move(subtrees[0]);
}

}  // namespace rf::core
