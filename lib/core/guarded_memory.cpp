// SPDX-License-Identifier: MIT
// The bytes are at the end of their pages, so that a read past their end hits the second guard page.
#include "core/guarded_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace rf::core {
namespace {

std::size_t page_bytes() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// `size` rounded up to whole pages.
std::size_t room_for(std::size_t size) {
  const std::size_t page = page_bytes();
  return (size + page - 1) / page * page;
}

}  // namespace

std::uint8_t* allocate_guarded(std::size_t size) {
  const std::size_t page = page_bytes(), room = room_for(size);
  void* const mapped = ::mmap(nullptr, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  auto* const inside = static_cast<std::uint8_t*>(mapped) + page;
  if (::mprotect(inside, room, PROT_READ | PROT_WRITE) != 0) {
    ::munmap(mapped, room + 2 * page);
    return nullptr;
  }
  // The system may refuse both requests.
  (void)::mlock(inside, room);
  (void)::madvise(inside, room, MADV_DONTDUMP);
  return inside + room - size;
}

void free_guarded(std::uint8_t* bytes, std::size_t size) {
  const std::size_t page = page_bytes(), room = room_for(size);
  ::munmap(bytes + size - room - page, room + 2 * page);
}

}  // namespace rf::core
