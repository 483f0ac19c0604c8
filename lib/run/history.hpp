// SPDX-License-Identifier: MIT
// The history of this product: its released versions and the names that their records can contain.
#pragma once

#include "artifact/history.hpp"

namespace rf::run {

/// Released versions, then the running one. docs/formats/evolution.md describes what is entered here, and
/// when.
artifact::History product_history();

}  // namespace rf::run
