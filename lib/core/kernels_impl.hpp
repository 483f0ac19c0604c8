// SPDX-License-Identifier: MIT
// The loops of core/kernels.hpp, compiled once for each instruction set by kernels_<set>.cpp. C-like and
// local to the including file: an inline library function compiled here for AVX-512 could be the copy that
// the linker keeps for the whole program (`nm` shows no weak symbol in these objects; the test of the tables
// checks it). Vectors have the set's native width; the 16 lanes and the order of additions do not depend on
// it. Adding a padding zero to a lane would change nothing either: a lane starts at +0 and is never -0.
#pragma once

#include <stddef.h>
#include <stdint.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "core/kernels.hpp"
#include "core/math_impl.hpp"

// Registers decide how many rows or entries are worked on at once; nothing of it can be seen in the results.
#if defined(__AVX512F__)
#define RF_VECTOR_BYTES 64
#define RF_ROWS_AT_ONCE 4
#define RF_TILE_ROWS 8
#elif defined(__AVX2__)
#define RF_VECTOR_BYTES 32
#define RF_ROWS_AT_ONCE 2
#define RF_TILE_ROWS 4
#else
#define RF_VECTOR_BYTES 16
#define RF_ROWS_AT_ONCE 1
#define RF_TILE_ROWS 4
#endif

// RF_ELEMENTWISE: element i of the output depends on element i of the input only, also where both are the
// same array. RF_EACH(i, n): i = 0 .. n - 1 unrolled, so that arrays of accumulators live in registers.
#if defined(__clang__)
#define RF_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
#define RF_UNROLL _Pragma("clang loop unroll(full)")
#else
#define RF_ELEMENTWISE _Pragma("GCC ivdep")
#define RF_UNROLL _Pragma("GCC unroll 16")
#endif
#define RF_EACH(i, n) RF_UNROLL for (size_t i = 0; i < (n); ++i)

namespace rf::core {
namespace {

typedef double Vector __attribute__((vector_size(RF_VECTOR_BYTES)));
constexpr size_t kWidth = sizeof(Vector) / sizeof(double);
constexpr size_t kVectors = kLanes / kWidth;
constexpr size_t kRowsAtOnce = RF_ROWS_AT_ONCE;
constexpr size_t kTileRows = RF_TILE_ROWS;

inline Vector load(const double* p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

inline void store(double* p, Vector v) {
  __builtin_memcpy(p, &v, sizeof v);
}

/// lanes[i] + lanes[i + 8], then + 4, + 2, + 1.
inline double lane_sum(Vector (&accumulators)[kVectors]) {
  RF_UNROLL for (size_t half = kVectors / 2; half > 0; half /= 2) RF_EACH(v, half) accumulators[v] +=
      accumulators[v + half];
  double lanes[kWidth];
  store(lanes, accumulators[0]);
  RF_UNROLL for (size_t half = kWidth / 2; half > 0; half /= 2) RF_EACH(i, half) lanes[i] += lanes[i + half];
  return lanes[0];
}

/// p[0 .. n) and zeros, 0 < n < kWidth; reads nothing beyond.
inline Vector load_part(const double* p, size_t n) {
#if defined(__AVX512F__)
  return (Vector)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1), p);
#elif defined(__AVX2__)
  const __m256i numbers = _mm256_set_epi64x(3, 2, 1, 0);
  return (Vector)_mm256_maskload_pd(p, _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)n), numbers));
#else
  static_assert(kWidth == 2);
  return n == 1 ? Vector{p[0], 0.0} : Vector{};
#endif
}

double sum(const double* x, size_t n) {
  Vector accumulators[kVectors];
  RF_EACH(v, kVectors) accumulators[v] = Vector{};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) RF_EACH(v, kVectors) accumulators[v] += load(x + i + v * kWidth);
  const size_t n_whole = (n - i) / kWidth, n_part = (n - i) % kWidth;
  RF_EACH(v, kVectors) {
    if (v < n_whole) accumulators[v] += load(x + i + v * kWidth);
    if (v == n_whole && n_part > 0) accumulators[v] += load_part(x + i + v * kWidth, n_part);
  }
  return lane_sum(accumulators);
}

/// out[r] = sum over j of x[r * stride + j] * w[j] for kRows rows, sharing the loads of w.
template <size_t kRows>
inline void dots(const double* x, size_t stride, const double* w, size_t n, double* out) {
  Vector accumulators[kRows][kVectors];
  RF_EACH(r, kRows) RF_EACH(v, kVectors) accumulators[r][v] = Vector{};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) RF_EACH(v, kVectors) {
      const Vector weights = load(w + i + v * kWidth);
      RF_EACH(r, kRows) accumulators[r][v] += load(x + r * stride + i + v * kWidth) * weights;
    }
  const size_t n_whole = (n - i) / kWidth, n_part = (n - i) % kWidth;
  RF_EACH(v, kVectors) {
    if (v < n_whole) {
      const Vector weights = load(w + i + v * kWidth);
      RF_EACH(r, kRows) accumulators[r][v] += load(x + r * stride + i + v * kWidth) * weights;
    }
    if (v == n_whole && n_part > 0) {
      const Vector weights = load_part(w + i + v * kWidth, n_part);
      RF_EACH(r, kRows) accumulators[r][v] += load_part(x + r * stride + i + v * kWidth, n_part) * weights;
    }
  }
  RF_EACH(r, kRows) out[r] = lane_sum(accumulators[r]);
}

double dot(const double* x, const double* y, size_t n) {
  double result;
  dots<1>(x, 0, y, n, &result);
  return result;
}

