// SPDX-License-Identifier: MIT
// Strict JSON reading (RFC 8259): full-precision numbers; duplicate keys, invalid UTF-8, lone surrogates, NUL
// in member names, trailing text, comments and NaN refused; depth and size bounded. Uses RapidJSON's SAX
// reader.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/monitor.hpp"
#include "core/result.hpp"
#include "json/value.hpp"

namespace rf::json {

/// Size limit of a document. It also applies to writing: a longer document is not written. A document with a
/// million columns fits.
inline constexpr std::size_t kMostDocumentBytes = std::size_t{256} << 20;

struct ParseOptions {
  std::size_t max_bytes = kMostDocumentBytes;
  std::size_t max_depth = 64;
  /// Bytes of memory that the value may take for each byte of the text, in addition to free_memory. Documents
  /// of RunForge take 3 to 6.
  std::size_t max_memory_factor = 8;
  std::size_t free_memory = std::size_t{64} << 20;
  /// Unless null, checked for cancellation repeatedly.
  const core::Monitor* monitor = nullptr;
};

/// INVALID_JSON names the line, the column and the mistake (details: line, column). LIMIT_REACHED beyond a
/// limit. CANCELLED.
core::Result<Value> parse(std::string_view text, const ParseOptions& options = {});

}  // namespace rf::json
