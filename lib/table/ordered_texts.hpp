// SPDX-License-Identifier: MIT
// What bounds a search by hash, so that texts chosen to have equal hashes cost no more than a logarithm each.
// A table by open addressing looks at kMostProbes slots at most. A text that finds none of them free when it
// is added goes into an ordered map beside the table. So no key is needed, and nothing depends on one. Pinned
// by tests/unit/csv/colliding_texts_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "table/probes.hpp"

namespace rf::table {

/// Texts and their codes: those that found no slot.
using OrderedTexts = std::map<std::string, std::int32_t, std::less<>>;

/// Memory of one entry, its characters aside: the nodes of the usual implementations have three links and a
/// colour.
inline constexpr std::uint64_t kOrderedTextBytes = sizeof(OrderedTexts::value_type) + 4 * sizeof(void*);

}  // namespace rf::table
