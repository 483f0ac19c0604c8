// SPDX-License-Identifier: MIT
// The hot loops of CSV reading, as a table of functions so that one source can be compiled for several
// instruction sets and a test can pass in each. All tables give the same answers. C-like: no standard library
// in what is compiled for a processor that not everybody has. Pinned by tests/unit/csv/csv_kernels_test.cpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/sha256_steps.hpp"
#include "table/probes.hpp"

namespace rf::csv {

/// Readable bytes that every text needs before and behind it, so that whole vectors can be loaded.
inline constexpr size_t kTextSlack = 64;

/// Where the structure of a text lies. A text begins where a record begins and ends after a line end, or is
/// followed by a line feed that the caller has put behind it (`virtual_end`).
struct TextIndex {
  uint32_t*
      separators;  ///< offsets of delimiters and line ends outside quotes; room for one per byte and 64 more
  size_t n_separators;
  uint32_t* ends;  ///< for each line end its place in `separators`; room as above
  size_t n_ends;
  uint64_t line_ends;  ///< LF, CRLF and CR, those inside quotes too, the virtual one not
  bool lf, crlf, cr;   ///< which line ends there are outside quotes
  bool not_ascii;      ///< a byte of 128 or more, or a NUL
  bool irregular;  ///< quotes stand where this loop does not follow them: of the others only line_ends and
                   ///< not_ascii hold
};

/// Longer texts are looked for one by one.
inline constexpr size_t kShortTextBytes = 32;

/// A short text: its bytes, zero-padded. No text holds a NUL.
struct ShortText {
  uint64_t words[kShortTextBytes / 8];
};

/// Texts of 1 to kShortTextBytes bytes and their codes: open addressing, linear probing from the upper bits
/// of hash_of_short. The number of slots is a power of two, 2 at least; one is free. A text is in one of the
/// first kMostProbes slots, or not found here.
struct ShortTexts {
  const ShortText* texts;  ///< all zero where free
  const int32_t* codes;
  unsigned shift;  ///< of a hash to a slot

  uint64_t first_slot(uint64_t hash) const { return hash >> shift; }
  uint64_t slot_after(uint64_t slot) const { return (slot + 1) & (~uint64_t{0} >> shift); }
};

enum class CellMode : uint8_t { kSkip, kNumber, kText };

/// What becomes of the cells of one column of a text.
struct CellColumn {
  CellMode mode;
  uint8_t seen;      ///< numbers seen: bit 0 without a point, bit 1 with one
  double* numbers;   ///< kNumber: one per row, NaN where empty
  int32_t* codes;    ///< kText: one per row, -1 where empty
  ShortTexts texts;  ///< kText
};

/// All rows have as many fields. The cells that the loop does not understand go to `other_cell`, which may
/// change the column's mode and arrays. Where it returns false the loop stops, but not before it has seen the
/// rows before in all columns: the last time it does so is for the first such cell of the text.
struct CellJob {
  const char* text;
  const uint32_t* separators;
  const uint32_t* row_first;  ///< for each row the place of its first field's end in `separators`
  const uint32_t* row_begin;  ///< for each row the offset of its first byte
  uint32_t n_rows;
  uint32_t block_rows;  ///< rows to read of one column before the next, 1 at least
  CellColumn* columns;
  const uint32_t* active;  ///< numbers of the columns to read, ascending
  uint32_t n_active;
  bool trim;
  bool all_cells;             ///< understand none: each goes to `other_cell`
  crypto::Sha256Steps* hash;  ///< to get on with between the cells, as far as they go; or null
  void* user;
  bool (*other_cell)(void* user, uint32_t row, uint32_t column, uint32_t begin, uint32_t end);
};

/// A loop takes no more steps for one cell, on average over four or more. Groups of four numbers take 28
/// where two ways to read them are tried, which are done anew from the next cell on where one is no number.
inline constexpr uint32_t kMostStepsOfCell = 12;

/// A number as most are written.
struct FastNumber {
  double value;
  uint8_t seen;  ///< as in CellColumn
};

struct CsvKernels {
  const char* name;
  bool hashes;  ///< where the processor has SHA instructions too
  void (*index)(const char* text, size_t size, char delimiter, bool virtual_end, TextIndex* index);
  void (*cells)(const CellJob* job);
  /// Whether [begin, end) is a number of the grammar in docs/formats/csv.md that this loop reads: a sign,
  /// digits, perhaps a point and digits, at most 19 digits that count, exact if an integer. kTextSlack bytes
  /// before it are readable. `false` says nothing about the text.
  bool (*number)(const char* begin, const char* end, FastNumber* number);
};

/// Odd; one for each word of a text. The upper bits of the sum of products depend on every byte (Lemire and
/// Kaser, "Strongly universal string hashing is fast", 2014).
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
/// The tables this processor can run, slowest first.
struct CsvKernelTables {
  const CsvKernels* entries[3];
  size_t count;
};
CsvKernelTables runnable_csv_kernels();
/// The fastest table this processor can run.
const CsvKernels& best_csv_kernels();

}  // namespace rf::csv
