// SPDX-License-Identifier: MIT
// The history of this product: its released versions and what each record of theirs can name.
#pragma once

#include "artifact/history.hpp"

namespace rf::run {

/// Released versions, then the running one. docs/formats/evolution.md says what is entered here, and when.
artifact::History product_history();

}  // namespace rf::run
