// SPDX-License-Identifier: MIT
// 64 bytes of text as bit masks: one bit per byte for the delimiter, line ends and quotes. Made by AVX-512,
// AVX2 or SSE2 compares, elsewhere by arithmetic on eight bytes in a word (Mycroft's test for a zero byte, in
// its exact form). csv_kernels_impl.hpp draws an example. Part of csv_kernels_impl.hpp.
#pragma once

#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "csv/csv_kernels.hpp"

namespace rf::csv {
namespace {

struct BlockMasks {
  uint64_t delimiter, lf, cr, quote;

  void keep(uint64_t bits) {
    delimiter &= bits;
    lf &= bits;
    cr &= bits;
    quote &= bits;
  }
};

#if defined(__AVX512BW__)

class BlockScan {
 public:
  explicit BlockScan(char delimiter) : delimiter_(_mm512_set1_epi8(delimiter)) {}

  BlockMasks block(const char* p) {
    const __m512i text = _mm512_loadu_si512(p);
    high_ = _mm512_or_si512(high_, text);
    least_ = _mm512_min_epu8(least_, text);
    return {_mm512_cmpeq_epi8_mask(text, delimiter_), _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n')),
            _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\r')),
            _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('"'))};
  }

  bool not_ascii() const {
    return _mm512_movepi8_mask(high_) != 0 || _mm512_cmpeq_epi8_mask(least_, _mm512_setzero_si512()) != 0;
  }

 private:
  __m512i delimiter_;
  __m512i high_ = _mm512_setzero_si512();
  __m512i least_ = _mm512_set1_epi8(-1);
};

/// Returns the bytes 0 .. 63.
inline __m512i numbers_to_63() {
  const __m512i of_four = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60);
  return _mm512_add_epi8(
      _mm512_shuffle_epi8(of_four, _mm512_set4_epi32(0x0C0C0C0C, 0x08080808, 0x04040404, 0)),
      _mm512_set1_epi32(0x03020100));
}

#elif defined(__AVX2__)

class BlockScan {
 public:
  explicit BlockScan(char delimiter) : delimiter_(_mm256_set1_epi8(delimiter)) {}

  BlockMasks block(const char* p) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    high_ = _mm256_or_si256(high_, _mm256_or_si256(a, b));
    least_ = _mm256_min_epu8(least_, _mm256_min_epu8(a, b));
    return {equal(a, b, delimiter_), equal(a, b, _mm256_set1_epi8('\n')), equal(a, b, _mm256_set1_epi8('\r')),
            equal(a, b, _mm256_set1_epi8('"'))};
  }

  bool not_ascii() const {
    return _mm256_movemask_epi8(high_) != 0 ||
           _mm256_movemask_epi8(_mm256_cmpeq_epi8(least_, _mm256_setzero_si256())) != 0;
  }

 private:
  static uint64_t equal(__m256i a, __m256i b, __m256i byte) {
    const auto low = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, byte)));
    const auto high = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, byte)));
    return low | (uint64_t{high} << 32);
  }

  __m256i delimiter_;
  __m256i high_ = _mm256_setzero_si256();
  __m256i least_ = _mm256_set1_epi8(-1);
};

#elif defined(__x86_64__)

class BlockScan {
 public:
  explicit BlockScan(char delimiter) : delimiter_(_mm_set1_epi8(delimiter)) {}

  BlockMasks block(const char* p) {
    BlockMasks masks{};
    for (int i = 0; i < 4; ++i) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
      high_ = _mm_or_si128(high_, v);
      least_ = _mm_min_epu8(least_, v);
      masks.delimiter |= equal(v, delimiter_) << (16 * i);
      masks.lf |= equal(v, _mm_set1_epi8('\n')) << (16 * i);
      masks.cr |= equal(v, _mm_set1_epi8('\r')) << (16 * i);
      masks.quote |= equal(v, _mm_set1_epi8('"')) << (16 * i);
    }
    return masks;
  }

  bool not_ascii() const {
    return _mm_movemask_epi8(high_) != 0 ||
           _mm_movemask_epi8(_mm_cmpeq_epi8(least_, _mm_setzero_si128())) != 0;
  }

 private:
  static uint64_t equal(__m128i v, __m128i byte) {
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(v, byte)));
  }

  __m128i delimiter_;
  __m128i high_ = _mm_setzero_si128();
  __m128i least_ = _mm_set1_epi8(-1);
};

#else

class BlockScan {
 public:
  explicit BlockScan(char delimiter) : delimiter_(repeated(delimiter)) {}

  BlockMasks block(const char* p) {
    BlockMasks masks{};
    for (int i = 0; i < 8; ++i) {
      uint64_t word;
      __builtin_memcpy(&word, p + 8 * i, sizeof word);
      high_ |= word;
      nul_ |= zero_bytes(word);
      masks.delimiter |= bits_of(zero_bytes(word ^ delimiter_)) << (8 * i);
      masks.lf |= bits_of(zero_bytes(word ^ repeated('\n'))) << (8 * i);
      masks.cr |= bits_of(zero_bytes(word ^ repeated('\r'))) << (8 * i);
      masks.quote |= bits_of(zero_bytes(word ^ repeated('"'))) << (8 * i);
    }
    return masks;
  }

  bool not_ascii() const { return (high_ & kHighBits) != 0 || nul_ != 0; }

 private:
  static constexpr uint64_t kHighBits = 0x8080808080808080;
  static constexpr uint64_t repeated(char c) { return 0x0101010101010101 * static_cast<unsigned char>(c); }
  /// Returns the high bit of each byte that is 0.
  static uint64_t zero_bytes(uint64_t x) { return ~(((x & ~kHighBits) + ~kHighBits) | x | ~kHighBits); }
  /// Returns the eight high bits next to each other.
  static uint64_t bits_of(uint64_t high_bits) { return ((high_bits >> 7) * 0x0102040810204080) >> 56; }

  uint64_t delimiter_;
  uint64_t high_ = 0;
  uint64_t nul_ = 0;
};

#endif

}  // namespace
}  // namespace rf::csv
