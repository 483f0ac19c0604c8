// SPDX-License-Identifier: MIT
// Two passes. The first finds cuts, one task per column, on a sorted sample. The second writes bytes, one
// task per block of rows in table order, by branch-free searches. Neither result depends on the number of
// threads. tests/unit/trees/bins_test.cpp pins both.
#include "trees/bins.hpp"

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
#include "core/row_order.hpp"

namespace rf::trees {
namespace {

constexpr std::size_t kLineBytes = 64;
/// This many rows are read at once. Their bins stay in the first-level cache while column after column is
/// binned.
constexpr std::size_t kTileRows = 256;

/// A row's width: a power of two up to a cache line, then whole lines.
std::size_t row_stride(std::size_t n_features) {
  if (n_features <= kLineBytes) return std::bit_ceil(std::max<std::size_t>(1, n_features));
  return (n_features + kLineBytes - 1) / kLineBytes * kLineBytes;
}

/// Number of rows of the table that `rows` are read from, as far as it is known: the largest row number plus
/// 1.
std::size_t table_rows(std::span<const core::TableRow> rows) {
  return rows.empty() ? 0 : std::size_t{number_of(*std::max_element(rows.begin(), rows.end()))} + 1;
}

struct Distinct {
  double value;
  std::uint64_t count;
};

/// Buffers of one thread. They are kept from column to column, so that their memory is touched for the first
/// time only once.
struct Scratch {
  std::vector<double> values;
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

/// Returns for each bin the position after its last distinct value. Each bin aims at an equal share of the
/// rows that are left. A value opens the next bin if taking it would overshoot the share by more than leaving
/// it out would undershoot it.
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
  if (is_sample) {  // values outside the sample may be anywhere between the cuts
    bins.lower.assign(1, -std::numeric_limits<double>::infinity());
    bins.lower.insert(bins.lower.end(), bins.cuts.begin(), bins.cuts.end());
    bins.upper = bins.cuts;
    bins.upper.push_back(std::numeric_limits<double>::infinity());
  }
  return bins;
}

core::Error not_finite(std::size_t feature, core::Sample sample) {
  return {core::Code::kNotFinite,
          "design column " + std::to_string(feature) + ", sample " + std::to_string(number_of(sample)) +
              ": expected a finite number, found one that is not",
          {}};
}

core::Error bad_level(std::size_t feature, core::Sample sample, std::int32_t n_levels) {
  return {core::Code::kInternal,
          "design column " + std::to_string(feature) + ", sample " + std::to_string(number_of(sample)) +
              ": expected a level number below " + std::to_string(n_levels) + ", found another number",
          {}};
}

core::Result<ColumnBins> bin_category(const TreeInput& input, std::size_t feature, std::uint32_t max_bins) {
  const std::int32_t n_levels = input.n_levels[feature];
  std::vector<std::uint64_t> counts(static_cast<std::size_t>(n_levels));
  std::array<double, kTileRows> levels;
  for (std::size_t begin = 0; begin < input.n_samples(); begin += kTileRows) {
    const std::size_t n = std::min(kTileRows, input.n_samples() - begin);
    input.read(feature, input.rows.subspan(begin, n), levels.data());
    for (std::size_t i = 0; i < n; ++i) {
      if (!(levels[i] >= 0 && levels[i] < n_levels))
        return bad_level(feature, static_cast<core::Sample>(begin + i), n_levels);
      ++counts[static_cast<std::size_t>(levels[i])];
    }
  }
  return bin_levels(counts, max_bins);
}

/// The samples that cuts are found on: all, or evenly spaced ones.
struct CutSamples {
  std::vector<core::TableRow> rows;   ///< ascending: cuts do not depend on the order
  std::vector<core::Sample> samples;  ///< of each row

  explicit CutSamples(std::span<const core::TableRow> all) {
    const std::size_t n = std::min(all.size(), kBinSampleRows);
    const auto chosen = [&](std::size_t i) {
      return all.size() <= kBinSampleRows ? i : i * all.size() / kBinSampleRows;
    };
    for (std::size_t i = 0; i < n; ++i) rows.push_back(all[chosen(i)]);
    core::RowOrder order = core::by_table_row(rows, table_rows(rows));
    rows = std::move(order.rows);
    for (std::size_t i = 0; i < n; ++i)
      samples.push_back(static_cast<core::Sample>(chosen(number_of(order.position(i)))));
  }
};

bool is_allowed(double value, MissingCells missing) {
  return std::isfinite(value) || (missing == MissingCells::kOwnBin && std::isnan(value));
}

/// One bin for every number, for a column without numbers among the rows looked at.
ColumnBins bin_nothing() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ColumnBins bins;
  bins.lower = {-kInfinity};
  bins.upper = {kInfinity};
  return bins;
}

core::Result<ColumnBins> bin_numeric(const TreeInput& input, std::size_t feature, const CutSamples& chosen,
                                     std::uint32_t max_bins, MissingCells missing, Scratch& scratch) {
  std::vector<double>& values = scratch.values;
  values.resize(chosen.rows.size());
  input.read(feature, chosen.rows, values.data());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_allowed(values[i], missing)) return not_finite(feature, chosen.samples[i]);
  if (missing == MissingCells::kOwnBin) std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return bin_nothing();
  return cut_values(values, max_bins, chosen.rows.size() < input.n_samples(), scratch);
}

