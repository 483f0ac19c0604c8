// SPDX-License-Identifier: MIT
// What every tree family is trained on.
#pragma once

#include <cstdint>
#include <vector>

#include "core/sample_view.hpp"

namespace rf::train {

/// Design columns of trees: numeric values as they are, categories as level numbers.
struct TreeInput {
  core::SampleView x;
  std::vector<std::int32_t> n_levels;  ///< per column: number of levels of a category, 0 for numeric
};

}  // namespace rf::train
