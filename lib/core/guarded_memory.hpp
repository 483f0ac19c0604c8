// SPDX-License-Identifier: MIT
// Memory for secret bytes, between two inaccessible guard pages. It is locked against swapping if the system
// allows it, and excluded from core dumps. Pinned by tests/unit/crypto/secret_test.cpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rf::core {

/// Returns `size` zero bytes, or null if the system has no memory.
std::uint8_t* allocate_guarded(std::size_t size);
/// Frees the memory. The caller must have wiped it.
void free_guarded(std::uint8_t* bytes, std::size_t size);

}  // namespace rf::core
