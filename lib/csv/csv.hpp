// SPDX-License-Identifier: MIT
// Reads CSV (RFC 4180 and the variants found in practice) into a typed table. Pinned by
// tests/unit/csv/csv_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "core/context.hpp"
#include "core/result.hpp"
#include "csv/byte_source.hpp"
#include "csv/csv_kernels.hpp"
#include "table/dataset.hpp"

namespace rf::csv {

/// Settings that do not change the result; for tests.
struct ReaderSettings {
  std::size_t chunk_bytes = 0;          ///< bytes read at once; 0: the reader chooses
  const CsvKernels* kernels = nullptr;  ///< null: the fastest this processor can run
};

/// Reads all records of `bytes`. `source_name` appears in messages ("data.csv:12: ...") and nowhere else. The
/// caller computes the source's fingerprint (csv/fingerprint.hpp). Kinds are inferred from all rows or
/// declared, by the rules of docs/formats/csv.md. A declared kind that names no column is not an error here.
/// Errors: EMPTY_FILE, ZERO_ROWS, RAGGED_ROW, DUPLICATE_COLUMN, MALFORMED_QUOTE, NUL_BYTE, INVALID_UTF8,
/// NUMBER_OUT_OF_RANGE, CELL_KIND_MISMATCH, LIMIT_REACHED, CANCELLED. Each names the line (1-based, of the
/// record's first byte) and the column. Progress stage "load".
core::Result<table::Dataset> read_csv(std::string_view bytes, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings = {});
/// As above, for a source, compressed or not. The result contains the fingerprint of the source's bytes if
/// the source hashes them. Also READ_FAILED, UNSUPPORTED_FORMAT. Text is parsed as it arrives and not kept.
/// If a column turns out late to hold text, the source is read a second time and must then give the same
/// bytes (otherwise READ_FAILED).
core::Result<table::Dataset> read_csv(ByteSource& source, const table::ReadingOptions& options,
                                      const std::string& source_name, core::Context& context,
                                      const ReaderSettings& settings = {});

}  // namespace rf::csv
