// SPDX-License-Identifier: MIT
// Reads numbers from text in groups, by AVX-512: four of up to 15 digits, or two and two of up to 19. Each
// text is loaded so that it ends where its own lane ends. The bytes of all lanes are then compared at once,
// and one bit per byte shows which number is wrong and how. The bits of all lanes are added and subtracted as
// one number. A guard bit, the highest of each lane, keeps a borrow within its lane. Part of
// csv_kernels_impl.hpp.
#pragma once

#include "csv/csv_number_impl.hpp"

#if defined(__AVX512BW__)

namespace rf::csv {
namespace {

/// Constants that stay in registers while a column is read. The compiler would otherwise rebuild them for
/// each group.
struct GroupConstants {
  static __m512i kept(__m512i v) {
    __asm__("" : "+v"(v));
    return v;
  }
  __m512i zero = kept(_mm512_set1_epi8('0'));
  __m512i nine = kept(_mm512_set1_epi8(9));
  __m512i point = kept(_mm512_set1_epi8('.'));
  __m512i minus = kept(_mm512_set1_epi8('-'));
  __m512i tens = kept(_mm512_set1_epi16(1 << 8 | 10));
  __m512i hundreds = kept(_mm512_set1_epi32(1 << 16 | 100));
  __m512i ten_thousands = kept(_mm512_set1_epi32(1 << 16 | 10000));
  __m512i hundred_million = kept(_mm512_set1_epi64(100000000));
  __m512i even = kept(_mm512_setr_epi64(0, 2, 4, 6, 0, 0, 0, 0));
};

/// Facts about the bytes of a group, one bit for each. A lane's last bit is the number's last character.
struct GroupBits {
  uint64_t first;     ///< the first character behind the sign
  uint64_t negative;  ///< the sign
  uint64_t field;     ///< all characters behind the sign
  uint64_t point;     ///< the point, or the guard bit if there is no point
  uint64_t below;     ///< the bytes before the point; without a point all but the guard bit
  uint64_t bad;       ///< not 0 if one of the texts is not a number of this kind
};

/// `begins` has a bit for the first character of each lane, `lanes` the lowest bit of each.
template <uint64_t lanes>
__attribute__((always_inline)) inline GroupBits group_bits(__m512i text, uint64_t begins,
                                                           const GroupConstants& constants) {
  constexpr uint64_t kGuard = (lanes >> 1) | (uint64_t{1} << 63);
  const __m512i digits = _mm512_sub_epi8(text, constants.zero);
  const uint64_t no_digit = _mm512_cmpgt_epu8_mask(digits, constants.nine);
  const uint64_t is_zero = _mm512_cmpeq_epi8_mask(text, constants.zero);
  const uint64_t is_no_point = _mm512_cmpneq_epi8_mask(text, constants.point);
  const uint64_t is_minus = _mm512_cmpeq_epi8_mask(text, constants.minus);
  GroupBits bits;
  bits.negative = is_minus & begins;
  bits.first = begins + bits.negative;
  bits.field = (lanes & ~uint64_t{1}) - bits.first;
  const uint64_t others = no_digit & bits.field;
  const uint64_t guarded = others | kGuard;
  const uint64_t less = guarded - lanes;
  bits.point = guarded & ~less;
  bits.below = ~guarded & less;
  // A number has at most one point, neither first nor last. It has no zero before another digit and is not a
  // sign alone. Its first digit is not the first byte of its lane, because the bits before it could not be
  // told from it.
  const uint64_t bad_inside =
      (others & bits.first) | (guarded & less) | (is_zero & bits.first & ~(others >> 1));
  bits.bad = (others & (is_no_point | kGuard)) | (bad_inside & ~kGuard) | (bits.negative & kGuard) |
             (bits.first & lanes);
  return bits;
}

/// Converts each 16 digits (0 .. 9) to a 64-bit number. The number appears twice.
__attribute__((always_inline)) inline __m512i sixteen_digits(__m512i digits,
                                                             const GroupConstants& constants) {
  const __m512i pairs = _mm512_maddubs_epi16(digits, constants.tens);
  const __m512i fours = _mm512_madd_epi16(pairs, constants.hundreds);
  const __m512i packed = _mm512_packus_epi32(fours, fours);
  const __m512i eights = _mm512_madd_epi16(packed, constants.ten_thousands);
  return _mm512_add_epi64(_mm512_mul_epu32(eights, constants.hundred_million), _mm512_srli_epi64(eights, 32));
}

constexpr uint64_t kLanesOf16 = 0x0001000100010001;
constexpr uint64_t kLanesOf32 = 0x0000000100000001;

/// Returns the bit where a text begins in its lane. The lane ends before bit `lane_end`.
inline uint64_t begin_bit(Range text, uint64_t lane_end) {
  return uint64_t{1} << (lane_end - static_cast<uint64_t>(text.end - text.begin));
}

/// The kinds of numbers that a loop has met. A member is not 0 if the loop has met a number of its kind.
struct Met {
  uint64_t integers = 0;
  uint64_t fractions = 0;
};

/// Reads four numbers of at most 15 characters behind the sign, at most 16 with the sign. The digits behind a
/// point move one byte towards it and overwrite it. The number is then ten times too large, and so is the
/// power that it is divided by.
template <class Hash>
__attribute__((always_inline)) inline bool read_four(Range a, Range b, Range c, Range d, double* numbers,
                                                     Met* met, const GroupConstants& constants, Hash& hash) {
  // Indexed by 15 minus the byte position of the decimal point; the first entry is for numbers without a
  // point.
  const __m512d low = _mm512_setr_pd(1e0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8);
  const __m512d high = _mm512_setr_pd(1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16);
  __m512i text = _mm512_zextsi128_si512(load_16(a.end - 16));
  text = _mm512_inserti64x2(text, load_16(b.end - 16), 1);
  text = _mm512_inserti64x2(text, load_16(c.end - 16), 2);
  text = _mm512_inserti64x2(text, load_16(d.end - 16), 3);
  hash.two_steps();
  const uint64_t begins = begin_bit(a, 16) + begin_bit(b, 32) + begin_bit(c, 48) + begin_bit(d, 64);
  const GroupBits bits = group_bits<kLanesOf16>(text, begins, constants);
  hash.two_steps();
  if (__builtin_expect(bits.bad != 0, 0)) return false;

  const uint64_t no_point = bits.point & (kLanesOf16 << 15);
  const __m512i digits = _mm512_maskz_sub_epi8(bits.field, text, constants.zero);
  const __m512i moved = _mm512_bsrli_epi128(digits, 1);
  const __m512i joined =
      sixteen_digits(_mm512_mask_mov_epi8(moved, bits.below | no_point, digits), constants);
  hash.two_steps();
  const __m256i whole = _mm512_castsi512_si256(_mm512_maskz_permutexvar_epi64(0x0F, constants.even, joined));

  const __m256i point = _mm256_cvtepu16_epi64(_mm_cvtsi64_si128(static_cast<int64_t>(bits.point)));
  const __m512i place = _mm512_zextsi256_si512(_mm256_lzcnt_epi64(point));
  const __m256d magnitude = _mm512_castpd512_pd256(_mm512_permutex2var_pd(low, place, high));
  const __m128i sign = _mm_cvtsi64_si128(static_cast<int64_t>(bits.negative));
  const __m256d power =
      _mm256_mask_sub_pd(magnitude, _mm_test_epi16_mask(sign, sign), _mm256_setzero_pd(), magnitude);
  _mm256_storeu_pd(numbers,
                   _mm256_add_pd(_mm256_div_pd(_mm256_cvtepi64_pd(whole), power), _mm256_setzero_pd()));
  hash.two_steps();
  met->integers |= no_point;
  met->fractions |= bits.point ^ no_point;
  return true;
}

/// Reads two numbers with a point and at most 19 significant digits, each at most 32 characters long. The
/// digits before the point move one byte towards it and overwrite it.
template <class Hash>
__attribute__((always_inline)) inline bool read_two(Range a, Range b, double* numbers,
                                                    const GroupConstants& constants, Hash& hash) {
  const auto load_both = [a, b](size_t before) {
    const auto load = [](const char* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); };
    return _mm512_inserti64x4(_mm512_zextsi256_si512(load(a.end - before)), load(b.end - before), 1);
  };
  const __m512i text = load_both(32);
  hash.two_steps();
  const GroupBits bits = group_bits<kLanesOf32>(text, begin_bit(a, 32) + begin_bit(b, 64), constants);
  const uint64_t no_point = bits.point & (kLanesOf32 << 31);
  if (__builtin_expect((bits.bad | no_point) != 0, 0)) return false;

