// SPDX-License-Identifier: MIT
// The bound on the length of a search by hash. C-like, so that code for several instruction sets may include
// it.
#pragma once

#include <stddef.h>

namespace rf::table {

/// The most slots that any table of texts with open addressing examines for one text. Because at least half
/// of the slots are free, texts that were not chosen for their hashes hardly ever need as many.
inline constexpr size_t kMostProbes = 128;

}  // namespace rf::table
