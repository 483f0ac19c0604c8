// SPDX-License-Identifier: MIT
// Advice to the system about memory. Never changes a result.
#pragma once

#include <cstddef>

namespace rf::core {

/// Asks for huge pages where they fit whole into [begin, begin + size_bytes), before the memory is first
/// touched: a page fault costs as much as writing the page, and there are 512 times fewer. Does nothing for
/// small ranges, or where the system has none.
void prefer_huge_pages(void* begin, std::size_t size_bytes);

}  // namespace rf::core
