// SPDX-License-Identifier: MIT
// The result of encoding. Separate from encoder.hpp, because it includes Armadillo, which takes seconds to
// compile and which most files that use an Encoder do not need.
#pragma once

#include <cstdint>
#include <vector>

#include "core/memory_budget.hpp"
#include "encode/encoder.hpp"
#include "encode/matrix.hpp"

namespace rf::encode {

struct Encoded {
  core::Reservation memory;                   ///< of x
  Matrix x;                                   ///< n_design_columns x rows
  std::vector<std::uint64_t> unknown_levels;  ///< per feature: cells encoded as an unknown level
  std::vector<core::Sample> unscorable;       ///< samples without a value of a feature whose policy is
                                              ///< kDropRows or kError; their x is 0
};

}  // namespace rf::encode
