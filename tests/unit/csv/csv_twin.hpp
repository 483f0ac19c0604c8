// SPDX-License-Identifier: MIT
// A CSV reader too simple to be wrong in the same way as the fast one.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "table/dataset.hpp"

namespace rf::csv::test {

/// What csv::read_csv gives, fingerprint aside.
core::Result<table::Dataset> read_csv_slowly(std::string_view bytes, const table::ReadingOptions& options,
                                             const std::string& source_name);

}  // namespace rf::csv::test
