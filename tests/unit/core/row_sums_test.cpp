// SPDX-License-Identifier: MIT
// The sums are those of the tree of core/blocks.hpp, bit by bit, for any number of threads and blocks.
#include "core/row_sums.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <vector>

namespace rf::core {
namespace {

struct Host {
  explicit Host(std::uint32_t n_threads, MonitorHooks hooks = {}) : workers(n_threads), monitor(hooks) {}
  Workers workers;
  Monitor monitor;
  Context context{workers, monitor, baseline_kernels()};
};

std::vector<double> sums_of(const std::vector<double>& values, std::uint32_t n_threads) {
  Host host(n_threads);
  auto result = sum_rows(host.context, values.size(), 2, [&](RowRange rows, std::uint32_t, double* sums) {
    for (std::size_t i = rows.begin; i < rows.end; ++i) sums[0] += values[i];
    sums[1] += static_cast<double>(rows.size());
  });
  return std::move(result).value();
}

double tree_sum(const std::vector<double>& values) {
  std::vector<double> blocks(std::max<std::size_t>(1, block_count(values.size())), 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) blocks[i / kBlockRows] += values[i];
  merge_pairwise(blocks, [](double& into, double from) { into += from; });
  return blocks[0];
}

TEST(RowSums, EqualTheTreeOfBlocksForEveryThreadCount) {
  std::mt19937_64 random(2);
  for (const std::size_t n_blocks : {1, 2, 3, 5, 8, 13, 37, 70}) {
    std::vector<double> values(n_blocks * kBlockRows - 5);
    for (double& value : values) value = static_cast<double>(random() >> 11) * 0x1p-52 - 1;
    const double expected = tree_sum(values);
    for (const std::uint32_t n_threads : {1u, 2u, 3u, 7u}) {
      const std::vector<double> sums = sums_of(values, n_threads);
      EXPECT_EQ(sums[0], expected) << n_blocks << " blocks, " << n_threads << " threads";
      EXPECT_EQ(sums[1], static_cast<double>(values.size()));
    }
  }
}

TEST(RowSums, NoRowsGiveZeros) {
  EXPECT_EQ(sums_of({}, 2), (std::vector<double>{0, 0}));
}

TEST(RowSums, ACancelledCallStops) {
  std::atomic<bool> cancel = true;
  MonitorHooks hooks;
  hooks.cancel = &cancel;
  Host host(2, hooks);
  const auto result = sum_rows(host.context, 10, 1, [](RowRange, std::uint32_t, double*) {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace rf::core
