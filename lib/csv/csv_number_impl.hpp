// SPDX-License-Identifier: MIT
// Reads numbers from text, correctly rounded, without a loop over characters. Digits up to 2^53 are divided
// by a power of ten that is an exact double: one rounding (Clinger, "How to read floating point numbers
// accurately", 1990). Longer digit strings are multiplied by the leading 64 bits of the power. The product is
// used only if the bits that were cut off cannot change the rounding (the idea of Lemire, "Number parsing at
// a gigabyte per second", 2021; here with one product and an interval). core::parse_number reads everything
// else. Part of csv_kernels_impl.hpp.
#pragma once

#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "csv/csv_kernels.hpp"
#include "csv/csv_powers.hpp"

namespace rf::csv {
namespace {

struct Range {
  const char* begin;
  const char* end;
};

constexpr uint64_t kExactIntegers = uint64_t{1} << 53;
constexpr double kExactPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr uint64_t kIntegerPowers[] = {1,
                                       10,
                                       100,
                                       1000,
                                       10000,
                                       100000,
                                       1000000,
                                       10000000,
                                       100000000,
                                       1000000000,
                                       10000000000,
                                       100000000000,
                                       1000000000000,
                                       10000000000000,
                                       100000000000000,
                                       1000000000000000,
                                       10000000000000000,
                                       100000000000000000,
                                       1000000000000000000,
                                       10000000000000000000U};

inline double signed_double(uint64_t bits, uint64_t negative) {
  bits |= negative << 63;
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/// Returns 1 if the characters are equal, else 0. It uses arithmetic that no compiler turns into a branch.
inline uint64_t is_equal(char a, char b) {
  return (static_cast<uint64_t>(static_cast<unsigned char>(a ^ b)) - 1) >> 63;
}

/// Computes w * 10^q for w > 0 and q in the table. Returns false if the result is too near the middle between
/// two doubles to decide the rounding.
inline bool scale_by_power(uint64_t w, int q, uint64_t negative, double* value) {
  const int shift = __builtin_clzll(w);
  const Wide product = static_cast<Wide>(w << shift) * kPowers.bits[q - kLeastPower];
  // The true product is in [product, product + 2^64): its high half is `high` or one more.
  const uint64_t high = static_cast<uint64_t>(product >> 64);
  const int top = static_cast<int>(high >> 63);
  const int cut = 10 + top;  // bits of `high` behind the 53 of the mantissa
  const uint64_t rest = high & ((uint64_t{1} << cut) - 1);
  const uint64_t half = uint64_t{1} << (cut - 1);
  if (rest == half - 1 || (rest == half && static_cast<uint64_t>(product) == 0)) return false;
  const uint64_t mantissa = (high >> cut) + (rest >= half ? 1 : 0);  // 2^53 carries into the exponent below
  const int exponent = kPowers.exponent[q - kLeastPower] - shift + 64 + cut + 1023 + 52;
  *value = signed_double((static_cast<uint64_t>(exponent - 1) << 52) + mantissa, negative);
  return true;
}

/// Computes w / 10^n_fraction for w of at most 19 digits and n_fraction <= 19. Returns false if the rounding
/// is in doubt.
inline bool shift_point(uint64_t w, size_t n_fraction, uint64_t negative, double* value) {
  if (w <= kExactIntegers) {
    const double magnitude = static_cast<double>(w) / kExactPowers[n_fraction];
    uint64_t bits;
    __builtin_memcpy(&bits, &magnitude, sizeof bits);
    *value = signed_double(bits, w != 0 ? negative : 0);
    return true;
  }
  return scale_by_power(w, -static_cast<int>(n_fraction), negative, value);
}

#if defined(__AVX2__)

/// kDigits[n][p] joins the digits of an n-byte field at the end of 16 bytes. It removes the point, which is
/// byte p of the 16 (p = 16: no point), and zeroes the bytes before the field.
struct DigitMoves {
  uint8_t move[16][17][16];
};
constexpr DigitMoves digit_moves() {
  DigitMoves table{};
  for (int n = 0; n < 16; ++n)
    for (int p = 0; p <= 16; ++p)
      for (int i = 0; i < 16; ++i) {
        const int from = p == 16 || i > p ? i : i - 1;
        table.move[n][p][i] = static_cast<uint8_t>(from < 16 - n ? 0x80 : from);
      }
  return table;
}
alignas(64) constexpr DigitMoves kDigits = digit_moves();
/// Bits of the last n of 16 bytes.
constexpr uint32_t kFieldBits[16] = {0x0000, 0x8000, 0xC000, 0xE000, 0xF000, 0xF800, 0xFC00, 0xFE00,
                                     0xFF00, 0xFF80, 0xFFC0, 0xFFE0, 0xFFF0, 0xFFF8, 0xFFFC, 0xFFFE};
constexpr uint8_t kLastBytes[32] = {0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                                    0,    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
/// 10 to the number of digits behind a point that is byte p of 16, 1 without a point (p = 16); then the same
/// negative.
constexpr double kPointPowers[2][17] = {
    {1e15, 1e14, 1e13, 1e12, 1e11, 1e10, 1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1e0, 1e0},
    {-1e15, -1e14, -1e13, -1e12, -1e11, -1e10, -1e9, -1e8, -1e7, -1e6, -1e5, -1e4, -1e3, -1e2, -1e1, -1e0,
     -1e0}};

inline __m128i load_16(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}

inline __m128i repeated_bytes(int a, int b, int c, int d) {
  __m128i v = _mm_set1_epi32(
      static_cast<int>(static_cast<uint32_t>(a | b << 8 | c << 16) | static_cast<uint32_t>(d) << 24));
  __asm__("" : "+x"(v));  // otherwise the compiler rebuilds the constant for each number
  return v;
}

/// Constants that stay in registers while a column is read.
struct NumberConstants {
  __m128i zero = repeated_bytes('0', '0', '0', '0');
  __m128i nine = repeated_bytes(9, 9, 9, 9);
  __m128i point = repeated_bytes('.', '.', '.', '.');
  __m128i tens = repeated_bytes(10, 1, 10, 1);
  __m128i hundreds = repeated_bytes(100, 0, 1, 0);
  __m128i ten_thousands = repeated_bytes(0x10, 0x27, 1, 0);
};

/// Converts 16 digits (0 .. 9) to two 32-bit numbers of eight digits. The first eight are in the lowest lane.
inline __m128i eight_digits(__m128i digits, const NumberConstants& constants) {
  const __m128i pairs = _mm_maddubs_epi16(digits, constants.tens);
  const __m128i fours = _mm_madd_epi16(pairs, constants.hundreds);
  const __m128i packed = _mm_packus_epi32(fours, fours);
  return _mm_madd_epi16(packed, constants.ten_thousands);
}

inline uint64_t value_of_digits(__m128i digits) {
  const uint64_t both = static_cast<uint64_t>(_mm_cvtsi128_si64(eight_digits(digits, NumberConstants())));
  return (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
}

/// Returns the value of the `n` <= 16 characters before `end`. The caller has checked that they are digits.
inline uint64_t value_before(const char* end, size_t n) {
  const __m128i digits = _mm_sub_epi8(load_16(end - 16), _mm_set1_epi8('0'));
  return value_of_digits(_mm_and_si128(digits, load_16(kLastBytes + n)));
}

/// Reads a number of 16 to 21 bytes behind its sign, with a point.
inline bool read_long_number(const char* begin, const char* end, uint64_t negative, FastNumber* number) {
  const size_t size = static_cast<size_t>(end - begin);
  const __m256i text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(end - 32));
  const __m256i digits = _mm256_sub_epi8(text, _mm256_set1_epi8('0'));
  const __m256i is_digit = _mm256_cmpeq_epi8(_mm256_min_epu8(digits, _mm256_set1_epi8(9)), digits);
  const uint32_t field = 0xFFFFFFFF << (32 - size);
  const uint32_t others = ~static_cast<uint32_t>(_mm256_movemask_epi8(is_digit)) & field;
  if (others == 0 || (others & (others - 1)) != 0) return false;
  const size_t point = static_cast<size_t>(__builtin_ctz(others));
  const char* const at_point = end - 32 + point;
  const size_t n_fraction = 31 - point;
  const size_t n_integer = size - 1 - n_fraction;
  if (*at_point != '.' || n_fraction == 0 || n_integer - 1 > 15 || n_fraction > 19) return false;
  if (*begin == '0' && n_integer > 1) return false;
  const uint64_t whole =
      n_integer == 1 ? static_cast<uint64_t>(*begin - '0') : value_before(at_point, n_integer);
  if (whole != 0 && n_integer + n_fraction > 19) return false;
  // Both halves are always computed, because the number of digits cannot be predicted.
  const size_t n_low = n_fraction < 16 ? n_fraction : 16;
  const uint64_t w = whole * kIntegerPowers[n_fraction] +
                     value_before(end - 16, n_fraction - n_low) * kIntegerPowers[16] +
                     value_before(end, n_low);
  number->seen = 2;
  // Most are larger than 2^53. Testing for it would be a branch that cannot be predicted.
  if (w == 0) return shift_point(w, n_fraction, negative, &number->value);
  return scale_by_power(w, -static_cast<int>(n_fraction), negative, &number->value);
}

/// A number that is still to be divided by a power of ten, which has the number's sign. (The reader then adds
/// 0, which turns -0 into 0.) The digits and the power are exact, so only the division rounds.
struct ShortNumber {
  double digits;
  double power;
  uint32_t point;  ///< not 0 if there is a point
};

/// Reads a number of 1 to 15 bytes behind its sign. One branch covers everything that can be wrong, because a
/// number's digits cannot be predicted.
__attribute__((always_inline)) inline bool read_short_number(const char* begin, const char* end,
                                                             uint64_t negative,
                                                             const NumberConstants& constants,
                                                             ShortNumber* number) {
  const size_t size = static_cast<size_t>(end - begin);
  const __m128i text = load_16(end - 16);
  const __m128i digits = _mm_sub_epi8(text, constants.zero);
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, constants.nine), digits);
  const auto points = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, constants.point)));
  const auto zeros = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, constants.zero)));
  const uint32_t field = kFieldBits[size];
  const uint32_t first = field & (0 - field);
  const uint32_t others = ~static_cast<uint32_t>(_mm_movemask_epi8(is_digit)) & field;
  // At most one point, neither first nor last; no zero before another digit.
  const uint32_t bad = (others & ~points) | (others & (others - 1)) | (others & (first | 0x8000)) |
                       (zeros & first & ~(others >> 1) & 0x7FFF);
  const uint32_t point = static_cast<uint32_t>(__builtin_ctz(others | 0x10000));
  const __m128i eights =
      eight_digits(_mm_shuffle_epi8(digits, load_16(kDigits.move[size][point])), constants);
  if (__builtin_expect(bad != 0, 0)) return false;
  const __m128d parts = _mm_mul_pd(_mm_cvtepi32_pd(eights), _mm_set_pd(1, 1e8));
  number->digits = _mm_cvtsd_f64(_mm_add_sd(parts, _mm_unpackhi_pd(parts, parts)));
  number->power = kPointPowers[negative][point];
  number->point = others;
  return true;
}

