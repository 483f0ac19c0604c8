// SPDX-License-Identifier: MIT
// Sums of gradients per feature and bin: what the split search of boosting looks at. Rows are taken 256 at a
// time: their gradients are gathered once, then the features pass in tiles whose cells stay close to the
// core, a tile's loop unrolled. The cost is one load and one store per row and feature. A parent's histogram
// minus one child's is the other child's, exactly (Ke et al., "LightGBM", NIPS 2017, section 2).
// tests/unit/trees/boosting_support.hpp counts the naive way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trees/bins.hpp"
#include "trees/gradient_sums.hpp"

namespace rf::trees {

/// Cells of one feature; bins and the bin of missing values number at most this many.
inline constexpr std::size_t kCellsPerFeature = 256;
/// Row lists must be readable this far beyond their end, for prefetching; what stands there must be row
/// numbers.
inline constexpr std::size_t kRowListPadding = 32;

/// kCellsPerFeature cells per feature.
using GradientHistogram = std::vector<GradientSum>;

/// Rows per cell, laid out like the histogram.
using RowHistogram = std::vector<std::uint32_t>;

/// Which features are counted: all, or those of one tree (ascending).
struct CountedFeatures {
  std::vector<std::int32_t> numbers;
  bool all = true;
};

/// Cells for narrow sums, all 0 between calls.
using NarrowHistogram = std::vector<NarrowSum>;

/// Adds the rows to the histogram's cells of the features. `scratch` is the calling thread's own.
void add_rows(const Bins& bins, const CountedFeatures& features, std::span<const std::uint32_t> rows,
              const RowGradients& gradients, GradientHistogram& histogram, NarrowHistogram& scratch);
/// The number of rows in each cell.
RowHistogram count_rows(const Bins& bins, const CountedFeatures& features,
                        std::span<const std::uint32_t> rows);
void clear(GradientHistogram& histogram);
void add(const GradientHistogram& from, GradientHistogram& to);
void subtract(const GradientHistogram& from, GradientHistogram& to);

}  // namespace rf::trees