  const __m512i closed = _mm512_mask_mov_epi8(text, bits.below | bits.point, load_both(33));
  const __m512i digits = _mm512_maskz_sub_epi8(bits.field & ~bits.first, closed, constants.zero);
  hash.two_steps();
  alignas(64) uint64_t sixteens[8];  // for each number its upper and its lower digits, each twice
  _mm512_store_si512(sixteens, sixteen_digits(digits, constants));
  hash.two_steps();
  for (int i = 0; i < 2; ++i) {
    hash.two_steps();
    const uint64_t upper = sixteens[4 * i];
    const uint64_t w = upper * 10000000000000000 + sixteens[4 * i + 2];
    if (__builtin_expect(upper > 999 || w == 0, 0)) return false;
    const int places = 31 - __builtin_ctz(static_cast<uint32_t>(bits.point >> (32 * i)));
    const uint64_t negative = static_cast<uint32_t>(bits.negative >> (32 * i)) != 0 ? 1 : 0;
    if (!scale_by_power(w, -places, negative, numbers + i)) return false;
  }
  return true;
}

/// Reads numbers one by one. Returns the index of the first text that is not a number, or `end`.
template <class Cell>
__attribute__((noinline)) uint32_t read_one_by_one(uint32_t i, uint32_t end, Cell cell, double* numbers,
                                                   Met* met) {
  for (; i < end; ++i) {
    const Range text = cell(i);
    FastNumber number;
    if (!read_number_inline(text.begin, text.end, &number)) break;
    numbers[i] = number.value;
    met->integers |= number.seen & 1U;
    met->fractions |= number.seen & 2U;
  }
  return i;
}

/// Reads numbers until a cell is not a number of this kind. `cell(i)` is the range of number i. Returns how
/// many it has read.
template <class Cell, class Hash>
__attribute__((always_inline)) inline uint32_t read_numbers(uint32_t n, Cell cell, double* numbers,
                                                            unsigned* seen, Hash& hash) {
  const GroupConstants constants;
  Met met;
  const auto length = [](Range text) { return static_cast<uint64_t>(text.end - text.begin) - 1; };
  uint32_t i = 0;
  bool more = true;
  while (more && i < n && n >= 4) {
    // The last group may overlap the one before: it reads again some cells that are known to be numbers.
    const uint32_t at = i < n - 4 ? i : n - 4;
    const Range a = cell(at);
    const Range b = cell(at + 1);
    const Range c = cell(at + 2);
    const Range d = cell(at + 3);
    const uint64_t longest = length(a) | length(b) | length(c) | length(d);
    if (longest <= 15 && read_four(a, b, c, d, numbers + at, &met, constants, hash)) {
      i = at + 4;
    } else if (longest <= 31 && read_two(a, b, numbers + at, constants, hash) &&
               read_two(c, d, numbers + at + 2, constants, hash)) {
      met.fractions = 1;
      i = at + 4;
    } else {
      i = read_one_by_one(i, at + 4, cell, numbers, &met);
      more = i == at + 4;
    }
  }
  if (n < 4) i = read_one_by_one(0, n, cell, numbers, &met);
  *seen |= (met.integers != 0 ? 1U : 0U) | (met.fractions != 0 ? 2U : 0U);
  return i;
}

}  // namespace
}  // namespace rf::csv

#endif
