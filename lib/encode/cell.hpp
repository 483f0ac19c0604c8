// SPDX-License-Identifier: MIT
// The number behind one table cell, and the standardised number a linear model sees.
// tests/unit/encode/encoder_test.cpp pins it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "encode/encoder.hpp"

namespace rf::encode {

/// Design level of a cell whose level training did not have.
inline constexpr std::int32_t kUnknown = -1;
/// Standardised values end here: training rows stay below the root of their number, and a value this far
/// outside would otherwise overflow in the model's dot product.
inline constexpr double kLargestStandardised = 0x1p500;

/// Booleans as 0 and 1; NaN where missing. A category column stands in for a number only if it is all
/// missing.
inline double numeric_cell(const data::Column& column, core::RowIndex row) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  if (const auto* numeric = std::get_if<data::NumericValues>(&column.values)) return numeric->values[row];
  const auto* boolean = std::get_if<data::BooleanValues>(&column.values);
  if (!boolean || boolean->values[row] < 0) return kMissing;
  return boolean->values[row];
}

/// Level number of the table, -1 where missing. Another kind of column stands in only if it is all missing.
inline std::int32_t category_cell(const data::Column& column, core::RowIndex row) {
  const auto* category = std::get_if<data::CategoryValues>(&column.values);
  return category ? category->codes[row] : -1;
}

/// (value - mean) / scale; halved first where the difference of two huge numbers would overflow.
inline double standardised(const NumericEncoding& encoding, double value) {
  const double difference = value - encoding.mean;
  const double z = std::isfinite(difference) ? difference / encoding.scale
                                             : (0.5 * value - 0.5 * encoding.mean) / (0.5 * encoding.scale);
  return std::clamp(z, -kLargestStandardised, kLargestStandardised);
}

}  // namespace rf::encode
