// SPDX-License-Identifier: MIT
// Explains why two emitted runs differ: it names the first of data, configuration, split and version that
// differs, and lists the differences of each part. It trusts the records; verify checks them.
// docs/formats/diff.md describes each member. Pinned by tests/unit/audit/diff_test.cpp and
// tests/clients/diff_test.py.
#pragma once

#include <string>

#include "artifact/history.hpp"
#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::audit {

/// Returns diff.v1 of the runs in the directories a and b. If two versions wrote them, the later run is
/// compared as the earlier version would have written it. FILE_NOT_FOUND, INVALID_RUN, RUN_ALTERED,
/// UNSUPPORTED_VERSION or UNSUPPORTED_FORMAT if a directory does not hold a run that this library reads.
core::Result<json::Value> diff(const std::string& directory_a, const std::string& directory_b,
                               const artifact::History& history);

}  // namespace rf::audit
