// SPDX-License-Identifier: MIT
// Keys for the commands that sign or check signatures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runforge/runforge.hpp"

namespace rf::tool {

/// The signer of a key file; null without a path. A file that others may read causes a warning on standard
/// error.
runforge::Signer load_signer(const std::optional<std::string>& path);

}  // namespace rf::tool
