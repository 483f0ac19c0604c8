// SPDX-License-Identifier: MIT
// Counts, ranges and moments of each column, one column per task. Sums run over the present values in blocks
// of 4096 rows of 16 lanes, merged pairwise; values are first scaled by a power of two, so that no sum or
// square of finite values overflows or vanishes. Pinned by tests/unit/table/profile_test.cpp.
#include "table/profile.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/radix_sort.hpp"
#include "table/distinct_rows.hpp"

namespace rf::table {
namespace {

/// Sum of the values: blocks of kBlockRows by the 16-lane kernel, pairwise over block numbers.
double block_sum(const std::vector<double>& values, const core::Kernels& kernels) {
  std::vector<double> sums(std::max<std::size_t>(1, core::block_count(values.size())), 0.0);
  for (std::size_t block = 0; block < core::block_count(values.size()); ++block) {
    const core::RowRange range = core::block_range(values.size(), block);
    sums[block] = kernels.sum(values.data() + range.begin, range.size());
  }
  core::merge_pairwise(sums, [](double& into, double from) { into += from; });
  return sums[0];
}

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// Exponent e of |x| = m * 2^e with m in [1, 2). For a subnormal x the exponent of the smallest normal
/// number.
int exponent_of(double x) {
  const auto bits = static_cast<int>((std::bit_cast<std::uint64_t>(x) >> 52) & 0x7FF);
  return std::max(bits, 1) - 1023;
}

/// mean = sum x / n, std = sqrt(sum (x - mean)^2 / n), of x * 2^-e, then times 2^e.
NumericSummary summarise(std::vector<double> values, const core::Kernels& kernels) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  NumericSummary summary = {*low, *high, *low, 0};
  if (summary.min == summary.max) return summary;
  const double largest = std::max(std::fabs(summary.min), std::fabs(summary.max));
  const int exponent = std::clamp(exponent_of(largest), -1000, 1022);
  const double down = power_of_two(-exponent);
  const double up = power_of_two(exponent);
  const auto n = static_cast<double>(values.size());
  for (double& value : values) value *= down;
  const double mean = block_sum(values, kernels) / n;
  for (double& value : values) value = (value - mean) * (value - mean);
  // The mean is within the range of the values and the deviation is at most the largest magnitude; clamping
  // keeps rounding from exceeding these bounds.
  summary.mean = std::clamp(mean * up, summary.min, summary.max);
  summary.std = std::min(std::sqrt(block_sum(values, kernels) / n) * up, largest);
  return summary;
}

void profile_values(const NumericValues& column, const core::Kernels& kernels, ColumnProfile& profile) {
  std::vector<double> present;
  present.reserve(column.values.size());
  for (const double value : column.values) {
    if (value == value) present.push_back(value);
  }
  profile.missing = column.values.size() - present.size();
  if (present.empty()) return;
  profile.numeric = summarise(present, kernels);
  std::vector<std::uint64_t> scratch;
  core::sort_numbers(present, scratch);
  profile.distinct =
      static_cast<std::uint64_t>(std::unique(present.begin(), present.end()) - present.begin());
}

void list_levels(std::vector<LevelCount> counts, ColumnProfile& profile) {
  profile.distinct = counts.size();
  const std::size_t listed = std::min(counts.size(), kProfileLevels);
  // total order: the level decides between equal counts
  std::sort(counts.begin(), counts.end(), [](const LevelCount& a, const LevelCount& b) {
    return a.count != b.count ? a.count > b.count : a.level < b.level;
  });
  profile.other_levels = counts.size() - listed;
  counts.resize(listed);
  profile.levels = std::move(counts);
}

void profile_values(const BooleanValues& column, const core::Kernels&, ColumnProfile& profile) {
  std::uint64_t count[2] = {0, 0};
  for (const std::int8_t value : column.values) {
    value < 0 ? ++profile.missing : ++count[value];
  }
  std::vector<LevelCount> levels;
  if (count[0] > 0) levels.push_back({"false", count[0]});
  if (count[1] > 0) levels.push_back({"true", count[1]});
  list_levels(std::move(levels), profile);
}

void profile_values(const CategoryValues& column, const core::Kernels&, ColumnProfile& profile) {
  std::vector<LevelCount> levels;
  levels.reserve(column.levels.size());
  for (const std::string& level : column.levels) levels.push_back({level, 0});
  for (const std::int32_t code : column.codes) {
    code < 0 ? ++profile.missing : ++levels[static_cast<std::size_t>(code)].count;
  }
  list_levels(std::move(levels), profile);
}

}  // namespace

core::Result<std::vector<ColumnProfile>> profile_columns(const Table& table, core::Context& context) {
  std::vector<ColumnProfile> profiles(table.columns.size());
  const auto profile_column = [&](std::size_t j, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const Column& column = table.columns[j];
    profiles[j].name = column.name;
    profiles[j].kind = column.kind();
    std::visit([&](const auto& values) { profile_values(values, context.kernels, profiles[j]); },
               column.values);
    return {};
  };
  RF_TRY(context.workers.run(profiles.size(), profile_column));
  return profiles;
}

core::Result<std::uint64_t> count_duplicates_across(const Table& table, std::span<const std::size_t> columns,
                                                    std::span<const TableRow> train,
                                                    std::span<const TableRow> validation,
                                                    core::Context& context) {
  RF_ASSIGN(const DistinctRows known, DistinctRows::make(table, columns, train, context));
  std::vector<std::uint64_t> counts(core::block_count(validation.size()));
  const auto count_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    const core::RowRange range = core::block_range(validation.size(), block);
    std::uint64_t n_compared = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      RF_TRY(context.monitor.check());  // for each row, because a row may have a million cells
      counts[block] += known.holds(validation[i], n_compared) ? 1 : 0;
    }
    return {};
  };
  RF_TRY(context.workers.run(counts.size(), count_block));
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace rf::table
