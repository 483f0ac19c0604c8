// SPDX-License-Identifier: MIT
// A copy of samples, rounded to the upper 16 bits of a float, for products with a Hessian, X' diag(h) X v.
// These products may only shape directions of descent. The copy takes a quarter of the memory of doubles and
// makes the products twice as fast.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/row_numbers.hpp"
#include "core/sample_view.hpp"

namespace rf::linear {

class RoundedRows {
 public:
  /// Selects every `every`th group of kGroupRows samples. copy() copies them.
  RoundedRows(const core::SampleView& x, std::size_t every, core::Context& context);

  core::Result<> copy();

  std::size_t n_rows() const { return samples_.size(); }
  /// Returns the sample that was copied to row r.
  core::Sample sample_of(std::size_t r) const { return samples_[r]; }

  /// A row of the product and its factor h.
  struct Weighted {
    std::size_t row;
    float h;
  };
  /// Sets out to the sum over `rows` of h (x.v) x, where x is (1, features). v and out have 1 + n_features
  /// entries. The sums run over blocks of rows in a fixed tree.
  core::Result<> multiply(std::span<const Weighted> rows, std::span<const double> v,
                          std::span<double> out) const;

 private:
  void add_block(std::span<const Weighted> rows, const float* factor, float* sums) const;

  const core::SampleView x_;
  core::Context& context_;
  std::size_t width_;
  std::vector<core::Sample> samples_;  ///< of each row
  std::vector<std::uint16_t> rounded_;
  core::Reservation memory_;
};

}  // namespace rf::linear
