// SPDX-License-Identifier: MIT
// The number of a table cell, and the standardised number that a linear model uses.
// tests/unit/encode/encoder_test.cpp pins it.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "encode/encoder.hpp"

namespace rf::encode {

/// Design level of a cell whose level did not occur in training.
inline constexpr std::int32_t kUnknown = -1;
/// Standardised values are clamped to this magnitude. Values of training rows stay below the square root of
/// the number of rows. A value beyond the bound could overflow in the model's dot product.
inline constexpr double kLargestStandardised = 0x1p500;

/// The cells of a column as numbers: booleans as 0 and 1, NaN where missing. A category column is allowed in
/// place of a numeric one only if all its cells are missing.
class NumericCells {
 public:
  explicit NumericCells(const table::Column& column) {
    if (const auto* numeric = std::get_if<table::NumericValues>(&column.values))
      numbers_ = numeric->values.data();
    if (const auto* boolean = std::get_if<table::BooleanValues>(&column.values))
      booleans_ = boolean->values.data();
  }

  double operator[](core::TableRow row) const {
    if (numbers_ != nullptr) return numbers_[number_of(row)];
    if (booleans_ != nullptr && booleans_[number_of(row)] >= 0) return booleans_[number_of(row)];
    return std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const double* numbers_ = nullptr;
  const std::int8_t* booleans_ = nullptr;
};

/// Level number of the table, -1 if missing. A column of another kind is allowed only if all its cells are
/// missing.
inline std::int32_t category_cell(const table::Column& column, core::TableRow row) {
  const auto* category = std::get_if<table::CategoryValues>(&column.values);
  return category ? category->codes[number_of(row)] : -1;
}

/// (value - mean) / scale; both are halved first if the difference of two huge numbers would overflow.
inline double standardised(const NumericEncoding& encoding, double value) {
  const double difference = value - encoding.mean;
  const double z = std::isfinite(difference) ? difference / encoding.scale
                                             : (0.5 * value - 0.5 * encoding.mean) / (0.5 * encoding.scale);
  return std::clamp(z, -kLargestStandardised, kLargestStandardised);
}

}  // namespace rf::encode
