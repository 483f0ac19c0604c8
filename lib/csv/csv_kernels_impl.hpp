// SPDX-License-Identifier: MIT
// The loops of csv_kernels.hpp, compiled once for each instruction set. Structure is found 64 bytes at a time
// as bit masks (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019). A byte is inside quotes
// if the number of quotes up to it is odd, so an opening quote is inside and a closing one is not. This
// parity is trusted only if every quote is where an opening or a closing quote must be. Numbers:
// csv_number_impl.hpp. Pinned by tests/unit/csv/csv_kernels_test.cpp.
//
// Example: the eight bytes  a,"b,c"\n  and their masks. Bit 0 is on the left, a dot is 0.
//
//   bit                      0  1  2  3  4  5  6  7
//   text                     a  ,  "  b  ,  c  "  \n
//   masks.quote              .  .  1  .  .  .  1  .
//   masks.delimiter          .  1  .  .  1  .  .  .
//   masks.lf                 .  .  .  .  .  .  .  1
//   inside                   .  .  1  1  1  1  .  .   prefix-xor of quote: bit i = xor of bits 0 .. i
//   opening                  .  .  1  .  .  .  .  .   quote & inside
//   closing                  .  .  .  .  .  .  1  .   quote & ~inside
//   may_open                 1  .  1  .  .  .  .  1   begin of text, or behind a separator or closing quote
//   delimiters & ~inside     .  1  .  .  .  .  .  .   the comma between the quotes is text
//   separators               .  1  .  .  .  .  .  1   -> index->separators = {1, 7}, index->ends = {1}
//
// The quotes are regular: each opening quote is a bit of may_open, and the byte behind the closing quote is a
// separator. A block has 64 bytes; IndexState carries the parity on to the next block.
#pragma once

#include "csv/csv_hash_impl.hpp"
#include "csv/csv_masks_impl.hpp"
#include "csv/csv_number_groups_impl.hpp"
#include "csv/csv_number_impl.hpp"

