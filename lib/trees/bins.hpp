// SPDX-License-Identifier: MIT
// Cuts columns into at most 255 bins, one byte per value, so that a split search counts instead of sorting. A
// numeric column with few distinct values gets one bin per value; then binned trees are exact trees. Greedy
// equal counts as in Ke et al., "LightGBM" (NIPS 2017), section 2. tests/unit/trees/bins_test.cpp pins it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "trees/tree_input.hpp"

namespace rf::trees {

/// Cuts are found on at most this many rows, evenly spaced; a constant of the numeric profile.
inline constexpr std::size_t kBinSampleRows = 200'000;

/// How one column is cut. Numeric: bin b holds the values x with lower[b] <= x <= upper[b]; lower is
/// exclusive if it equals the upper of the bin before. Category: bin_of_level[l].
struct ColumnBins {
  std::uint32_t n_bins = 1;
  std::vector<double> lower;  ///< numeric: n_bins; the first may be -infinity
  std::vector<double> upper;  ///< numeric: n_bins; the last may be infinity
  std::vector<double> cuts;   ///< numeric: n_bins - 1, ascending; x is in the first bin whose cut is >= x
  std::vector<std::uint8_t> bin_of_level;  ///< category: one per level; empty for numeric
  bool is_category = false;
  bool has_missing = false;  ///< numeric: bin number n_bins holds rows without a value
};

/// Bin numbers, sample by sample. The bytes of a sample are contiguous and never cross more cache lines than
/// needed.
class Bins {
 public:
  Bins(std::vector<ColumnBins> columns, std::size_t n_rows);

  std::size_t n_rows() const { return n_rows_; }
  std::size_t n_features() const { return columns_.size(); }
  const ColumnBins& column(std::size_t feature) const { return columns_[feature]; }
  const std::uint8_t* row(core::Sample i) const { return bytes() + number_of(i) * stride_; }
  std::size_t stride() const { return stride_; }  ///< bytes from one row to the next
  std::uint8_t* row(core::Sample i) {
    return reinterpret_cast<std::uint8_t*>(lines_.data()) + number_of(i) * stride_;
  }

  void set_has_missing(std::size_t feature) { columns_[feature].has_missing = true; }
  /// Returns the number of bytes that the bin numbers of n_rows rows and n_features features take.
  static std::uint64_t memory_bytes(std::size_t n_rows, std::size_t n_features);
  void hold(core::Reservation memory) { memory_ = std::move(memory); }

 private:
  struct alignas(64) Line {
    std::uint8_t bytes[64];
  };
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(lines_.data()); }

  std::vector<ColumnBins> columns_;
  std::size_t n_rows_;
  std::size_t stride_;
  std::vector<Line> lines_;
  core::Reservation memory_;
};

/// Returns the threshold between two numbers low < high: low/2 + high/2, which cannot overflow, or low if
/// that rounds to high. So low <= threshold < high. The same rule as in scikit-learn.
double threshold_between(double low, double high);

/// Cuts a numeric column. `values` (finite, any order, at least one) are those of all rows or, with
/// `is_sample`, of some rows. Sorts `values`.
ColumnBins cut_numeric(std::span<double> values, std::uint32_t max_bins, bool is_sample);

/// Bins the levels of a category: level l gets bin l. If there are more levels than max_bins, the max_bins -
/// 1 most frequent levels (ties: the lower level number) get bins in the order of their numbers, and all
/// other levels share the last bin.
ColumnBins bin_levels(std::span<const std::uint64_t> count_of_level, std::uint32_t max_bins);

/// How NaN in a numeric column is treated.
enum class MissingCells : std::uint8_t {
  kRefuse,  ///< NOT_FINITE
  kOwnBin,  ///< NaN gets a bin of its own, number n_bins of the column, after the others
};

/// Bins every column. max_bins in [2, 255], so that a bin number fits a byte. Errors: NOT_FINITE for a number
/// that is not finite, INTERNAL for a level number out of range.
core::Result<Bins> make_bins(const TreeInput& input, std::uint32_t max_bins, core::Context& context,
                             MissingCells missing = MissingCells::kRefuse);

}  // namespace rf::trees
