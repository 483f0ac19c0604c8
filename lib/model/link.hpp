// SPDX-License-Identifier: MIT
// How raw scores become outputs, for every model family that adds scores up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/family.hpp"
#include "core/kernel_choice.hpp"

namespace rf::model {

using core::Link;

/// Samples that the functions below take at a time, for their stack.
inline constexpr std::size_t kLinkRows = 64;

/// Computes two outputs per sample from one score each; n is at most kLinkRows.
void logistic_outputs(const double* score, std::size_t n, const core::Kernels& kernels, double* out);
/// Turns n x n_classes scores into probabilities, in place.
void softmax_outputs(std::size_t n, std::size_t n_classes, const core::Kernels& kernels, double* out);

}  // namespace rf::model
