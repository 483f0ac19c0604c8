// SPDX-License-Identifier: MIT
// The targets that training learns from, as numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rf::model {

/// Class numbers in [0, n_classes), every class present. sample_weight is empty (all 1) or one finite weight
/// >= 0 per sample, multiplied by the class weight.
struct ClassTarget {
  std::span<const std::int32_t> class_of;
  std::size_t n_classes = 0;
  std::span<const double> sample_weight;
};

struct ValueTarget {
  std::span<const double> value_of;  ///< finite
  std::span<const double> sample_weight;
};

}  // namespace rf::model