core::Result<> cut_columns(const TreeInput& input, std::uint32_t max_bins, MissingCells missing,
                           std::vector<ColumnBins>& columns, core::Context& context) {
  const CutSamples chosen(input.rows);
  std::vector<Scratch> scratch(context.workers.n_threads());
  const auto cut = [&](std::size_t f, std::uint32_t slot) -> core::Result<> {
    if (context.monitor.cancelled()) return context.monitor.check();
    auto column = input.n_levels[f] > 0 ? bin_category(input, f, max_bins)
                                        : bin_numeric(input, f, chosen, max_bins, missing, scratch[slot]);
    if (!column) return std::move(column).error();
    columns[f] = std::move(*column);
    return {};
  };
  return context.workers.run(input.n_features(), cut);
}

/// Fills the bins. It reads the rows in table order and writes each to its place in the order of the input's
/// rows.
class Filler {
 public:
  Filler(const TreeInput& input, MissingCells missing, Bins& bins)
      : input_(input),
        missing_(missing),
        order_(core::by_table_row(input.rows, table_rows(input.rows))),
        any_missing_(input.n_features()),
        bins_(bins) {
    for (std::size_t f = 0; f < input.n_features(); ++f) searches_.emplace_back(bins.column(f).cuts);
  }

  core::Result<> fill(core::RowRange block) {
    std::array<double, kTileRows> values{};
    for (std::size_t begin = block.begin; begin < block.end; begin += kTileRows) {
      const core::RowRange tile{begin, std::min(block.end, begin + kTileRows)};
      const auto rows = std::span(order_.rows).subspan(tile.begin, tile.size());
      for (std::size_t f = 0; f < input_.n_features(); ++f) {
        input_.read(f, rows, values.data());
        if (bins_.column(f).is_category)
          fill_category(f, tile, values.data());
        else
          RF_TRY(fill_numeric(f, tile, values.data()));
      }
    }
    return {};
  }

  void note_missing() {
    for (std::size_t f = 0; f < any_missing_.size(); ++f)
      if (any_missing_[f]) bins_.set_has_missing(f);
  }

 private:
  std::uint8_t& bin(std::size_t i, std::size_t feature) { return bins_.row(order_.position(i))[feature]; }

  core::Result<> fill_numeric(std::size_t feature, core::RowRange tile, const double* values) {
    constexpr std::size_t kAbreast = core::CutSearch::kAbreast;
    std::array<double, kAbreast> group{};
    for (std::size_t begin = 0; begin < tile.size(); begin += kAbreast) {
      const std::size_t n = std::min(kAbreast, tile.size() - begin);
      bool all_finite = true;
      for (std::size_t i = 0; i < n; ++i) {
        group[i] = values[begin + i];
        all_finite &= std::isfinite(group[i]);
      }
      const std::array<std::uint32_t, kAbreast> below = searches_[feature].count_below(group);
      for (std::size_t i = 0; i < n; ++i)
        bin(tile.begin + begin + i, feature) = static_cast<std::uint8_t>(below[i]);
      if (all_finite) continue;
      for (std::size_t i = 0; i < n; ++i) {
        if (std::isfinite(group[i])) continue;
        const std::size_t at = tile.begin + begin + i;
        if (!is_allowed(group[i], missing_)) return not_finite(feature, order_.position(at));
        bin(at, feature) = static_cast<std::uint8_t>(bins_.column(feature).n_bins);
        any_missing_[feature] = true;
      }
    }
    return {};
  }

  void fill_category(std::size_t feature, core::RowRange tile, const double* levels) {
    const std::vector<std::uint8_t>& bin_of_level = bins_.column(feature).bin_of_level;
    for (std::size_t i = 0; i < tile.size(); ++i)
      bin(tile.begin + i, feature) = bin_of_level[static_cast<std::size_t>(levels[i])];
  }

  const TreeInput& input_;
  MissingCells missing_;
  core::RowOrder order_;
  std::vector<core::CutSearch> searches_;
  std::vector<std::atomic<bool>> any_missing_;
  Bins& bins_;
};

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
  // total order: the level number decides between equal counts
  std::sort(by_count.begin(), by_count.end(), [&](std::size_t a, std::size_t b) {
    return count_of_level[a] != count_of_level[b] ? count_of_level[a] > count_of_level[b] : a < b;
  });
  const std::uint8_t shared = static_cast<std::uint8_t>(max_bins - 1);
  std::fill(bins.bin_of_level.begin(), bins.bin_of_level.end(), shared);
  // total order: level numbers, each once
  std::sort(by_count.begin(), by_count.begin() + shared);
  for (std::uint8_t b = 0; b < shared; ++b) bins.bin_of_level[by_count[b]] = b;
  return bins;
}

core::Result<Bins> make_bins(const TreeInput& input, std::uint32_t max_bins, core::Context& context,
                             MissingCells missing) {
  std::vector<ColumnBins> columns(input.n_features());
  RF_TRY(cut_columns(input, max_bins, missing, columns, context));
  RF_ASSIGN(core::Reservation memory,
            core::Reservation::of(context.budget, Bins::memory_bytes(input.n_samples(), input.n_features()),
                                  "the binned rows"));
  Bins bins(std::move(columns), input.n_samples());
  bins.hold(std::move(memory));
  RF_ASSIGN(
      const core::Reservation order_memory,
      core::Reservation::of(context.budget, std::uint64_t{2} * sizeof(core::TableRow) * input.n_samples(),
                            "the order the rows are read in"));
  Filler filler(input, missing, bins);
  const auto fill_block = [&](std::size_t block, std::uint32_t) -> core::Result<> {
    RF_TRY(context.monitor.check());
    return filler.fill(core::block_range(input.n_samples(), block));
  };
  RF_TRY(context.workers.run(core::block_count(input.n_samples()), fill_block));
  filler.note_missing();
  return bins;
}

}  // namespace rf::trees
