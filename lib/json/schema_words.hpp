// SPDX-License-Identifier: MIT
// Describes in words what a schema requires of a value. Shared by schema*.cpp only.
#pragma once

#include <string>

#include "json/schema_tree.hpp"

namespace rf::json {

/// "a number greater than 0", "one of \"a\", \"b\"", ... It describes members and elements only briefly,
/// because messages about those name the place.
std::string describe(const Schema& schema);

}  // namespace rf::json
