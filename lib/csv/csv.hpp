// SPDX-License-Identifier: MIT
// CSV (RFC 4180 and what people send as such) to a typed table.
#pragma once

#include <string>
#include <string_view>

#include "core/context.hpp"
#include "core/result.hpp"
#include "csv/byte_source.hpp"
#include "csv/csv_kernels.hpp"
#include "table/dataset.hpp"

namespace rf::csv {

/// What cannot be seen in the result; for tests.
struct ReaderSettings {
  std::size_t chunk_bytes = 0;          ///< read at once; 0: as many as are best
  const CsvKernels* kernels = nullptr;  ///< null: the fastest this processor can run
};

/// Reads all records of `bytes`. `source_name` stands in messages ("data.csv:12: ..."), nowhere else. The
/// source's fingerprint is left to the caller (csv/fingerprint.hpp). Kinds are inferred from all rows or
/// declared by the rules of docs/formats/csv.md; a kind declared for no column is not an error here. Errors:
/// EMPTY_FILE, ZERO_ROWS, RAGGED_ROW, DUPLICATE_COLUMN, MALFORMED_QUOTE, NUL_BYTE, INVALID_UTF8,
/// NUMBER_OUT_OF_RANGE, CELL_KIND_MISMATCH, LIMIT_REACHED, CANCELLED. Each names the line (1-based, of the
/// record's first byte) and the column. Progress stage "load".
core::Result<table::Dataset> read_csv(std::string_view bytes, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings = {});
/// The same for what a source gives, compressed or not, with the fingerprint of its bytes if the source
/// hashes them. Also READ_FAILED, UNSUPPORTED_FORMAT. Text is read as it comes and not kept; a column that
/// shows late to hold text costs a second pass over the source, which must then give the same bytes
/// (READ_FAILED).
core::Result<table::Dataset> read_csv(ByteSource& source, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings = {});

/// The records as they stand, header included, no trim, no inference; blank lines skipped. For tests against
/// public corpora.
core::Result<std::vector<std::vector<std::string>>> read_raw_records(std::string_view bytes, char delimiter);

}  // namespace rf::csv
