// SPDX-License-Identifier: MIT
// Why two emitted runs differ: the first of data, configuration, split and version in which they do, and all
// that differs below it. The records are taken at their word (verify looks at that). docs/formats/diff.md
// says what each member means; tests/unit/audit/diff_test.cpp and tests/clients/diff_test.py pin it.
#pragma once

#include <string>

#include "artifact/history.hpp"
#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::audit {

/// diff.v1 of the runs in the directories a and b. Where two versions wrote them the later one is compared as
/// the earlier would have written it. FILE_NOT_FOUND, INVALID_RUN, RUN_ALTERED, UNSUPPORTED_VERSION or
/// UNSUPPORTED_FORMAT where one of them holds no run this library reads.
core::Result<json::Value> diff(const std::string& directory_a, const std::string& directory_b,
                               const artifact::History& history);

}  // namespace rf::audit
