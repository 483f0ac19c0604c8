// SPDX-License-Identifier: MIT
// Bounds the time of a search by hash, so that texts chosen to have equal hashes cost only a logarithm each.
// A table with open addressing examines at most kMostProbes slots. If none of them is free when a text is
// added, the text goes into an additional ordered map. So the hash needs no secret key, and no result depends
// on one. Pinned by tests/unit/csv/colliding_texts_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "table/probes.hpp"

namespace rf::table {

/// The texts that found no slot, with their codes.
using OrderedTexts = std::map<std::string, std::int32_t, std::less<>>;

/// Memory of one entry without its characters. The nodes of common implementations have three links and a
/// colour.
inline constexpr std::uint64_t kOrderedTextBytes = sizeof(OrderedTexts::value_type) + 4 * sizeof(void*);

}  // namespace rf::table
