// SPDX-License-Identifier: MIT
// Sorting many numbers: least significant digit first over the 64 bits of a key that orders like the number
// (Knuth, "The Art of Computer Programming", volume 3, 5.2.5). It takes six passes, fewer if a digit is the
// same in all numbers. tests/unit/core/radix_sort_test.cpp compares it with std::sort.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rf::core {

/// Sorts ascending; -0 is before 0. No value may be NaN. `scratch` grows to twice the size of `values` and
/// may be reused.
void sort_numbers(std::span<double> values, std::vector<std::uint64_t>& scratch);

}  // namespace rf::core