namespace rf::csv {
namespace {

/// State carried over from the previous blocks.
struct IndexState {
  uint64_t in_quotes = 0;        ///< all bits set if the block begins inside quotes
  uint64_t field_begins = 1;     ///< bit 0: the next byte may open a quoted field
  uint64_t after_closing = 0;    ///< bit 0: the previous byte is a closing quote
  uint64_t carriage_return = 0;  ///< bit 0: the previous byte is a CR
  bool lf = false, crlf = false, cr = false, irregular = false;
};

/// Prefix-xor: bit i of the result is set if the number of set bits among 0 .. i is odd.
inline uint64_t parity_of_prefixes(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// Follows the quotes of a block. Returns a bit for each byte inside quotes (the opening quote included).
inline uint64_t inside_quotes(const BlockMasks& masks, IndexState& state) {
  const uint64_t inside = parity_of_prefixes(masks.quote) ^ state.in_quotes;
  const uint64_t opening = masks.quote & inside;
  const uint64_t closing = masks.quote & ~inside;
  const uint64_t separators = masks.delimiter | masks.lf | masks.cr;
  const uint64_t may_open = ((separators & ~inside) << 1) | (closing << 1) | state.field_begins;
  const uint64_t behind = (closing << 1) | state.after_closing;
  if ((opening & ~may_open) != 0 || (behind & ~(separators | masks.quote)) != 0) state.irregular = true;
  state.in_quotes = 0 - (inside >> 63);
  state.after_closing = closing >> 63;
  return inside;
}

/// Writes `base` plus the number of each set bit. Up to 63 further entries are overwritten.
inline void flatten(uint64_t bits, uint32_t base, uint32_t* out) {
#if defined(__AVX512VBMI2__)
  const int count = __builtin_popcountll(bits);
  __m512i places = _mm512_maskz_compress_epi8(bits, numbers_to_63());
  for (int done = 0; done < count; done += 16) {
    const __m512i wide = _mm512_maskz_cvtepu8_epi32(0xFFFF, _mm512_castsi512_si128(places));
    _mm512_storeu_si512(out + done, _mm512_add_epi32(wide, _mm512_set1_epi32(static_cast<int>(base))));
    places = _mm512_maskz_alignr_epi32(0xFFFF, places, places, 4);
  }
#else
  const unsigned count = static_cast<unsigned>(__builtin_popcountll(bits));
  for (unsigned done = 0; done < count; done += 8) {
    for (unsigned i = 0; i < 8; ++i) {
      out[done + i] = base + static_cast<uint32_t>(__builtin_ctzll(bits | (uint64_t{1} << 63)));
      bits &= bits - 1;
    }
  }
#endif
}

void index_text(const char* text, size_t size, char delimiter, bool virtual_end, TextIndex* index) {
  IndexState state;
  BlockScan scan(delimiter);
  uint64_t line_ends = 0;
  size_t n_separators = 0;
  size_t n_ends = 0;
  const size_t scanned = size + (virtual_end ? 1 : 0);
  for (size_t at = 0; at < scanned; at += 64) {
    BlockMasks masks = scan.block(text + at);
    if (scanned - at < 64) masks.keep((uint64_t{1} << (scanned - at)) - 1);
    uint64_t lf = masks.lf;
    uint64_t delimiters = masks.delimiter;
    uint64_t cr = masks.cr;
    uint64_t inside = 0;
    if ((masks.quote | state.in_quotes | state.after_closing) != 0) {
      inside = inside_quotes(masks, state);
      delimiters &= ~inside;
    }
    if ((cr | state.carriage_return) != 0) {
      // The LF of a CRLF pair is not a line end of its own.
      const uint64_t second = ((cr << 1) | state.carriage_return) & lf;
      const uint64_t next_lf = at + 64 < scanned && text[at + 64] == '\n' ? uint64_t{1} << 63 : 0;
      const uint64_t pairs = cr & ((lf >> 1) | next_lf);
      state.crlf |= (pairs & ~inside) != 0;
      state.cr |= (cr & ~pairs & ~inside) != 0;
      state.carriage_return = cr >> 63;
      lf &= ~second;
    }
    line_ends += static_cast<unsigned>(__builtin_popcountll(lf | cr));
    lf &= ~inside;
    cr &= ~inside;
    if (virtual_end && scanned - at <= 64) {
      const uint64_t last = uint64_t{1} << (size - at);
      state.lf |= (lf & ~last) != 0;
    } else {
      state.lf |= lf != 0;
    }
    const uint64_t separators = delimiters | lf | cr;
    for (uint64_t ends = lf | cr; ends != 0; ends &= ends - 1) {
      const uint64_t before = (ends & (0 - ends)) - 1;
      index->ends[n_ends++] = static_cast<uint32_t>(
          n_separators + static_cast<unsigned>(__builtin_popcountll(separators & before)));
    }
    flatten(separators, static_cast<uint32_t>(at), index->separators + n_separators);
    n_separators += static_cast<unsigned>(__builtin_popcountll(separators));
    const char last_byte = text[at + 63];
    state.field_begins = last_byte == delimiter || last_byte == '\n' || last_byte == '\r' ? 1 : 0;
    // A closing quote at the end of the block may be doubled in the next block.
    state.field_begins |= state.after_closing;
  }
  index->n_separators = n_separators;
  index->n_ends = n_ends;
  index->line_ends = line_ends - (virtual_end ? 1 : 0);
  index->lf = state.lf;
  index->crlf = state.crlf;
  index->cr = state.cr;
  index->not_ascii = scan.not_ascii();
  index->irregular = state.irregular || state.in_quotes != 0;
}

#if defined(__AVX2__)

/// Loads `size` bytes, at most 32. It has no branch, because the length of the next text cannot be predicted.
inline __m256i load_short(const char* text, size_t size) {
  const __m256i loaded = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
#if defined(__AVX512BW__)
  return _mm256_maskz_mov_epi8(static_cast<__mmask32>((uint64_t{1} << size) - 1), loaded);
#else
  const __m256i number = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                          19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  return _mm256_and_si256(loaded, _mm256_cmpgt_epi8(_mm256_set1_epi8(static_cast<char>(size)), number));
#endif
}

inline bool is_text(const ShortText& known, __m256i text) {
  const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(known.words));
  return _mm256_movemask_epi8(_mm256_cmpeq_epi8(words, text)) == -1;
}

inline uint64_t hash_of_loaded(__m256i text) {
#if defined(__AVX512DQ__)
  const __m256i factors = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kHashFactors));
  const __m256i products = _mm256_mullo_epi64(text, factors);
  const __m128i halves =
      _mm_add_epi64(_mm256_castsi256_si128(products), _mm256_extracti128_si256(products, 1));
  return static_cast<uint64_t>(_mm_cvtsi128_si64(halves)) +
         static_cast<uint64_t>(_mm_extract_epi64(halves, 1));
#else
  ShortText words;
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(words.words), text);
  return hash_of_short(words);
