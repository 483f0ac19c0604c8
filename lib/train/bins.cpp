// SPDX-License-Identifier: MIT
// Two passes: cuts, one task per group of columns on a sorted sample; then bytes, one task per block of rows,
// by branch-free searches. Neither depends on the number of threads. tests/unit/train/bins_test.cpp pins
// both.
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
#include "core/cut_search.hpp"
#include "core/radix_sort.hpp"

namespace rf::train {
namespace {

constexpr std::size_t kLineBytes = 64;
/// Columns that are read together: as many numbers as a cache line holds.
constexpr std::size_t kColumnsAtOnce = kLineBytes / sizeof(double);
/// Rows whose numbers stay in the second-level cache while column after column is binned.
constexpr std::size_t kTileRows = 256;

/// A row's width: a power of two up to a cache line, then whole lines.
std::size_t row_stride(std::size_t n_features) {
  if (n_features <= kLineBytes) return std::bit_ceil(std::max<std::size_t>(1, n_features));
  return (n_features + kLineBytes - 1) / kLineBytes * kLineBytes;
}

struct Distinct {
  double value;
  std::uint64_t count;
};

/// What a thread works with, kept from column to column so that memory is touched for the first time once.
struct Scratch {
  std::array<std::vector<double>, kColumnsAtOnce> values;
  std::vector<std::uint64_t> sorting;
  std::vector<Distinct> distinct;
};

void find_distinct(std::span<const double> sorted, std::vector<Distinct>& distinct) {
  distinct.clear();
  for (const double value : sorted) {
    if (distinct.empty() || distinct.back().value != value) distinct.push_back({value, 0});
    ++distinct.back().count;
  }
}

/// For each bin the position after its last distinct value. Each bin aims at an equal share of the rows that
/// are left; a value that would overshoot the share by more than leaving it out undershoots opens the next
/// bin.
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

/// Sorts `values`.
ColumnBins cut_values(std::span<double> values, std::uint32_t max_bins, bool is_sample, Scratch& scratch) {
  for (double& value : values) value += 0.0;  // -0 becomes 0, so that equal values are the same value
  core::sort_numbers(values, scratch.sorting);
  find_distinct(values, scratch.distinct);
  const std::vector<Distinct>& distinct = scratch.distinct;
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

/// The row of the table that is number i of those that cuts are found on.
std::size_t sampled_row(std::size_t i, std::size_t n_rows) {
  return n_rows <= kBinSampleRows ? i : i * n_rows / kBinSampleRows;
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

/// The features that one task cuts; their numbers lie beside each other in a sample.
struct ColumnGroup {
  std::size_t begin;
  std::size_t end;
};

/// Reads the group's numbers of the rows looked at, in one pass over them.
void gather(const core::SampleView& x, ColumnGroup group, Scratch& scratch) {
  const std::size_t n_sampled = std::min(x.n_samples, kBinSampleRows);
  for (std::size_t f = group.begin; f < group.end; ++f) scratch.values[f - group.begin].resize(n_sampled);
  for (std::size_t i = 0; i < n_sampled; ++i) {
    const double* const sample = x.sample(sampled_row(i, x.n_samples));
    for (std::size_t f = group.begin; f < group.end; ++f) scratch.values[f - group.begin][i] = sample[f];
  }
}

/// `values` are the column's numbers of the rows looked at.
core::Result<ColumnBins> bin_numeric(const core::SampleView& x, std::size_t feature, std::uint32_t max_bins,
                                     MissingCells missing, std::vector<double>& values, Scratch& scratch) {
  const bool is_sample = values.size() < x.n_samples;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_allowed(values[i], missing)) return not_finite(feature, sampled_row(i, x.n_samples));
  if (missing == MissingCells::kOwnBin) std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return bin_nothing();
  return cut_values(values, max_bins, is_sample, scratch);
}

core::Result<> cut_columns(const core::SampleView& x, std::span<const std::int32_t> n_levels,
                           std::uint32_t max_bins, MissingCells missing, std::vector<ColumnBins>& columns,
                           core::Context& context) {
  std::vector<Scratch> scratch(context.workers.n_threads());
  const auto cut_group = [&](std::size_t number, std::uint32_t slot) -> core::Result<> {
    const ColumnGroup group{number * kColumnsAtOnce, std::min(x.n_features, (number + 1) * kColumnsAtOnce)};
    gather(x, group, scratch[slot]);
    for (std::size_t f = group.begin; f < group.end; ++f) {
      if (context.monitor.cancelled()) return context.monitor.check();
      auto column = n_levels[f] > 0 ? bin_category(x, f, n_levels[f], max_bins)
                                    : bin_numeric(x, f, max_bins, missing,
                                                  scratch[slot].values[f - group.begin], scratch[slot]);
      if (!column) return std::move(column).error();
      columns[f] = std::move(*column);
    }
    return {};
  };
  return context.workers.run((x.n_features + kColumnsAtOnce - 1) / kColumnsAtOnce, cut_group);
}

/// Bin numbers of one numeric column for some rows; `any_missing` is set where one of them has no value.
core::Result<> fill_numeric(const core::SampleView& x, std::size_t feature, const core::CutSearch& cuts,
                            core::RowRange rows, MissingCells missing, Bins& bins,
                            std::atomic<bool>& any_missing) {
  constexpr std::size_t kAbreast = core::CutSearch::kAbreast;
  std::array<double, kAbreast> values{};
  for (std::size_t begin = rows.begin; begin < rows.end; begin += kAbreast) {
    const std::size_t n = std::min(kAbreast, rows.end - begin);
    bool all_finite = true;
    for (std::size_t i = 0; i < n; ++i) {
      values[i] = x.sample(begin + i)[feature];
      all_finite &= std::isfinite(values[i]);
    }
    const std::array<std::uint32_t, kAbreast> below = cuts.count_below(values);
    for (std::size_t i = 0; i < n; ++i) bins.row(begin + i)[feature] = static_cast<std::uint8_t>(below[i]);
    if (all_finite) continue;
    for (std::size_t i = 0; i < n; ++i) {
      if (std::isfinite(values[i])) continue;
      if (!is_allowed(values[i], missing)) return not_finite(feature, begin + i);
      bins.row(begin + i)[feature] = static_cast<std::uint8_t>(bins.column(feature).n_bins);
      any_missing = true;
    }
  }
  return {};
}

void fill_category(const core::SampleView& x, std::size_t feature, core::RowRange rows, Bins& bins) {
  const std::vector<std::uint8_t>& bin_of_level = bins.column(feature).bin_of_level;
  for (std::size_t i = rows.begin; i < rows.end; ++i)
    bins.row(i)[feature] = bin_of_level[static_cast<std::size_t>(x.sample(i)[feature])];
}

}  // namespace

Bins::Bins(std::vector<ColumnBins> columns, std::size_t n_rows)
    : columns_(std::move(columns)),
      n_rows_(n_rows),
      stride_(row_stride(columns_.size())),
      lines_((n_rows * stride_ + kLineBytes - 1) / kLineBytes) {}

std::uint64_t Bins::memory_bytes(std::size_t n_rows, std::size_t n_features) {
  return std::uint64_t{n_rows} * row_stride(n_features);
}

double threshold_between(double low, double high) {
  const double middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

ColumnBins cut_numeric(std::span<double> values, std::uint32_t max_bins, bool is_sample) {
  Scratch scratch;
  return cut_values(values, max_bins, is_sample, scratch);
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
  RF_TRY(cut_columns(x, n_levels, max_bins, missing, columns, context));
  std::vector<core::CutSearch> searches;
  for (const ColumnBins& column : columns) searches.emplace_back(column.cuts);

  RF_ASSIGN(core::Reservation memory,
            core::Reservation::of(context.budget, Bins::memory_bytes(x.n_samples, x.n_features),
                                  "the binned rows"));
  Bins bins(std::move(columns), x.n_samples);
  bins.hold(std::move(memory));
  std::vector<std::atomic<bool>> any_missing(x.n_features);
  const auto fill_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    const core::RowRange rows = core::block_range(x.n_samples, block);
    for (std::size_t begin = rows.begin; begin < rows.end; begin += kTileRows) {
      const core::RowRange tile{begin, std::min(rows.end, begin + kTileRows)};
      for (std::size_t f = 0; f < x.n_features; ++f) {
        if (bins.column(f).is_category) {
          fill_category(x, f, tile, bins);
          continue;
        }
        if (auto filled = fill_numeric(x, f, searches[f], tile, missing, bins, any_missing[f]); !filled)
          return filled;
      }
    }
    return {};
  };
  RF_TRY(context.workers.run(core::block_count(x.n_samples), fill_block));
  for (std::size_t feature = 0; feature < x.n_features; ++feature)
    if (any_missing[feature]) bins.set_has_missing(feature);
  return bins;
}

}  // namespace rf::train
