// SPDX-License-Identifier: MIT
// The version and numeric profile that the library writes into its records.
#pragma once

#include <cstdint>

namespace rf::artifact {

/// The product's version as include/runforge/runforge.h states it, with -dev before its release.
const char* runforge_version();
/// Bumped whenever the same inputs would give other numbers, even in a patch release.
inline constexpr std::uint32_t kNumericProfile = 3;

}  // namespace rf::artifact
