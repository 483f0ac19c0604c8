// SPDX-License-Identifier: MIT
// Summary of each column over all rows read, for a person to check before trusting a model.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/context.hpp"
#include "table/column.hpp"

namespace rf::table {

struct NumericSummary {
  double min;
  double max;
  double mean;
  double std;  ///< population
};

struct LevelCount {
  std::string level;
  std::uint64_t count;
};

inline constexpr std::size_t kProfileLevels = 50;

struct ColumnProfile {
  std::string name;
  Kind kind;
  std::uint64_t missing = 0;
  std::uint64_t distinct = 0;             ///< among present values
  std::optional<NumericSummary> numeric;  ///< numeric columns with a present value
  std::vector<LevelCount>
      levels;  ///< categories and booleans: at most kProfileLevels, most frequent first, then by bytes
  std::uint64_t other_levels = 0;  ///< number of levels that are not listed
};

/// CANCELLED.
core::Result<std::vector<ColumnProfile>> profile_columns(const Table& table, core::Context& context);

/// Number of rows of `validation` that equal some row of `train` in all the given columns (missing equals
/// missing). Rows are table row numbers. CANCELLED.
core::Result<std::uint64_t> count_duplicates_across(const Table& table, std::span<const std::size_t> columns,
                                                    std::span<const TableRow> train,
                                                    std::span<const TableRow> validation,
                                                    core::Context& context);

}  // namespace rf::table
