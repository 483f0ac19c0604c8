// SPDX-License-Identifier: MIT
// Memory of its own between two pages that nobody can touch, for bytes that must not be seen: locked against
// swapping where the system lets us, and left out of core dumps. Pinned by tests/unit/crypto/secret_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rf::core {

/// `size` zero bytes, or null where the system has no memory.
std::uint8_t* allocate_guarded(std::size_t size);
/// Gives it back. The caller has wiped it.
void free_guarded(std::uint8_t* bytes, std::size_t size);

}  // namespace rf::core
