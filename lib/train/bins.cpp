// SPDX-License-Identifier: MIT
// Two passes: cuts, one task per column on a sorted sample; then bytes, one task per block of rows, by a
// branch-free search of 8 steps. Neither depends on the number of threads.
// tests/unit/train/bins_test.cpp pins both.
#include "train/bins.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/blocks.hpp"

namespace rf::train {
namespace {

constexpr std::size_t kLineBytes = 64;

/// A row's width: a power of two up to a cache line, then whole lines.
std::size_t row_stride(std::size_t n_features) {
  if (n_features <= kLineBytes) return std::bit_ceil(std::max<std::size_t>(1, n_features));
  return (n_features + kLineBytes - 1) / kLineBytes * kLineBytes;
}

struct Distinct {
  double value;
  std::uint64_t count;
};

std::vector<Distinct> distinct_values(std::span<const double> sorted) {
  std::vector<Distinct> distinct;
  for (const double value : sorted) {
    if (distinct.empty() || distinct.back().value != value) distinct.push_back({value, 0});
    ++distinct.back().count;
  }
  return distinct;
}

/// For each bin the position after its last distinct value. Each bin aims at an equal share of the rows that
/// are left; a value that would overshoot the share by more than leaving it out undershoots opens the next bin.
std::vector<std::size_t> bin_ends(const std::vector<Distinct>& distinct, std::uint32_t max_bins) {
  std::vector<std::size_t> ends;
  if (distinct.size() <= max_bins) {
    ends.resize(distinct.size());
    std::iota(ends.begin(), ends.end(), std::size_t{1});
    return ends;
  }
  std::uint64_t rows_left = 0;
  for (const Distinct& d : distinct) rows_left += d.count;
  std::uint64_t bins_left = max_bins;
  std::uint64_t in_bin = 0;
  const auto close = [&](std::size_t end) {
    ends.push_back(end);
    rows_left -= in_bin;
    --bins_left;
    in_bin = 0;
  };
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const std::uint64_t count = distinct[i].count;
    if (in_bin > 0 && bins_left > 1 && (2 * in_bin + count) * bins_left > 2 * rows_left) close(i);
    in_bin += count;
    if (bins_left > 1 && i + 1 < distinct.size() && in_bin * bins_left >= rows_left) close(i + 1);
  }
  close(distinct.size());
  return ends;
}

/// Number of cuts below x; `cuts` padded with infinity to 255. Each step halves the open range of 256 answers.
std::uint8_t bin_of(const std::array<double, 256>& cuts, double x) {
  std::uint32_t bin = 0;
  for (std::uint32_t step = 128; step > 0; step /= 2) bin += cuts[bin + step - 1] < x ? step : 0;
  return static_cast<std::uint8_t>(bin);
}

core::Error not_finite(std::size_t feature, std::size_t row) {
  return {core::Code::kNotFinite,
          "design column " + std::to_string(feature) + ", sample " + std::to_string(row) +
              ": expected a finite number, found one that is not",
          {}};
}

core::Error bad_level(std::size_t feature, std::size_t row, std::int32_t n_levels) {
  return {core::Code::kInternal,
          "design column " + std::to_string(feature) + ", sample " + std::to_string(row) +
              ": expected a level number below " + std::to_string(n_levels) + ", found another number",
          {}};
}

core::Result<ColumnBins> bin_category(const core::SampleView& x, std::size_t feature, std::int32_t n_levels,
                                      std::uint32_t max_bins) {
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(n_levels));
  for (std::size_t i = 0; i < x.n_samples; ++i) {
    const double level = x.sample(i)[feature];
    if (!(level >= 0 && level < n_levels)) return bad_level(feature, i, n_levels);
    ++counts[static_cast<std::size_t>(level)];
  }
  return bin_levels(counts, max_bins);
}

bool is_allowed(double value, MissingCells missing) {
  return std::isfinite(value) || (missing == MissingCells::kOwnBin && std::isnan(value));
}

/// One bin for any number: the column has none among the rows looked at.
ColumnBins bin_nothing() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ColumnBins bins;
  bins.lower = {-kInfinity};
  bins.upper = {kInfinity};
  return bins;
}

core::Result<ColumnBins> bin_numeric(const core::SampleView& x, std::size_t feature, std::uint32_t max_bins,
                                     MissingCells missing, std::vector<double>& values) {
  const std::size_t n_sampled = std::min(x.n_samples, kBinSampleRows);
  values.clear();
  for (std::size_t i = 0; i < n_sampled; ++i) {
    const std::size_t row = n_sampled == x.n_samples ? i : i * x.n_samples / n_sampled;
    const double value = x.sample(row)[feature];
    if (!is_allowed(value, missing)) return not_finite(feature, row);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return bin_nothing();
  return cut_numeric(values, max_bins, n_sampled < x.n_samples);
}

/// Bin numbers of one column for a block of rows; `any_missing` is set where one of them has no value.
core::Result<> fill_column(const core::SampleView& x, std::size_t feature, core::RowRange rows, MissingCells missing,
                           Bins& bins, std::atomic<bool>& any_missing) {
  const ColumnBins& column = bins.column(feature);
  if (column.is_category) {
    for (std::size_t i = rows.begin; i < rows.end; ++i)
      bins.row(i)[feature] = column.bin_of_level[static_cast<std::size_t>(x.sample(i)[feature])];
    return {};
  }
  std::array<double, 256> cuts;
  cuts.fill(std::numeric_limits<double>::infinity());
  std::copy(column.cuts.begin(), column.cuts.end(), cuts.begin());
  for (std::size_t i = rows.begin; i < rows.end; ++i) {
    const double value = x.sample(i)[feature];
    if (!std::isfinite(value)) {
      if (!is_allowed(value, missing)) return not_finite(feature, i);
      bins.row(i)[feature] = static_cast<std::uint8_t>(column.n_bins);
      any_missing = true;
      continue;
    }
    bins.row(i)[feature] = bin_of(cuts, value);
  }
  return {};
}

}  // namespace

