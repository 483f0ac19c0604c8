// SPDX-License-Identifier: MIT
// One block of memory for many arrays. Arrays smaller than a huge page share some, and what the system has to
// do for each page it does for few. Pinned by tests/unit/core/arena_test.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace rf::core {

/// Gives out parts from front to end, one thread at a time; they may be given back by any.
class Arena {
 public:
  /// Each part begins at a multiple of this many bytes.
  static constexpr std::size_t kPartAlignment = 64;

  /// Null where there is no memory for so large a block. Pages that are never touched cost nothing.
  static std::shared_ptr<Arena> make(std::size_t size_bytes);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  /// Null when no part so large is left.
  void* take(std::size_t size_bytes);
  bool holds(const void* part) const;
  /// The system gets the part's pages back; the arena does not give it out again.
  void give_back(void* part, std::size_t size_bytes) const;

 private:
  Arena() = default;

  char* block_ = nullptr;
  std::size_t size_bytes_ = 0;
  std::size_t taken_bytes_ = 0;
};

/// Allocates from an arena while it lasts, else as std::allocator does. A copy of a container is not in the
/// arena.
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
