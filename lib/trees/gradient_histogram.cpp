// SPDX-License-Identifier: MIT
// Adds rows to three kinds of cells: counted sums, narrow sums (which are flushed into the histogram after at
// most kNarrowRows rows) and numbers of rows. All are integers, so the order of rows does not matter.
// tests/unit/trees/boosting_test.cpp compares with the naive implementation in boosting_support.hpp.
#include "trees/gradient_histogram.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rf::trees {
namespace {

constexpr std::size_t kBlock = 256;     ///< rows whose gradients are gathered at a time
constexpr std::size_t kMostWidth = 16;  ///< features of a tile: 64 KB of cells
constexpr std::size_t kPrefetch = 24;   ///< rows ahead
/// Below this many rows, emptying the narrow cells costs more than they save.
constexpr std::size_t kFewestNarrowRows = 1024;

static_assert(kPrefetch <= kRowListPadding);

/// A GradientSum as one register.
using Pair = std::int64_t __attribute__((vector_size(16), may_alias));
static_assert(sizeof(Pair) == sizeof(GradientSum));

template <class Cell>
struct Tile {
  const std::uint8_t* bins;  ///< of row 0, at the tile's first feature
  std::size_t stride;
  const core::Sample* rows;
  std::size_t n_rows;
  const Cell* gradients;  ///< in the order of `rows`
  Cell* cells;            ///< of the tile's first feature
};

template <class Cell, std::size_t kWidth>
void add_tile(const Tile<Cell>& tile) {
  for (std::size_t i = 0; i < tile.n_rows; ++i) {
    const std::uint8_t* const bin = tile.bins + number_of(tile.rows[i]) * tile.stride;
    // Not past the rows at hand: what follows may belong to a node that another thread is parting.
    __builtin_prefetch(tile.bins +
                       number_of(tile.rows[std::min(i + kPrefetch, tile.n_rows - 1)]) * tile.stride);
    const Cell gradient = tile.gradients[i];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < kWidth; ++c) tile.cells[c * kCellsPerFeature + bin[c]] += gradient;
  }
}

template <class Cell, std::size_t... kWidths>
void add_tile_of(std::size_t width, const Tile<Cell>& tile, std::index_sequence<kWidths...>) {
  static constexpr void (*kFunctions[])(const Tile<Cell>&) = {add_tile<Cell, kWidths + 1>...};
  kFunctions[width - 1](tile);
}

/// For a tree that uses only some features, which may be far apart.
template <class Cell>
void add_listed(const Tile<Cell>& tile, std::span<const std::int32_t> features) {
  for (std::size_t i = 0; i < tile.n_rows; ++i) {
    const std::uint8_t* const bin = tile.bins + number_of(tile.rows[i]) * tile.stride;
    // Not past the rows at hand: what follows may belong to a node that another thread is parting.
    __builtin_prefetch(tile.bins +
                       number_of(tile.rows[std::min(i + kPrefetch, tile.n_rows - 1)]) * tile.stride);
    const Cell gradient = tile.gradients[i];
    for (const std::int32_t f : features)
      tile.cells[static_cast<std::size_t>(f) * kCellsPerFeature + bin[f]] += gradient;
  }
}

bool are_consecutive(const core::Sample* rows, std::size_t n) {
  return number_of(rows[n - 1]) - number_of(rows[0]) == n - 1;
}

/// Adds rows to cells. gathered(rows, n, out) fetches the gradients of n rows. direct(row) points to those of
/// consecutive rows from `row` on, or is null.
template <class Cell, class Gathered, class Direct>
void add_all(const Bins& bins, const CountedFeatures& features, std::span<const core::Sample> rows,
             Cell* cells, Gathered gathered, Direct direct) {
  const std::size_t n_features = features.all ? bins.n_features() : features.numbers.size();
  const std::size_t n_tiles = (n_features + kMostWidth - 1) / kMostWidth;
  const std::size_t width = (n_features + n_tiles - 1) / n_tiles;
  alignas(64) Cell own[kBlock];
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const std::size_t n = std::min(kBlock, rows.size() - begin);
    Tile<Cell> tile{bins.row(core::Sample{0}), bins.stride(), rows.data() + begin, n, own, cells};
    const Cell* const in_place = are_consecutive(tile.rows, n) ? direct(tile.rows[0]) : nullptr;
    if (in_place != nullptr)
      tile.gradients = in_place;
    else
      gathered(tile.rows, n, own);
    for (std::size_t first = 0; first < n_features; first += width) {
      const std::size_t count = std::min(width, n_features - first);
      if (!features.all) {
        add_listed(tile, std::span(features.numbers).subspan(first, count));
        continue;
      }
      tile.bins = bins.row(core::Sample{0}) + first;
      tile.cells = cells + first * kCellsPerFeature;
      add_tile_of(count, tile, std::make_index_sequence<kMostWidth>{});
    }
  }
}

