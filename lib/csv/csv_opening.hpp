// SPDX-License-Identifier: MIT
// How a text begins: lines before the header, and what its first records show about the delimiter. The result
// depends on the text and the options alone, not on how much of the text is read at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "table/dataset.hpp"

namespace rf::csv {

struct Opening {
  std::size_t begin = 0;    ///< offset of the header, or of the first record if there is no header
  std::uint64_t lines = 0;  ///< lines before it
  bool sep_line = false;    ///< the first line is "sep=" and the delimiter
  char delimiter = ',';
  bool trailing_delimiters = false;  ///< the first record after the header ends with a delimiter more
};

/// INVALID_VALUE for a declared delimiter that cannot be one: a quote, a line end, a character that is not
/// ASCII, or a space where spaces are trimmed.
core::Result<> check_delimiter(const table::ReadingOptions& options);

/// `text` is the beginning of a text without byte order marks, all of it if `is_all`. Returns nullopt if more
/// text could change the result. Ask the monitor afterwards: the result is meaningless after a cancel.
///
/// The delimiter is the declared one, else that of a line `sep=`, else the candidate (comma, semicolon, tab,
/// |) that cuts the records into equally many fields, at least two; if there are several, the one with the
/// most fields; if there is none, the one that cuts the first record into the most fields. The earlier
/// candidate wins a tie. Looked at are the records that end within 64 KiB after the first one. Under the
/// first rules only the first record counts, and | is no candidate.
std::optional<Opening> look_at_opening(std::string_view text, bool is_all,
                                       const table::ReadingOptions& options, const core::Monitor& monitor);

}  // namespace rf::csv
