// SPDX-License-Identifier: MIT
// A copy of samples in floats for products with a Hessian, X' diag(h) X v, which shape directions of descent
// and nothing else. Half the memory of doubles, twice the speed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/context.hpp"
#include "core/result.hpp"
#include "core/sample_view.hpp"

namespace rf::linear {

class RoundedRows {
 public:
  /// Every `every`th group of kGroupRows samples. Nothing is copied yet.
  RoundedRows(const core::SampleView& x, std::size_t every, core::Context& context);

  core::Result<> copy();

  std::size_t n_rows() const { return row_of_.size(); }
  /// The sample that row r is.
  std::size_t sample_of(std::size_t r) const { return row_of_[r]; }

  /// A row that counts, and how much.
  struct Weighted {
    std::size_t row;
    float h;
  };
  /// out = sum over `rows` of h (x.v) x with x = (1, features); v and out have 1 + n_features entries. Sums
  /// run over blocks of rows in a fixed tree.
  core::Result<> multiply(std::span<const Weighted> rows, std::span<const double> v,
                          std::span<double> out) const;

 private:
  void add_block(std::span<const Weighted> rows, const float* factor, float* sums) const;

  const core::SampleView x_;
  core::Context& context_;
  std::size_t width_;
  std::vector<std::size_t> row_of_;
  std::vector<std::uint16_t> rounded_;
  core::Reservation memory_;
};

}  // namespace rf::linear
