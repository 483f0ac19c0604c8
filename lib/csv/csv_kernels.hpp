// SPDX-License-Identifier: MIT
// The hot loops of CSV reading, as tables of functions. One source is compiled for several instruction sets,
// and a test can run each table. All tables give the same results. The code is C-like: code compiled for a
// processor that not everybody has must not use the standard library. Pinned by
// tests/unit/csv/csv_kernels_test.cpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/sha256_steps.hpp"
#include "table/probes.hpp"

namespace rf::csv {

/// Every text needs this many readable bytes before and behind it, so that whole vectors can be loaded.
inline constexpr size_t kTextSlack = 64;

/// The structure of a text. The text begins where a record begins. It ends after a line end, or the caller
/// has put a line feed behind it (`virtual_end`).
struct TextIndex {
  uint32_t*
      separators;  ///< offsets of delimiters and line ends outside quotes; room for one per byte and 64 more
  size_t n_separators;
  uint32_t* ends;  ///< for each line end its index in `separators`; room as above
  size_t n_ends;
  uint64_t line_ends;  ///< number of LF, CRLF and CR, also inside quotes, without the virtual one
  bool lf, crlf, cr;   ///< which line ends occur outside quotes
  bool not_ascii;      ///< a byte of 128 or more, or a NUL
  bool irregular;  ///< some quotes are where this loop cannot follow them; then only line_ends and not_ascii
                   ///< are valid
};

/// Longer texts are looked up one by one.
inline constexpr size_t kShortTextBytes = 32;

/// A short text: its bytes, zero-padded. No text contains a NUL.
struct ShortText {
  uint64_t words[kShortTextBytes / 8];
};

/// Texts of 1 to kShortTextBytes bytes and their codes: open addressing, linear probing from the upper bits
/// of hash_of_short. The number of slots is a power of two, at least 2. At least one slot is free. A text is
/// in one of its first kMostProbes slots, or not in this table.
struct ShortTexts {
  const ShortText* texts;  ///< all zero where free
  const int32_t* codes;
  unsigned shift;  ///< from a hash to a slot

  uint64_t first_slot(uint64_t hash) const { return hash >> shift; }
  uint64_t slot_after(uint64_t slot) const { return (slot + 1) & (~uint64_t{0} >> shift); }
};

enum class CellMode : uint8_t { kSkip, kNumber, kText };

/// How the cells of one column are read, and where their values go.
struct CellColumn {
  CellMode mode;
  uint8_t seen;      ///< numbers seen: bit 0 without a point, bit 1 with one
  double* numbers;   ///< kNumber: one per row, NaN where empty
  int32_t* codes;    ///< kText: one per row, -1 where empty
  ShortTexts texts;  ///< kText
};

/// All rows have the same number of fields. Cells that the loop cannot read go to `other_cell`, which may
/// change the column's mode and arrays. If it returns false, the loop stops, but it first reads the earlier
/// rows in all columns. The last `false` is therefore for the first such cell of the text.
struct CellJob {
  const char* text;
  const uint32_t* separators;
  const uint32_t* row_first;  ///< for each row, the index in `separators` of the end of its first field
  const uint32_t* row_begin;  ///< for each row, the offset of its first byte
  uint32_t n_rows;
  uint32_t block_rows;  ///< rows to read of one column before the next column, at least 1
  CellColumn* columns;
  const uint32_t* active;  ///< numbers of the columns to read, ascending
  uint32_t n_active;
  bool trim;
  bool all_cells;             ///< pass every cell to `other_cell`
  crypto::Sha256Steps* hash;  ///< to advance between the cells, as far as its steps reach; or null
  void* user;
  bool (*other_cell)(void* user, uint32_t row, uint32_t column, uint32_t begin, uint32_t end);
};

/// A loop advances the hash by at most this many steps for one cell, on average over four or more cells. A
/// group of four numbers takes 28 steps if two ways to read it are tried. If one of the four is not a number,
/// both ways are tried again from the next cell on.
inline constexpr uint32_t kMostStepsOfCell = 12;

/// A number in the most common notation.
struct FastNumber {
  double value;
  uint8_t seen;  ///< as in CellColumn
};

struct CsvKernels {
  const char* name;
  bool hashes;  ///< advances CellJob::hash, if the processor also has SHA instructions
  void (*index)(const char* text, size_t size, char delimiter, bool virtual_end, TextIndex* index);
  void (*cells)(const CellJob* job);
  /// Reads [begin, end) if it is a number of the grammar in docs/formats/csv.md that this loop handles:
  /// perhaps a minus sign, digits, perhaps a point and digits, at most 19 significant digits, exact if an
  /// integer. kTextSlack bytes before it must be readable. `false` does not mean that the text is not a
  /// number.
  bool (*number)(const char* begin, const char* end, FastNumber* number);
};

/// Odd factors, one for each word of a text. The upper bits of the sum of products depend on every byte
/// (Lemire and Kaser, "Strongly universal string hashing is fast", 2014).
inline constexpr uint64_t kHashFactors[kShortTextBytes / 8] = {0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93,
                                                               0xBF58476D1CE4E5B9, 0x94D049BB133111EB};

inline uint64_t hash_of_short(const ShortText& text) {
  uint64_t hash = 0;
  for (size_t i = 0; i < kShortTextBytes / 8; ++i) hash += text.words[i] * kHashFactors[i];
  return hash;
}

const CsvKernels& baseline_csv_kernels();
#if defined(__x86_64__)
const CsvKernels& avx2_csv_kernels();
const CsvKernels& avx512_csv_kernels();
#endif
/// The tables that this processor can run, slowest first.
struct CsvKernelTables {
  const CsvKernels* entries[3];
  size_t count;
};
CsvKernelTables runnable_csv_kernels();
/// Returns the fastest table that this processor can run.
const CsvKernels& best_csv_kernels();

}  // namespace rf::csv
