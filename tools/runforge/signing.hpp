// SPDX-License-Identifier: MIT
// Keys for the commands that sign or check signatures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "handles.hpp"

namespace rf::tool {

/// The signer of a key file; null without a path. A file that others may read causes a warning on standard
/// error.
Signer load_signer(const std::optional<std::string>& path);

/// The keys in these files one after another, 32 bytes each.
std::vector<std::uint8_t> load_public_keys(const std::vector<std::string>& paths);

}  // namespace rf::tool
