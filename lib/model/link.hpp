// SPDX-License-Identifier: MIT
// How raw scores become outputs, for every model family that adds scores up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernel_choice.hpp"

namespace rf::model {

enum class Link : std::uint8_t {
  kIdentity,  ///< regression: the one score
  kLogistic,  ///< two classes, one score s: probabilities (expit(-s), expit(s)), the larger one as 1 - the
              ///< smaller: a row sums to 1 exactly
  kSoftmax,   ///< one score per class: softmax probabilities
  kDecision,  ///< linear_svc: the scores themselves; two classes: (-s, s)
};

/// Samples that the functions below take at a time, for their stack.
inline constexpr std::size_t kLinkRows = 64;

/// Computes two outputs per sample from one score each; n is at most kLinkRows.
void logistic_outputs(const double* score, std::size_t n, const core::Kernels& kernels, double* out);
/// Turns n x n_classes scores into probabilities, in place.
void softmax_outputs(std::size_t n, std::size_t n_classes, const core::Kernels& kernels, double* out);

}  // namespace rf::model
