// SPDX-License-Identifier: MIT
// Checks that the arrays of a forest from an outside file form a valid forest. Prediction relies on this and
// does not check again.
#pragma once

#include "core/result.hpp"
#include "encode/encoder.hpp"
#include "model/forest.hpp"

namespace rf::artifact {

/// INVALID_MODEL names the tree, the node and the fault. Takes time in proportion to the arrays.
core::Result<> check_forest(const model::Forest& forest, const encode::Encoder& encoder);

}  // namespace rf::artifact
