// SPDX-License-Identifier: MIT
#include "train/gradient_histogram.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace rf::train {
namespace {

constexpr std::size_t kBlock = 256;     ///< rows whose gradients are gathered at a time
constexpr std::size_t kMostWidth = 16;  ///< features of a tile: 64 KB of cells
constexpr std::size_t kPrefetch = 24;   ///< rows ahead

static_assert(kPrefetch <= kRowListPadding);

/// A GradientSum as one register.
using Pair = std::int64_t __attribute__((vector_size(16), may_alias));
static_assert(sizeof(Pair) == sizeof(GradientSum));

struct Tile {
  const std::uint8_t* bins;  ///< of row 0, at the tile's first feature
  std::size_t stride;
  const std::uint32_t* rows;
  std::size_t n_rows;
  const Pair* gradients;  ///< in the order of `rows`
  GradientSum* cells;     ///< of the tile's first feature
};

template <std::size_t kWidth>
void add_tile(const Tile& tile) {
  for (std::size_t i = 0; i < tile.n_rows; ++i) {
    const std::uint8_t* const bin = tile.bins + tile.rows[i] * tile.stride;
    __builtin_prefetch(tile.bins + tile.rows[i + kPrefetch] * tile.stride);
    const Pair gradient = tile.gradients[i];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < kWidth; ++c)
      *reinterpret_cast<Pair*>(tile.cells + c * kCellsPerFeature + bin[c]) += gradient;
  }
}

using AddTile = void (*)(const Tile&);

template <std::size_t... kWidths>
constexpr std::array<AddTile, sizeof...(kWidths)> tile_functions(std::index_sequence<kWidths...>) {
  return {add_tile<kWidths + 1>...};
}
constexpr auto kAddTile = tile_functions(std::make_index_sequence<kMostWidth>{});

/// Features far apart, for a tree that takes only some of them.
void add_listed(const Tile& tile, std::span<const std::int32_t> features) {
  for (std::size_t i = 0; i < tile.n_rows; ++i) {
    const std::uint8_t* const bin = tile.bins + tile.rows[i] * tile.stride;
    __builtin_prefetch(tile.bins + tile.rows[i + kPrefetch] * tile.stride);
    const Pair gradient = tile.gradients[i];
    for (const std::int32_t f : features)
      *reinterpret_cast<Pair*>(tile.cells + static_cast<std::size_t>(f) * kCellsPerFeature + bin[f]) += gradient;
  }
}

}  // namespace

void add_rows(const Bins& bins, const CountedFeatures& features, std::span<const std::uint32_t> rows,
              const GradientSum* gradients, GradientHistogram& histogram) {
  const std::size_t n_features = features.all ? bins.n_features() : features.numbers.size();
  const std::size_t n_tiles = (n_features + kMostWidth - 1) / kMostWidth;
  const std::size_t width = (n_features + n_tiles - 1) / n_tiles;
  alignas(64) Pair gathered[kBlock];
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const std::size_t n = std::min(kBlock, rows.size() - begin);
    Tile tile{bins.row(0), bins.stride(), rows.data() + begin, n, gathered, histogram.data()};
    for (std::size_t i = 0; i < n; ++i)
      gathered[i] = *reinterpret_cast<const Pair*>(gradients + tile.rows[i]);
    for (std::size_t first = 0; first < n_features; first += width) {
      const std::size_t count = std::min(width, n_features - first);
      if (!features.all) {
        add_listed(tile, std::span(features.numbers).subspan(first, count));
        continue;
      }
      tile.bins = bins.row(0) + first;
      tile.cells = histogram.data() + first * kCellsPerFeature;
      kAddTile[count - 1](tile);
    }
  }
}

void clear(GradientHistogram& histogram) { std::fill(histogram.begin(), histogram.end(), GradientSum{}); }

void add(const GradientHistogram& from, GradientHistogram& to) {
  assert(from.size() == to.size());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

void subtract(const GradientHistogram& from, GradientHistogram& to) {
  assert(from.size() == to.size());
  for (std::size_t i = 0; i < to.size(); ++i) to[i] -= from[i];
}

}  // namespace rf::train
