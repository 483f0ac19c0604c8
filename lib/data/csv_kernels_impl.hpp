// SPDX-License-Identifier: MIT
// The loops of csv_kernels.hpp, compiled once for each instruction set. Structure is found 64 bytes at a time as bit
// masks (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019); quotes by the parity of their number,
// trusted only where each stands as an opening or a closing one must. Numbers: csv_number_impl.hpp.
#pragma once

#include "data/csv_masks_impl.hpp"
#include "data/csv_number_impl.hpp"

namespace rf::data {
namespace {

/// What the blocks before have left.
struct IndexState {
  uint64_t in_quotes = 0;       ///< all bits set inside quotes
  uint64_t field_begins = 1;    ///< bit 0: the next byte may open a quoted field
  uint64_t after_closing = 0;   ///< bit 0: the byte before closed one
  uint64_t carriage_return = 0; ///< bit 0: the byte before is a CR
  bool lf = false, crlf = false, cr = false, irregular = false;
};

/// Bit i of the result: whether the number of set bits among 0 .. i is odd.
inline uint64_t parity_of_prefixes(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/// Follows the quotes of a block: bits of the bytes inside them (the opening one included).
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

inline void flatten(uint64_t bits, uint32_t base, uint32_t* out) {
  const unsigned count = static_cast<unsigned>(__builtin_popcountll(bits));
  for (unsigned done = 0; done < count; done += 8) {
    for (unsigned i = 0; i < 8; ++i) {
      out[done + i] = base + static_cast<uint32_t>(__builtin_ctzll(bits | (uint64_t{1} << 63)));
      bits &= bits - 1;
    }
  }
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
      // The LF of a pair is no end of its own.
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
      index->ends[n_ends++] =
          static_cast<uint32_t>(n_separators + static_cast<unsigned>(__builtin_popcountll(separators & before)));
    }
    flatten(separators, static_cast<uint32_t>(at), index->separators + n_separators);
    n_separators += static_cast<unsigned>(__builtin_popcountll(separators));
    const char last_byte = text[at + 63];
    state.field_begins = last_byte == delimiter || last_byte == '\n' || last_byte == '\r' ? 1 : 0;
    // A quote that closed at the end of the block may be doubled in the next.
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

/// The first min(8, size) bytes of a text, zero-padded; `size` is 1 at least.
inline uint64_t padded_word(const char* text, size_t size) {
  uint64_t word;
  __builtin_memcpy(&word, text, sizeof word);
  return size >= 8 ? word : word & ((uint64_t{1} << (8 * size)) - 1);
}

inline bool find_short_text(const ShortTexts& texts, const char* text, size_t size, int32_t* code) {
  const uint64_t first = padded_word(text, size);
  const uint64_t second = size > 8 ? padded_word(text + 8, size - 8) : 0;
  uint64_t slot = hash_of_words(first, second) & texts.mask;
  for (; texts.slots[slot].used != 0; slot = (slot + 1) & texts.mask) {
    if (texts.slots[slot].first == first && texts.slots[slot].second == second) {
      *code = texts.slots[slot].code;
      return true;
    }
  }
  return false;
}

/// Reads one cell if it is an easy one.
__attribute__((always_inline)) inline bool read_cell(const CellJob* job, CellColumn& column, uint32_t row, const char* begin, const char* end) {
  if (column.mode == CellMode::kNumber) {
    FastNumber number;
    if (read_number_inline(begin, end, &number)) {
      column.numbers[row] = number.value;
      column.seen = static_cast<uint8_t>(column.seen | number.seen);
      return true;
    }
    if (job->trim && begin != end && (*begin == ' ' || end[-1] == ' ')) {
      while (begin != end && *begin == ' ') ++begin;
      while (begin != end && end[-1] == ' ') --end;
      if (begin != end && read_number_inline(begin, end, &number)) {
        column.numbers[row] = number.value;
        column.seen = static_cast<uint8_t>(column.seen | number.seen);
        return true;
      }
    }
    if (begin != end) return false;
    column.numbers[row] = __builtin_nan("");
    return true;
  }
  if (job->trim) {
    while (begin != end && *begin == ' ') ++begin;
    while (begin != end && end[-1] == ' ') --end;
  }
  const size_t size = static_cast<size_t>(end - begin);
  if (size == 0) {
    column.codes[row] = -1;
    return true;
  }
  return size <= 16 && *begin != '"' && find_short_text(column.texts, begin, size, &column.codes[row]);
}

void read_cells(const CellJob* job) {
  const char* const text = job->text;
  for (uint32_t row = 0; row < job->n_rows; ++row) {
    const uint32_t* const separators = job->separators + job->row_first[row];
    for (uint32_t a = 0; a < job->n_active; ++a) {
      const uint32_t j = job->active[a];
      const uint32_t begin = j == 0 ? job->row_begin[row] : separators[static_cast<ptrdiff_t>(j) - 1] + 1;
      const uint32_t end = separators[j];
      const bool easy = !job->all_cells && read_cell(job, job->columns[j], row, text + begin, text + end);
      if (!easy && !job->other_cell(job->user, row, j, begin, end)) return;
    }
  }
}

bool read_number(const char* begin, const char* end, FastNumber* number) {
  return begin != end && read_number_inline(begin, end, number);
}

}  // namespace
}  // namespace rf::data