void axpy(double a, const double* x, double* y, size_t n) {
  size_t i = 0;
  for (; i + kWidth <= n; i += kWidth) store(y + i, load(y + i) + a * load(x + i));
  for (; i < n; ++i) y[i] += a * x[i];
}

void row_dots(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* w, double bias,
              double* out) {
  size_t i = 0;
  for (; i + kRowsAtOnce <= n_rows; i += kRowsAtOnce)
    dots<kRowsAtOnce>(x + i * stride, stride, w, n_features, out + i);
  for (; i < n_rows; ++i) dots<1>(x + i * stride, stride, w, n_features, out + i);
  for (i = 0; i < n_rows; ++i) out[i] = bias + out[i];
}

/// g[0 .. kCount * kWidth) stay in registers while the rows pass.
template <size_t kCount>
inline void add_weighted_columns(const double* x, size_t stride, size_t n_rows, const double* r, double* g) {
  Vector accumulators[kCount];
  RF_EACH(v, kCount) accumulators[v] = load(g + v * kWidth);
  for (size_t i = 0; i < n_rows; ++i)
    RF_EACH(v, kCount) accumulators[v] += r[i] * load(x + i * stride + v * kWidth);
  RF_EACH(v, kCount) store(g + v * kWidth, accumulators[v]);
}

void add_weighted_rows(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* r,
                       double* g) {
  constexpr size_t kCount = 8;
  size_t j = 0;
  for (; j + kCount * kWidth <= n_features; j += kCount * kWidth)
    add_weighted_columns<kCount>(x + j, stride, n_rows, r, g + j);
  for (; j + kWidth <= n_features; j += kWidth) add_weighted_columns<1>(x + j, stride, n_rows, r, g + j);
  for (; j < n_features; ++j)
    for (size_t i = 0; i < n_rows; ++i) g[j] += r[i] * x[i * stride + j];
}

/// Samples, weights and the Gram matrix of one call, for its tiles.
struct GramRows {
  const double* x;
  size_t stride;
  size_t n_features;
  size_t n_rows;
  const double* w;
  double* gram;
};

/// Entries [k, k + kRows) x [j, j + kCount * kWidth) stay in registers while the rows pass.
template <size_t kRows, size_t kCount>
inline void add_gram_tile(const GramRows& rows, size_t k, size_t j) {
  double* const out = rows.gram + k * rows.n_features + j;
  Vector accumulators[kRows][kCount];
  RF_EACH(r, kRows) RF_EACH(v, kCount) accumulators[r][v] = load(out + r * rows.n_features + v * kWidth);
  for (size_t i = 0; i < rows.n_rows; ++i) {
    const double* const row = rows.x + i * rows.stride;
    Vector weighted[kCount];
    RF_EACH(v, kCount) weighted[v] = rows.w[i] * load(row + j + v * kWidth);
    RF_EACH(r, kRows) RF_EACH(v, kCount) accumulators[r][v] += weighted[v] * row[k + r];
  }
  RF_EACH(r, kRows) RF_EACH(v, kCount) store(out + r * rows.n_features + v * kWidth, accumulators[r][v]);
}

/// Rows [k, k + kRows) of the lower triangle. Tiles reach over the diagonal but not over the end of a row.
template <size_t kRows>
inline void add_gram_rows(const GramRows& rows, size_t k) {
  const size_t end = k + kRows;  // beyond the last column wanted
  size_t j = 0;
  for (; j < end && j + 2 * kWidth <= rows.n_features; j += 2 * kWidth) add_gram_tile<kRows, 2>(rows, k, j);
  for (; j < end && j + kWidth <= rows.n_features; j += kWidth) add_gram_tile<kRows, 1>(rows, k, j);
  for (; j < end; ++j)
    for (size_t r = 0; r < kRows; ++r) {
      double* const out = rows.gram + (k + r) * rows.n_features + j;
      for (size_t i = 0; i < rows.n_rows; ++i) {
        const double* const row = rows.x + i * rows.stride;
        *out += rows.w[i] * row[j] * row[k + r];
      }
    }
}

void add_weighted_gram(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* w,
                       double* gram) {
  constexpr size_t kSubBlock = 128;  // rows that stay in the cache while all tiles pass over them
  for (size_t first = 0; first < n_rows; first += kSubBlock) {
    const size_t count = n_rows - first < kSubBlock ? n_rows - first : kSubBlock;
    const GramRows rows{x + first * stride, stride, n_features, count, w + first, gram};
    size_t k = 0;
    for (; k + kTileRows <= n_features; k += kTileRows) add_gram_rows<kTileRows>(rows, k);
    for (; k < n_features; ++k) add_gram_rows<1>(rows, k);
  }
}

void exp_array(const double* x, double* y, size_t n) {
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) y[i] = exp_value(x[i]);
}
void log_array(const double* x, double* y, size_t n) {
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) y[i] = log_value(x[i]);
}
void log1p_array(const double* x, double* y, size_t n) {
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) y[i] = log1p_value(x[i]);
}
void expit_array(const double* x, double* y, size_t n) {
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) y[i] = expit_value(x[i]);
}
void softplus_array(const double* x, double* y, size_t n) {
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) y[i] = softplus_value(x[i]);
}

constexpr Kernels table_named(const char* name) {
  return {name,      sum,       dot,         axpy,        row_dots,      add_weighted_rows, add_weighted_gram,
          exp_array, log_array, log1p_array, expit_array, softplus_array};
}

}  // namespace
}  // namespace rf::core
