// SPDX-License-Identifier: MIT
// What a schema asks of a value, in words; shared by schema*.cpp only.
#pragma once

#include <string>

#include "json/schema_tree.hpp"

namespace rf::json {

/// "a number greater than 0", "one of \"a\", \"b\"", ... Of members and elements it says little: messages
/// about those name the place.
std::string describe(const Schema& schema);

}  // namespace rf::json
