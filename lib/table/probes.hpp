// SPDX-License-Identifier: MIT
// A bound of searches by hash. C-like, so that code for several instruction sets may include it.
#pragma once

#include <stddef.h>

namespace rf::table {

/// Slots that are looked at for one text, in each table of texts by open addressing. With half of them free,
/// texts that nobody chose for their hashes hardly ever need as many.
inline constexpr size_t kMostProbes = 128;

}  // namespace rf::table
