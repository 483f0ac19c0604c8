// SPDX-License-Identifier: MIT
// SHA-256 of the input bytes, as `sha256sum` prints it. Pinned by tests/unit/csv/fingerprint_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "core/context.hpp"
#include "core/result.hpp"

namespace rf::csv {

/// Returns the SHA-256 of `bytes` as 64 lower-case hexadecimal digits. CANCELLED. Progress stage
/// "fingerprint".
core::Result<std::string> fingerprint(std::string_view bytes, core::Context& context);

}  // namespace rf::csv
