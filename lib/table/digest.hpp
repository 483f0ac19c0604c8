// SPDX-License-Identifier: MIT
// SHA-256 of the logical table: the names, kinds and values of all columns in order, independent of how the
// table was loaded. docs/formats/content-digest.md defines the byte layout.
#pragma once

#include <span>

#include "core/context.hpp"
#include "crypto/sha256.hpp"
#include "table/column.hpp"

namespace rf::table {

/// A hash over column digests; a column digest is a hash over digests of chunks of 65,536 rows (validity
/// bits, then values; text as a dictionary in first-seen order plus codes). CANCELLED.
core::Result<crypto::Digest> content_digest(const Table& table, core::Context& context);

/// SHA-256 of row numbers as 8-byte little-endian integers in the order given.
crypto::Digest row_list_digest(std::span<const TableRow> rows);

}  // namespace rf::table
