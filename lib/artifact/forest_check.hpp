// SPDX-License-Identifier: MIT
// Whether the arrays of a forest that came from outside are a forest: what predicting relies on without
// looking.
#pragma once

#include "core/result.hpp"
#include "encode/encoder.hpp"
#include "model/forest.hpp"

namespace rf::artifact {

/// INVALID_MODEL names the tree, the node and what is wrong. Time in proportion to the arrays.
core::Result<> check_forest(const model::Forest& forest, const encode::Encoder& encoder);

}  // namespace rf::artifact
