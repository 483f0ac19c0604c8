// SPDX-License-Identifier: MIT
// Training and validation rows: exactly the rows, in order, that scikit-learn's train_test_split(test_size,
// stratify, random_state) gives, drawn from MT19937 (Matsumoto and Nishimura 1998). docs/LEARNERS.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/row_numbers.hpp"

namespace rf::table {

/// The kept rows of each side, in split order.
struct Split {
  std::vector<core::KeptRow> train;
  std::vector<core::KeptRow> validation;
  bool stratified = false;
};

/// ZERO_ROWS: all `n` units ("row", "group") would validate.
core::Error nothing_trains(std::size_t n, std::string_view unit);

/// n_validation = ceil(fraction * n); fraction 0 puts all rows, in file order, into train.
/// ZERO_ROWS if no training row would be left.
core::Result<Split> shuffle_split(std::size_t n, double fraction, std::uint32_t seed);

/// Stratified by class number. Falls back to shuffle_split (stratified = false) if a class has fewer than 2
/// rows or a side would have fewer rows than classes. With fraction 0 stratified is also false.
core::Result<Split> stratified_shuffle_split(std::span<const std::int32_t> class_of, std::size_t n_classes,
                                             double fraction, std::uint32_t seed);

}  // namespace rf::table
