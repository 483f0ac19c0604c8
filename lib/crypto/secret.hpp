// SPDX-License-Identifier: MIT
// Secret bytes in memory of their own between guard pages: locked against swapping if the system allows it,
// excluded from core dumps, and wiped before they are freed. libsodium's guarded allocation is not used,
// because to set it up libsodium asks the system for random bytes and aborts the process if it gets none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/result.hpp"

namespace rf::crypto {

class Secret {
 public:
  /// Returns `size` zero bytes. OUT_OF_MEMORY.
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

/// Declared in a function that works with secrets. Its destructor wipes the bytes that the calls made in its
/// lifetime left on this thread's stack. Functions spill registers there, and so does the lazy binding of a
/// function at its first call.
class StackWipe {
 public:
  StackWipe() = default;
  StackWipe(const StackWipe&) = delete;
  StackWipe& operator=(const StackWipe&) = delete;
  ~StackWipe();
};

}  // namespace rf::crypto
