// SPDX-License-Identifier: MIT
// Pinned by tests/unit/crypto/secret_test.cpp.
#include "crypto/secret.hpp"

#include <sodium/utils.h>

#include "core/guarded_memory.hpp"

namespace rf::crypto {
namespace {

// More stack than libsodium's deepest call on a key uses, including saved registers.
constexpr std::size_t kWipedBytes = 16 * 1024;

}  // namespace

core::Result<Secret> Secret::allocate(std::size_t size) {
  // Lazy binding then happens here, before any register holds a secret.
  sodium_stackzero(1);
  std::uint8_t* const bytes = core::allocate_guarded(size);
  if (bytes == nullptr)
    return core::Error{core::Code::kOutOfMemory, "guarded memory for a secret could not be allocated", {}};
  return Secret(bytes, size);
}

StackWipe::~StackWipe() {
  sodium_stackzero(kWipedBytes);
}

void Secret::Wiped::operator()(std::uint8_t* bytes) const {
  sodium_memzero(bytes, size);
  core::free_guarded(bytes, size);
}

}  // namespace rf::crypto