#endif
}

#else

inline ShortText load_short(const char* text, size_t size) {
  ShortText loaded{};
  for (size_t i = 0; 8 * i < size; ++i) {
    __builtin_memcpy(&loaded.words[i], text + 8 * i, sizeof loaded.words[i]);
    if (size - 8 * i < 8) loaded.words[i] &= (uint64_t{1} << (8 * (size - 8 * i))) - 1;
  }
  return loaded;
}

inline bool is_text(const ShortText& known, const ShortText& text) {
  uint64_t differ = 0;
  for (size_t i = 0; i < kShortTextBytes / 8; ++i) differ |= known.words[i] ^ text.words[i];
  return differ == 0;
}

inline uint64_t hash_of_loaded(const ShortText& text) {
  return hash_of_short(text);
}

#endif

inline bool find_short_text(const ShortTexts& known, const char* text, size_t size, int32_t* code) {
  const auto wanted = load_short(text, size);
  uint64_t slot = known.first_slot(hash_of_loaded(wanted));
  for (size_t n_probes = 1; !is_text(known.texts[slot], wanted); ++n_probes) {
    if (known.texts[slot].words[0] == 0 || n_probes == table::kMostProbes) return false;
    slot = known.slot_after(slot);
  }
  *code = known.codes[slot];
  return true;
}

/// Returns the range of a cell of column `j`: the first column begins where the row begins, the others behind
/// a delimiter.
template <bool is_first>
inline Range cell_range(const CellJob* job, uint32_t j, uint32_t row) {
  const uint32_t* const separator = job->separators + job->row_first[row] + j;
  return {job->text + (is_first ? job->row_begin[row] : separator[-1] + 1), job->text + *separator};
}

inline Range without_spaces(Range cell) {
  while (cell.begin != cell.end && *cell.begin == ' ') ++cell.begin;
  while (cell.begin != cell.end && cell.end[-1] == ' ') --cell.end;
  return cell;
}

/// Returned by the loops below: the row to continue from. They return when `end` is reached, when the
/// column's mode has changed, or when `other_cell` has stopped them (`stopped`).
struct Progress {
  uint32_t row;
  bool stopped;
};

template <bool is_first, class Hash>
Progress read_number_cells(const CellJob* job, uint32_t j, uint32_t row, uint32_t end) {
  CellColumn& column = job->columns[j];
  double* const numbers = column.numbers;
  while (row < end) {
    Hash hash(job->hash);
    unsigned seen = column.seen;
    const uint32_t first = row;
    if (job->trim && *cell_range<is_first>(job, j, row).begin == ' ') {
      // ", " between fields is common, so one leading space is skipped without a branch.
      const auto behind_space = [job, j, first](uint32_t i) {
        Range cell = cell_range<is_first>(job, j, first + i);
        cell.begin += is_equal(*cell.begin, ' ');
        return cell;
      };
      row += read_numbers(end - row, behind_space, numbers + row, &seen, hash);
    } else {
      const auto whole = [job, j, first](uint32_t i) { return cell_range<is_first>(job, j, first + i); };
      row += read_numbers(end - row, whole, numbers + row, &seen, hash);
    }
    hash.keep(job->hash);
    column.seen = static_cast<uint8_t>(seen);
    if (row == end) break;
    const Range cell = cell_range<is_first>(job, j, row);
    const Range inner = job->trim ? without_spaces(cell) : cell;
    FastNumber number;
    if (inner.begin == inner.end) {
      numbers[row] = __builtin_nan("");
    } else if ((inner.begin != cell.begin || inner.end != cell.end) &&
               read_number_inline(inner.begin, inner.end, &number)) {
      numbers[row] = number.value;
      column.seen = static_cast<uint8_t>(column.seen | number.seen);
    } else if (!job->other_cell(job->user, row, j, static_cast<uint32_t>(cell.begin - job->text),
                                static_cast<uint32_t>(cell.end - job->text))) {
      return {row, true};
    }
    ++row;
    if (column.mode != CellMode::kNumber) break;
  }
  return {row, false};
}

