// SPDX-License-Identifier: MIT
#include "core/memory.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace rf::core {

void prefer_huge_pages(void* begin, std::size_t size_bytes) {
#if defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t kPageBytes = std::uintptr_t{2} << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + kPageBytes - 1) / kPageBytes * kPageBytes;
  const std::uintptr_t last = (address + size_bytes) / kPageBytes * kPageBytes;
  // Advice that the system does not take is no failure.
  if (first < last) (void)::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#else
  (void)begin;
  (void)size_bytes;
#endif
}

}  // namespace rf::core
