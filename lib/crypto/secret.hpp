// SPDX-License-Identifier: MIT
// Bytes that must not be seen: in memory of their own between guard pages, locked against swapping where the
// system lets us, left out of core dumps, wiped when they go. Not libsodium's guarded allocation: to set that
// up libsodium asks the system for random bytes, and aborts the process where it gets none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/result.hpp"

namespace rf::crypto {

class Secret {
 public:
  /// `size` zero bytes. OUT_OF_MEMORY.
  static core::Result<Secret> allocate(std::size_t size);

  std::span<std::uint8_t> bytes() { return {bytes_.get(), size_}; }
  std::span<const std::uint8_t> bytes() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }

 private:
  struct Wiped {
    std::size_t size;
    void operator()(std::uint8_t* bytes) const;
  };
  Secret(std::uint8_t* bytes, std::size_t size) : bytes_(bytes, Wiped{size}), size_(size) {}

  std::unique_ptr<std::uint8_t[], Wiped> bytes_;
  std::size_t size_;
};

/// Stands where secrets are worked with. When it goes, what the calls made since left on this thread's stack
/// is wiped: functions spill registers there, and so does a program that binds functions when they are first
/// called.
class StackWipe {
 public:
  StackWipe() = default;
  StackWipe(const StackWipe&) = delete;
  StackWipe& operator=(const StackWipe&) = delete;
  ~StackWipe();
};

}  // namespace rf::crypto
