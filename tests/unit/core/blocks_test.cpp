// SPDX-License-Identifier: MIT
#include "core/blocks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace rf::core {
namespace {

TEST(Blocks, CoverTheRowsWithoutOverlap) {
  EXPECT_EQ(block_count(0), 0u);
  EXPECT_EQ(block_count(1), 1u);
  EXPECT_EQ(block_count(kBlockRows), 1u);
  EXPECT_EQ(block_count(kBlockRows + 1), 2u);
  EXPECT_EQ(block_range(5000, 1).begin, 4096u);
  EXPECT_EQ(block_range(5000, 1).end, 5000u);
  EXPECT_EQ(block_range(5000, 1).size(), 904u);
}

std::string merged(std::size_t n) {
  std::vector<std::string> nodes;
  for (std::size_t i = 0; i < n; ++i) nodes.push_back(std::to_string(i));
  merge_pairwise(nodes, [](std::string& into, const std::string& from) { into = "(" + into + from + ")"; });
  return nodes[0];
}

TEST(MergePairwise, IsATreeOverAlignedPowersOfTwo) {
  EXPECT_EQ(merged(1), "0");
  EXPECT_EQ(merged(2), "(01)");
  EXPECT_EQ(merged(3), "((01)2)");
  EXPECT_EQ(merged(5), "(((01)(23))4)");
  EXPECT_EQ(merged(7), "(((01)(23))((45)6))");
  EXPECT_EQ(merged(8), "(((01)(23))((45)(67)))");
}

Result<double> sum_with(std::uint32_t n_threads, const std::vector<double>& values, Monitor& monitor) {
  Workers workers(n_threads);
  Context context{workers, monitor, best_kernels()};
  return reduce_blocks(
      context, values.size(), 0.0,
      [&](RowRange rows, std::uint32_t, double& out) {
        for (std::size_t i = rows.begin; i < rows.end; ++i) out += values[i];
      },
      [](double& into, double from) { into += from; });
}

TEST(ReduceBlocks, HasTheSameBitsForEveryNumberOfThreads) {
  std::mt19937_64 generator(1);
  std::vector<double> values(50 * kBlockRows + 77);
  for (double& value : values) value = static_cast<double>(static_cast<std::int64_t>(generator())) * 0x1p-40;
  Monitor monitor;
  const double one = *sum_with(1, values, monitor);
  for (const std::uint32_t n_threads : {2, 3, 7}) EXPECT_EQ(*sum_with(n_threads, values, monitor), one);
  double straight = 0;
  for (const double value : values) straight += value;
  EXPECT_NE(straight, one) << "values that no order of additions changes would prove nothing";
}

TEST(ReduceBlocks, GivesZeroWithoutRows) {
  Monitor monitor;
  EXPECT_EQ(*sum_with(3, {}, monitor), 0.0);
}

TEST(ReduceBlocks, StopsWhenCancelled) {
  const std::atomic<bool> cancel = true;
  MonitorHooks hooks;
  hooks.cancel = &cancel;
  Monitor monitor(hooks);
  EXPECT_EQ(sum_with(2, std::vector<double>(10), monitor).error().code, Code::kCancelled);
}

}  // namespace
}  // namespace rf::core