/// Adds the narrow sums to the histogram and sets them to 0.
void flush(const Bins& bins, const CountedFeatures& features, NarrowHistogram& scratch,
           GradientHistogram& histogram) {
  const std::size_t n_features = features.all ? bins.n_features() : features.numbers.size();
  for (std::size_t i = 0; i < n_features; ++i) {
    const std::size_t feature = features.all ? i : static_cast<std::size_t>(features.numbers[i]);
    const ColumnBins& column = bins.column(feature);
    const std::size_t first = feature * kCellsPerFeature;
    const std::size_t end = first + column.n_bins + (column.has_missing ? 1 : 0);
    for (std::size_t cell = first; cell < end; ++cell)
      histogram[cell] += widened(std::exchange(scratch[cell], 0));
  }
}

void add_narrow(const Bins& bins, const CountedFeatures& features, std::span<const core::Sample> rows,
                const NarrowSum* gradients, GradientHistogram& histogram, NarrowHistogram& scratch) {
  scratch.resize(histogram.size());
  for (std::size_t begin = 0; begin < rows.size(); begin += kNarrowRows) {
    const auto some = rows.subspan(begin, std::min(kNarrowRows, rows.size() - begin));
    add_all(
        bins, features, some, scratch.data(),
        [&](const core::Sample* wanted, std::size_t n, NarrowSum* out) {
          for (std::size_t i = 0; i < n; ++i) {
            __builtin_prefetch(gradients + number_of(wanted[std::min(i + kRowListPadding, n - 1)]));
            out[i] = gradients[number_of(wanted[i])];
          }
        },
        [&](core::Sample row) { return gradients + number_of(row); });
    flush(bins, features, scratch, histogram);
  }
}

}  // namespace

void add_rows(const Bins& bins, const CountedFeatures& features, std::span<const core::Sample> rows,
              const RowGradients& gradients, GradientHistogram& histogram, NarrowHistogram& scratch) {
  Pair* const cells = reinterpret_cast<Pair*>(histogram.data());
  const auto* counted = reinterpret_cast<const Pair*>(gradients.counted.data());
  if (gradients.narrow.empty()) {
    add_all(
        bins, features, rows, cells,
        [&](const core::Sample* wanted, std::size_t n, Pair* out) {
          for (std::size_t i = 0; i < n; ++i) out[i] = counted[number_of(wanted[i])];
        },
        [&](core::Sample row) { return counted + number_of(row); });
  } else if (rows.size() >= kFewestNarrowRows) {
    add_narrow(bins, features, rows, gradients.narrow.data(), histogram, scratch);
  } else {
    add_all(
        bins, features, rows, cells,
        [&](const core::Sample* wanted, std::size_t n, Pair* out) {
          for (std::size_t i = 0; i < n; ++i) {
            const GradientSum sum = widened(gradients.narrow[number_of(wanted[i])]);
            out[i] = Pair{sum.gradient, sum.hessian_and_count};
          }
        },
        [](core::Sample) { return static_cast<const Pair*>(nullptr); });
  }
}

RowHistogram count_rows(const Bins& bins, const CountedFeatures& features,
                        std::span<const core::Sample> rows) {
  RowHistogram counts(bins.n_features() * kCellsPerFeature);
  add_all(
      bins, features, rows, counts.data(),
      [](const core::Sample*, std::size_t n, std::uint32_t* out) { std::fill_n(out, n, 1U); },
      [](core::Sample) { return static_cast<const std::uint32_t*>(nullptr); });
  return counts;
}

void clear(GradientHistogram& histogram) {
  std::fill(histogram.begin(), histogram.end(), GradientSum{});
}

void add(const GradientHistogram& from, GradientHistogram& to) {
  assert(from.size() == to.size());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

void subtract(const GradientHistogram& from, GradientHistogram& to) {
  assert(from.size() == to.size());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] -= from[i];
}

}  // namespace rf::trees
