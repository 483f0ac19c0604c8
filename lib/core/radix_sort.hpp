// SPDX-License-Identifier: MIT
// Sorting many numbers: least significant digit first over the 64 bits of a key that orders like the number
// (Knuth, "The Art of Computer Programming", volume 3, 5.2.5). Six passes whatever the numbers, fewer where a
// digit is the same in all of them. tests/unit/core/radix_sort_test.cpp pins it beside std::sort.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace rf::core {

/// Sorts ascending; -0 stands before 0. No NaN. `scratch` grows to twice the size and may be used again.
void sort_numbers(std::span<double> values, std::vector<std::uint64_t>& scratch);

}  // namespace rf::core
