// SPDX-License-Identifier: MIT
// Unpredictable bytes from the system, for keys and for names of staging folders, never for a result.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"

namespace rf::core {

/// At most 256 bytes. READ_FAILED if the system provides none; errno is then set.
Result<> fill_with_random_bytes(std::span<std::uint8_t> bytes);

}  // namespace rf::core
