// SPDX-License-Identifier: MIT
// A CSV reader too simple to be wrong in the same way as the fast one.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "data/dataset.hpp"

namespace rf::data::test {

/// What data::read_csv gives, fingerprint aside.
core::Result<Dataset> read_csv_slowly(std::string_view bytes, const ReadingOptions& options,
                                      const std::string& source_name);

}  // namespace rf::data::test
