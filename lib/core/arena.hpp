// SPDX-License-Identifier: MIT
// One block of memory for many arrays. Arrays smaller than a huge page share huge pages, so the system has
// fewer pages to set up. Pinned by tests/unit/core/arena_test.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace rf::core {

/// Hands out parts from front to end. Only one thread at a time may take a part; any thread may give one
/// back.
class Arena {
 public:
  /// Each part begins at a multiple of this many bytes.
  static constexpr std::size_t kPartAlignment = 64;

  /// Returns null if the system has no memory for a block of this size. Pages that are never touched cost
  /// nothing.
  static std::shared_ptr<Arena> make(std::size_t size_bytes);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  /// Returns null if fewer than `size_bytes` bytes are left.
  void* take(std::size_t size_bytes);
  bool holds(const void* part) const;
  /// Returns the part's pages to the system. The arena does not hand the part out again.
  void give_back(void* part, std::size_t size_bytes) const;

 private:
  Arena() = default;

  char* block_ = nullptr;
  std::size_t size_bytes_ = 0;
  std::size_t taken_bytes_ = 0;
};

/// Allocates from an arena while it has room, and from std::allocator afterwards. A copy of a container is
/// not in the arena.
template <class T>
class ArenaAllocator {
 public:
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::false_type;

  ArenaAllocator() = default;
  explicit ArenaAllocator(std::shared_ptr<Arena> arena) : arena_(std::move(arena)) {}
  template <class U>
  ArenaAllocator(const ArenaAllocator<U>& other) : arena_(other.arena()) {}  // NOLINT: allocators convert

  T* allocate(std::size_t n) {
    if (arena_ != nullptr && n <= static_cast<std::size_t>(-1) / sizeof(T)) {
      if (void* const part = arena_->take(n * sizeof(T))) return static_cast<T*>(part);
    }
    return std::allocator<T>().allocate(n);
  }
  void deallocate(T* part, std::size_t n) {
    if (arena_ != nullptr && arena_->holds(part)) {
      arena_->give_back(part, n * sizeof(T));
    } else {
      std::allocator<T>().deallocate(part, n);
    }
  }
  ArenaAllocator select_on_container_copy_construction() const { return ArenaAllocator(); }

  const std::shared_ptr<Arena>& arena() const { return arena_; }
  bool operator==(const ArenaAllocator& other) const { return arena_ == other.arena_; }

 private:
  std::shared_ptr<Arena> arena_;
};

}  // namespace rf::core