inline bool read_16_digits(const char* begin, const char* end, uint64_t negative, FastNumber* number) {
  const __m128i digits = _mm_sub_epi8(load_16(end - 16), _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  if (_mm_movemask_epi8(is_digit) != 0xFFFF || *begin == '0') return false;
  const uint64_t w = value_of_digits(digits);
  if (w > kExactIntegers) return false;
  number->seen = 1;
  return shift_point(w, 0, negative, &number->value);
}

/// Reads the numbers that read_short_number does not read.
__attribute__((noinline)) inline bool read_other_number(const char* begin, const char* end,
                                                        FastNumber* number) {
  const uint64_t negative = is_equal(*begin, '-');
  begin += negative;
  const size_t size = static_cast<size_t>(end - begin);
  if (size < 16 || size > 21) return false;
  return read_long_number(begin, end, negative, number) ||
         (size == 16 && read_16_digits(begin, end, negative, number));
}

inline bool read_number_inline(const char* begin, const char* end, FastNumber* number) {
  const uint64_t negative = is_equal(*begin, '-');
  const size_t size = static_cast<size_t>(end - begin) - negative;
  if (size - 1 > 14) return read_other_number(begin, end, number);
  ShortNumber found;
  if (!read_short_number(begin + negative, end, negative, NumberConstants(), &found)) return false;
  number->value = found.digits / found.power + 0.0;
  number->seen = static_cast<uint8_t>(1 + (found.point != 0 ? 1 : 0));
  return true;
}

#if !defined(__AVX512BW__)  // csv_number_groups_impl.hpp

/// Reads numbers until a cell is not a number of this kind, then divides them. `cell(i)` is the range of
/// number i. Returns how many it has read.
template <class Cell, class Hash>
__attribute__((always_inline)) inline uint32_t read_numbers(uint32_t n, Cell cell, double* numbers,
                                                            unsigned* seen, Hash& hash) {
  constexpr uint32_t kAtOnce = 128;
  alignas(32) double powers[kAtOnce];
  const NumberConstants constants;
  uint32_t points = 0;
  uint32_t no_points = 0;  // the highest bit counts
  uint32_t i = 0;
  bool more = true;
  for (uint32_t begin = 0; more && begin < n; begin = i) {
    const uint32_t end = n - begin < kAtOnce ? n : begin + kAtOnce;
    for (; i < end; ++i) {
      hash.two_steps();
      const auto text = cell(i);
      const uint64_t negative = is_equal(*text.begin, '-');
      const size_t size = static_cast<size_t>(text.end - text.begin) - negative;
      ShortNumber number;
      if (__builtin_expect(size - 1 > 14, 0) ||
          !read_short_number(text.begin + negative, text.end, negative, constants, &number)) {
        FastNumber other;
        more = read_other_number(text.begin, text.end, &other);
        if (!more) break;
        number = {other.value, 1, other.seen == 2 ? 1U : 0U};
      }
      numbers[i] = number.digits;
      powers[i - begin] = number.power;
      points |= number.point;
      no_points |= number.point - 1;
    }
    for (uint32_t k = begin; k < i; ++k) numbers[k] = numbers[k] / powers[k - begin] + 0.0;
  }
  *seen |= (no_points >> 31) | (points != 0 ? 2U : 0U);
  return i;
}

#endif

#else

/// Returns eight characters as a word, with '0' taken off each. The first character is the lowest byte on
/// every machine that we support.
inline uint64_t eight_before(const char* end) {
  uint64_t word;
  __builtin_memcpy(&word, end - 8, sizeof word);
  return word ^ 0x3030303030303030;
}

/// Returns the high bit of each byte that is not a digit 0 .. 9.
inline uint64_t no_digits(uint64_t x) {
  return (((x & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676) | x) & 0x8080808080808080;
}

/// Returns the value of eight digits. Neighbours are joined to two, four and eight digits.
inline uint64_t value_of_eight(uint64_t x) {
  x = (x * 10 + (x >> 8)) & 0x00FF00FF00FF00FF;
  x = (x * 100 + (x >> 16)) & 0x0000FFFF0000FFFF;
  return (x * 10000 + (x >> 32)) & 0xFFFFFFFF;
}

/// Appends the `n` <= 19 characters before `end` to the number *w. Returns false if one is not a digit.
inline bool append_digits(const char* end, size_t n, uint64_t* w) {
  uint64_t value = 0;
  for (size_t done = n > 16 ? n - 16 : n > 8 ? n - 8 : n; n > 0; done = 8) {
    const uint64_t word = eight_before(end - (n - done));
    const uint64_t kept = done == 8 ? word : word >> (64 - 8 * done) << (64 - 8 * done);
    if (no_digits(kept) != 0) return false;
    value = value * kIntegerPowers[done] + value_of_eight(kept);
    *w *= kIntegerPowers[done];
    n -= done;
  }
  *w += value;
  return true;
}

inline bool read_number_inline(const char* begin, const char* end, FastNumber* number) {
  const uint64_t negative = *begin == '-' ? 1 : 0;
  begin += negative;
  const size_t size = static_cast<size_t>(end - begin);
  if (size - 1 > 20) return false;
  // The point, or the end: the first character that is not a digit.
  const char* point = begin;
  while (point != end) {
    const uint64_t others = no_digits(eight_before(point + 8));
    const size_t n_digits = others == 0 ? 8 : static_cast<size_t>(__builtin_ctzll(others)) / 8;
    point += n_digits;
    if (point >= end) point = end;
    if (n_digits < 8) break;
  }
  const size_t n_integer = static_cast<size_t>(point - begin);
  if (n_integer == 0 || n_integer > 19 || (*begin == '0' && n_integer > 1)) return false;
  uint64_t w = 0;
  append_digits(point, n_integer, &w);
  if (point == end) {
    if (w > kExactIntegers) return false;
    number->seen = 1;
    return shift_point(w, 0, negative, &number->value);
  }
  const size_t n_fraction = static_cast<size_t>(end - point) - 1;
  if (*point != '.' || n_fraction == 0 || n_fraction > 19 || (w != 0 && n_integer + n_fraction > 19))
    return false;
  if (!append_digits(end, n_fraction, &w)) return false;
  number->seen = 2;
  return shift_point(w, n_fraction, negative, &number->value);
}

template <class Cell, class Hash>
inline uint32_t read_numbers(uint32_t n, Cell cell, double* numbers, unsigned* seen, Hash& hash) {
  for (uint32_t i = 0; i < n; ++i) {
    hash.two_steps();
    const auto text = cell(i);
    FastNumber number;
    if (!read_number_inline(text.begin, text.end, &number)) return i;
    numbers[i] = number.value;
    *seen |= number.seen;
  }
  return n;
}

#endif

}  // namespace
}  // namespace rf::csv
