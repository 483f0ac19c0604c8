// SPDX-License-Identifier: MIT
// The sums are those of the tree of core/blocks.hpp, bit by bit, for any number of threads and blocks.
#include "train/row_sums.hpp"

#include "unit/train/linear_support.hpp"

namespace rf::train {
namespace {

using namespace test;

std::vector<double> sums_of(const std::vector<double>& values, std::uint32_t n_threads) {
  Harness harness(n_threads);
  auto result =
      sum_rows(harness.context, values.size(), 2, [&](core::RowRange rows, std::uint32_t, double* sums) {
        for (std::size_t i = rows.begin; i < rows.end; ++i) sums[0] += values[i];
        sums[1] += static_cast<double>(rows.size());
      });
  return std::move(result).value();
}

double tree_sum(const std::vector<double>& values) {
  std::vector<double> blocks(std::max<std::size_t>(1, core::block_count(values.size())), 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) blocks[i / core::kBlockRows] += values[i];
  core::merge_pairwise(blocks, [](double& into, double from) { into += from; });
  return blocks[0];
}

TEST(RowSums, EqualTheTreeOfBlocksForEveryThreadCount) {
  Random random(2);
  for (const std::size_t n_blocks : {1, 2, 3, 5, 8, 13, 37, 70}) {
    std::vector<double> values(n_blocks * core::kBlockRows - 5);
    for (double& value : values) value = random.uniform();
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
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  Harness harness(2, hooks);
  const auto result = sum_rows(harness.context, 10, 1, [](core::RowRange, std::uint32_t, double*) {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kCancelled);
}

}  // namespace
}  // namespace rf::train
