// SPDX-License-Identifier: MIT
// The errors of reading columns from memory. Each message names the column, the row, what was expected and
// what was found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/text.hpp"

namespace rf::memory {

/// `column "age", row 11 (rows are numbered from 0)`
inline std::string memory_place(std::string_view column, std::size_t row) {
  return "column " + core::quoted(column) + ", row " + core::decimal(static_cast<std::int64_t>(row)) +
         " (rows are numbered from 0)";
}

/// `found` is part of the message, `got` of the details.
inline core::Error memory_cell_error(core::Code code, const std::string& column, std::size_t row,
                                     std::string_view expected, std::string_view found, std::string got) {
  return {code,
          memory_place(column, row) + ": expected " + std::string(expected) + ", found " + std::string(found),
          {{"column", column},
           {"row", static_cast<std::int64_t>(row)},
           {"expected", std::string(expected)},
           {"got", std::move(got)}}};
}

/// "expected at most `limit` `noun`s, found `found`"
inline core::Error memory_limit_error(std::string_view noun, std::uint64_t limit, std::uint64_t found) {
  return {core::Code::kLimitReached,
          "table in memory: expected at most " + core::counted(limit, noun) + ", found " +
              core::decimal(static_cast<std::int64_t>(found)),
          {{"expected", static_cast<std::int64_t>(limit)}, {"got", static_cast<std::int64_t>(found)}}};
}

}  // namespace rf::memory
