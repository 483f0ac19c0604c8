// SPDX-License-Identifier: MIT
// Parts are aligned to kPartAlignment, the block to a huge page. A part is never handed out twice.
#include "core/arena.hpp"

#include <functional>
#include <new>

#include "core/host.hpp"

namespace rf::core {
namespace {

std::size_t rounded_up(std::size_t size, std::size_t to) {
  return (size + to - 1) / to * to;
}

}  // namespace

std::shared_ptr<Arena> Arena::make(std::size_t size_bytes) {
  if (size_bytes > static_cast<std::size_t>(-1) / 2) return nullptr;
  const std::shared_ptr<Arena> arena(new Arena);
  const std::size_t whole = rounded_up(size_bytes, kHugePageBytes);
  try {
    arena->block_ = static_cast<char*>(::operator new (whole, std::align_val_t{kHugePageBytes}));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  arena->size_bytes_ = whole;
  prefer_huge_pages(arena->block_, whole);
  return arena;
}

Arena::~Arena() {
  ::operator delete (block_, std::align_val_t{kHugePageBytes});
}

void* Arena::take(std::size_t size_bytes) {
  const std::size_t left = size_bytes_ - taken_bytes_;
  if (size_bytes > left || rounded_up(size_bytes, kPartAlignment) > left) return nullptr;
  void* const part = block_ + taken_bytes_;
  taken_bytes_ += rounded_up(size_bytes, kPartAlignment);
  return part;
}

bool Arena::holds(const void* part) const {
  const std::less<const char*> before;
  const auto* const at = static_cast<const char*>(part);
  return !before(at, block_) && before(at, block_ + size_bytes_);
}

void Arena::give_back(void* part, std::size_t size_bytes) const {
  drop_pages(part, size_bytes);
}

}  // namespace rf::core