Bins::Bins(std::vector<ColumnBins> columns, std::size_t n_rows)
    : columns_(std::move(columns)),
      n_rows_(n_rows),
      stride_(row_stride(columns_.size())),
      lines_((n_rows * stride_ + kLineBytes - 1) / kLineBytes) {}

double threshold_between(double low, double high) {
  const double middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

ColumnBins cut_numeric(std::span<double> values, std::uint32_t max_bins, bool is_sample) {
  for (double& value : values) value += 0.0;  // -0 becomes 0, so that equal values are the same value
  std::sort(values.begin(), values.end());
  const std::vector<Distinct> distinct = distinct_values(values);
  const std::vector<std::size_t> ends = bin_ends(distinct, max_bins);

  ColumnBins bins;
  bins.n_bins = static_cast<std::uint32_t>(ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    bins.lower.push_back(distinct[begin].value);
    bins.upper.push_back(distinct[end - 1].value);
    begin = end;
  }
  for (std::size_t b = 0; b + 1 < ends.size(); ++b)
    bins.cuts.push_back(threshold_between(bins.upper[b], bins.lower[b + 1]));
  if (is_sample) {  // rows outside the sample may lie anywhere between the cuts
    bins.lower.assign(1, -std::numeric_limits<double>::infinity());
    bins.lower.insert(bins.lower.end(), bins.cuts.begin(), bins.cuts.end());
    bins.upper = bins.cuts;
    bins.upper.push_back(std::numeric_limits<double>::infinity());
  }
  return bins;
}

ColumnBins bin_levels(std::span<const std::uint64_t> count_of_level, std::uint32_t max_bins) {
  const std::size_t n_levels = count_of_level.size();
  ColumnBins bins;
  bins.is_category = true;
  bins.n_bins = static_cast<std::uint32_t>(std::min<std::size_t>(n_levels, max_bins));
  bins.bin_of_level.resize(n_levels);
  if (n_levels <= max_bins) {
    std::iota(bins.bin_of_level.begin(), bins.bin_of_level.end(), std::uint8_t{0});
    return bins;
  }
  std::vector<std::size_t> by_count(n_levels);
  std::iota(by_count.begin(), by_count.end(), std::size_t{0});
  std::sort(by_count.begin(), by_count.end(), [&](std::size_t a, std::size_t b) {
    return count_of_level[a] != count_of_level[b] ? count_of_level[a] > count_of_level[b] : a < b;
  });
  const std::uint8_t shared = static_cast<std::uint8_t>(max_bins - 1);
  std::fill(bins.bin_of_level.begin(), bins.bin_of_level.end(), shared);
  std::sort(by_count.begin(), by_count.begin() + shared);
  for (std::uint8_t b = 0; b < shared; ++b) bins.bin_of_level[by_count[b]] = b;
  return bins;
}

core::Result<Bins> make_bins(const core::SampleView& x, std::span<const std::int32_t> n_levels,
                             std::uint32_t max_bins, core::Context& context, MissingCells missing) {
  std::vector<ColumnBins> columns(x.n_features);
  std::vector<std::vector<double>> scratch(context.workers.n_threads());
  const auto cut_column = [&](std::size_t feature, std::uint32_t slot) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const std::int32_t levels = n_levels[feature];
    RF_ASSIGN(columns[feature], levels > 0 ? bin_category(x, feature, levels, max_bins)
                                           : bin_numeric(x, feature, max_bins, missing, scratch[slot]));
    return {};
  };
  RF_TRY(context.workers.run(x.n_features, cut_column));

  Bins bins(std::move(columns), x.n_samples);
  std::vector<std::atomic<bool>> any_missing(x.n_features);
  const auto fill_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    for (std::size_t feature = 0; feature < x.n_features; ++feature)
      RF_TRY(fill_column(x, feature, core::block_range(x.n_samples, block), missing, bins, any_missing[feature]));
    return {};
  };
  RF_TRY(context.workers.run(core::block_count(x.n_samples), fill_block));
  for (std::size_t feature = 0; feature < x.n_features; ++feature)
    if (any_missing[feature]) bins.set_has_missing(feature);
  return bins;
}

}  // namespace rf::train
