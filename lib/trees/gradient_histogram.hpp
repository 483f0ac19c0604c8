// SPDX-License-Identifier: MIT
// Sums of gradients per feature and bin, from which boosting finds its splits. Rows are added 256 at a time.
// Their gradients are gathered once; then the features are processed in tiles. A tile's cells stay in a near
// cache, and its loop is unrolled. The cost is one load and one store per row and feature. A parent's
// histogram minus one child's is exactly the other child's (Ke et al., "LightGBM", NIPS 2017, section 2).
// tests/unit/trees/boosting_support.hpp counts the naive way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trees/bins.hpp"
#include "trees/gradient_sums.hpp"

namespace rf::trees {

/// Cells of one feature. A feature has at most this many bins, including the bin of missing values.
inline constexpr std::size_t kCellsPerFeature = 256;
/// Row lists must be readable for this many entries beyond their end, for prefetching. Those entries must be
/// row numbers.
inline constexpr std::size_t kRowListPadding = 32;

/// kCellsPerFeature cells per feature.
using GradientHistogram = std::vector<GradientSum>;

/// The number of rows per cell, laid out like the histogram.
using RowHistogram = std::vector<std::uint32_t>;

/// Which features are counted: all, or those of one tree (ascending).
struct CountedFeatures {
  std::vector<std::int32_t> numbers;
  bool all = true;
};

/// Cells for narrow sums, all 0 between calls.
using NarrowHistogram = std::vector<NarrowSum>;

/// Adds the rows to the histogram's cells of `features`. `scratch` belongs to the calling thread.
void add_rows(const Bins& bins, const CountedFeatures& features, std::span<const core::Sample> rows,
              const RowGradients& gradients, GradientHistogram& histogram, NarrowHistogram& scratch);
/// Returns the number of rows in each cell.
RowHistogram count_rows(const Bins& bins, const CountedFeatures& features,
                        std::span<const core::Sample> rows);
void clear(GradientHistogram& histogram);
void add(const GradientHistogram& from, GradientHistogram& to);
void subtract(const GradientHistogram& from, GradientHistogram& to);

}  // namespace rf::trees
