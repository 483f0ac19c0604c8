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

/// A version of the rules by which text becomes a table. docs/formats/csv.md lists what each rule was.
enum class ReadingRules : std::uint8_t {
  kFirst = 1,   ///< of version 0.1.0
  kSecond = 2,  ///< of 0.2.0
};

/// How text becomes a table (dataset_options.v1). The defaults are defined only here.
struct ReadingOptions {
  ReadingRules rules = ReadingRules::kSecond;
  std::optional<char> delimiter;  ///< an ASCII character; nothing: detected from the first records
  std::string comment;            ///< lines that begin with it are no records; empty: there are none
  std::uint64_t skip_rows = 0;    ///< lines at the beginning that are no records
  bool header = true;             ///< the first record holds the names of the columns
  std::vector<std::string> missing_tokens = {"NA",   "N/A",  "NaN", "nan", "null",
                                             "NULL", "None", "?",   "-",   "#N/A"};
  /// Also missing in a column whose other cells are numbers.
  std::vector<std::string> missing_number_tokens = {"."};
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
  bool second_bom = false;           ///< another byte order mark followed the first; it is no part of a name
  bool sep_line = false;             ///< the first line was "sep=" and the delimiter
  bool trailing_delimiters = false;  ///< every record but the header ended with a delimiter
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