/// Stores the codes of empty cells and of known texts, up to `end` or the first cell that is neither. Returns
/// the row of that cell.
template <bool is_first, class Hash>
uint32_t find_texts(const CellJob* all, uint32_t j, uint32_t row, uint32_t end) {
  const CellJob job = *all;  // a copy, so that the compiler knows that no call changes it
  const ShortTexts known = job.columns[j].texts;
  int32_t* const codes = job.columns[j].codes;
  Hash hash(job.hash);
  for (; row < end; ++row) {
    hash.two_steps();
    Range cell = cell_range<is_first>(&job, j, row);
    if (job.trim) {
      // ", " between fields is common, so one leading space is skipped without a branch. In an empty cell the
      // byte looked at is the separator, which is never a space.
      cell.begin += is_equal(*cell.begin, ' ');
      if (*cell.begin == ' ' || cell.end[-1] == ' ') cell = without_spaces(cell);
    }
    const size_t size = static_cast<size_t>(cell.end - cell.begin);
    if (size - 1 < kShortTextBytes) {
      if (*cell.begin == '"' || !find_short_text(known, cell.begin, size, &codes[row])) break;
    } else {
      if (size != 0) break;
      codes[row] = -1;
    }
  }
  hash.keep(job.hash);
  return row;
}

template <bool is_first, class Hash>
Progress read_text_cells(const CellJob* job, uint32_t j, uint32_t row, uint32_t end) {
  while (true) {
    row = find_texts<is_first, Hash>(job, j, row, end);
    if (row == end) return {row, false};
    const Range cell = cell_range<is_first>(job, j, row);
    if (!job->other_cell(job->user, row, j, static_cast<uint32_t>(cell.begin - job->text),
                         static_cast<uint32_t>(cell.end - job->text)))
      return {row, true};
    ++row;
    if (job->columns[j].mode != CellMode::kText) return {row, false};
  }
}

template <bool is_first>
Progress read_other_cells(const CellJob* job, uint32_t j, uint32_t row, uint32_t end) {
  for (; row < end; ++row) {
    const Range cell = cell_range<is_first>(job, j, row);
    if (!job->other_cell(job->user, row, j, static_cast<uint32_t>(cell.begin - job->text),
                         static_cast<uint32_t>(cell.end - job->text)))
      return {row, true};
  }
  return {row, false};
}

template <bool is_first, class Hash>
Progress read_column(const CellJob* job, uint32_t j, uint32_t row, uint32_t end) {
  if (job->all_cells) return read_other_cells<is_first>(job, j, row, end);
  if (job->columns[j].mode == CellMode::kNumber) return read_number_cells<is_first, Hash>(job, j, row, end);
  return read_text_cells<is_first, Hash>(job, j, row, end);
}

template <bool is_first>
Progress read_column(const CellJob* job, uint32_t j, uint32_t row, uint32_t end) {
#if defined(__SHA__)
  const bool hashes = job->hash != nullptr && steps_left(*job->hash) >= kMostStepsOfCell * (end - row);
  if (hashes) return read_column<is_first, HashOfText>(job, j, row, end);
#endif
  return read_column<is_first, NoHash>(job, j, row, end);
}

// Reads column by column within blocks of rows that fit the first-level cache. A cell that stops the loop
// limits the later columns to the rows before it. The last cell that stops it is therefore the first such
// cell of the text.
void read_cells(const CellJob* job) {
  bool stopped = false;
  for (uint32_t begin = 0; begin < job->n_rows && !stopped; begin += job->block_rows) {
    uint32_t end = job->n_rows - begin < job->block_rows ? job->n_rows : begin + job->block_rows;
    for (uint32_t a = 0; a < job->n_active; ++a) {
      const uint32_t j = job->active[a];
      for (uint32_t row = begin; row < end;) {
        const Progress progress =
            j == 0 ? read_column<true>(job, j, row, end) : read_column<false>(job, j, row, end);
        row = progress.row;
        if (progress.stopped) end = row;
        stopped = stopped || progress.stopped;
      }
    }
  }
}

bool read_number(const char* begin, const char* end, FastNumber* number) {
  return begin != end && read_number_inline(begin, end, number);
}

}  // namespace
}  // namespace rf::csv
