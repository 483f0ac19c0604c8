// SPDX-License-Identifier: MIT
// Pinned by tests/unit/crypto/secret_test.cpp.
#include "crypto/secret.hpp"

#include <sodium/core.h>
#include <sodium/utils.h>

namespace rf::crypto {
namespace {

// More than the deepest call of libsodium on a key takes, saved registers included.
constexpr std::size_t kWipedBytes = 16 * 1024;

}  // namespace

core::Result<Secret> Secret::allocate(std::size_t size) {
  // Safe to call from any thread, any number of times; what it sets up is libsodium's own.
  if (sodium_init() < 0) return core::Error{core::Code::kInternal, "libsodium cannot be initialised", {}};
  // So it is bound before there is a secret in any register.
  sodium_stackzero(1);
  auto* const bytes = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (bytes == nullptr)
    return core::Error{core::Code::kOutOfMemory, "guarded memory for a secret could not be allocated", {}};
  sodium_memzero(bytes, size);
  return Secret(bytes, size);
}

StackWipe::~StackWipe() { sodium_stackzero(kWipedBytes); }

void Secret::Wiped::operator()(std::uint8_t* bytes) const { sodium_free(bytes); }

}  // namespace rf::crypto
