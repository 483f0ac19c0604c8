// SPDX-License-Identifier: MIT
// A table with the resolved options used to read it and the facts about the bytes it was read from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "table/column.hpp"

namespace rf::table {

struct ReadingLimits {
  std::uint64_t max_bytes = std::uint64_t{1} << 40;
  std::uint64_t max_rows = 4'294'967'295;
  std::uint64_t max_columns = 1'000'000;
  std::uint64_t max_cell_bytes = std::uint64_t{256} << 20;
  bool operator==(const ReadingLimits&) const = default;
};

/// How text becomes a table (dataset_options.v1). The defaults are defined only here.
struct ReadingOptions {
  std::optional<char> delimiter;  ///< ',', ';' or tab; nothing: detected from the header
  std::vector<std::string> missing_tokens = {"NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-"};
  bool trim = true;                   ///< spaces around a cell, outside quotes, are not part of it
  std::map<std::string, Kind> kinds;  ///< declared kinds by column name; the others are inferred
  bool infer_text = false;            ///< text columns from memory are read like CSV cells; no effect on CSV
  ReadingLimits limits;
};

enum class Newline : std::uint8_t { kNone, kLf, kCrLf, kCr, kMixed };
/// The kind of line ends of a text whose first part has kind `seen` and whose second part has kind `found`.
inline Newline merged(Newline seen, Newline found) {
  if (found == Newline::kNone) return seen;
  return seen == Newline::kNone || seen == found ? found : Newline::kMixed;
}

/// Facts about the bytes a table was read from.
struct Source {
  std::string fingerprint_sha256;  ///< of all the bytes, lower-case hex
  std::uint64_t size_bytes = 0;
  char delimiter = ',';
  Newline newline = Newline::kNone;
  bool bom = false;
  std::uint64_t blank_lines = 0;
  ReadingOptions options;  ///< resolved: the delimiter is set
};

struct Dataset {
  Table table;
  std::optional<Source> source;                ///< nothing for columns passed in memory
  std::map<std::string, Kind> declared_kinds;  ///< of columns passed in memory; a file's are in `source`
  core::Diagnostics diagnostics;               ///< diagnostics of reading, e.g. INTEGER_TOO_WIDE
};

}  // namespace rf::table
