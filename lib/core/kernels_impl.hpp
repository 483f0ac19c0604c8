// SPDX-License-Identifier: MIT
// The loops of core/kernels.hpp, compiled once for each instruction set by kernels_<set>.cpp. The code is
// C-like and local to the including file: otherwise the linker might keep an inline library function that was
// compiled here for AVX-512 as the copy for the whole program (ctest
// numeric.objects_for_one_cpu_have_no_weak_symbols checks this). Vectors have the set's native width; the 16
// lanes and the order of additions do not depend on it. Adding a padding zero to a lane does not change it
// either, because a lane starts at +0 and is never -0.
#pragma once

#include <stddef.h>
#include <stdint.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "core/kernels.hpp"
#include "core/math_impl.hpp"

// The number of registers determines how many rows or entries are processed at once. It does not affect the
// results.
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

// RF_ELEMENTWISE: element i of the output depends on element i of the input only, even if both are the same
// array. RF_EACH(i, n): i = 0 .. n - 1 unrolled, so that arrays of accumulators live in registers.
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

/// The first of the four steps of the tree, lanes[i] + lanes[i + 8], and further steps until one vector is
/// left.
inline Vector fold(Vector (&accumulators)[kVectors]) {
  RF_UNROLL for (size_t half = kVectors / 2; half > 0; half /= 2) RF_EACH(v, half) accumulators[v] +=
      accumulators[v + half];
  return accumulators[0];
}

/// The remaining steps of the tree.
inline double lane_sum(Vector folded) {
  double lanes[kWidth];
  store(lanes, folded);
  RF_UNROLL for (size_t half = kWidth / 2; half > 0; half /= 2) RF_EACH(i, half) lanes[i] += lanes[i + half];
  return lanes[0];
}

/// lane_sum of kWidth vectors at once: element i of the result is the sum of v[i]. Each step adds the upper
/// half of every sum's lanes to the lower and packs two vectors into one.
inline Vector sums_of(const Vector (&v)[kWidth]) {
#if defined(__AVX512F__)
  Vector half[4], quarter[2];
  RF_EACH(i, 4)
  half[i] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 8, 9, 10, 11) +
            __builtin_shufflevector(v[2 * i], v[2 * i + 1], 4, 5, 6, 7, 12, 13, 14, 15);
  RF_EACH(i, 2)
  quarter[i] = __builtin_shufflevector(half[2 * i], half[2 * i + 1], 0, 1, 4, 5, 8, 9, 12, 13) +
               __builtin_shufflevector(half[2 * i], half[2 * i + 1], 2, 3, 6, 7, 10, 11, 14, 15);
  return __builtin_shufflevector(quarter[0], quarter[1], 0, 2, 4, 6, 8, 10, 12, 14) +
         __builtin_shufflevector(quarter[0], quarter[1], 1, 3, 5, 7, 9, 11, 13, 15);
#elif defined(__AVX2__)
  Vector half[2];
  RF_EACH(i, 2)
  half[i] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 1, 4, 5) +
            __builtin_shufflevector(v[2 * i], v[2 * i + 1], 2, 3, 6, 7);
  return __builtin_shufflevector(half[0], half[1], 0, 2, 4, 6) +
         __builtin_shufflevector(half[0], half[1], 1, 3, 5, 7);
#else
  return __builtin_shufflevector(v[0], v[1], 0, 2) + __builtin_shufflevector(v[0], v[1], 1, 3);
#endif
}

/// p[0 .. n) followed by zeros, 0 < n < kWidth. Reads no byte beyond.
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

/// p[0 .. n) = v[0 .. n), 0 < n < kWidth. Writes no byte beyond.
inline void store_part(double* p, Vector v, size_t n) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m512d)v);
#elif defined(__AVX2__)
  const __m256i numbers = _mm256_set_epi64x(3, 2, 1, 0);
  _mm256_maskstore_pd(p, _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)n), numbers), (__m256d)v);
#else
  if (n == 1) p[0] = v[0];
#endif
}

/// Adjacent vectors. The last one may be partial; kPart is a compile-time constant, so that whole vectors pay
/// no cost.
template <size_t kCount, bool kPart>
struct Columns {
  size_t n_last;  ///< columns of the last vector, below kWidth if it is partial
  Vector load_one(const double* p, size_t v) const {
    return kPart && v == kCount - 1 ? load_part(p + v * kWidth, n_last) : load(p + v * kWidth);
  }
  void store_one(double* p, size_t v, Vector value) const {
    if (kPart && v == kCount - 1)
      store_part(p + v * kWidth, value, n_last);
    else
      store(p + v * kWidth, value);
  }
};

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
  return lane_sum(fold(accumulators));
}

/// For kRows rows: the folded lanes of the sum over j of x[r * stride + j] * w[j]. The rows share the loads
/// of w.
template <size_t kRows>
inline void row_lanes(const double* x, size_t stride, const double* w, size_t n, Vector* folded) {
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
  RF_EACH(r, kRows) folded[r] = fold(accumulators[r]);
}

/// The sums of row_lanes themselves.
template <size_t kRows>
inline void dots(const double* x, size_t stride, const double* w, size_t n, double* out) {
  Vector folded[kRows];
  row_lanes<kRows>(x, stride, w, n, folded);
  RF_EACH(r, kRows) out[r] = lane_sum(folded[r]);
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
  static_assert(kWidth % kRowsAtOnce == 0);
  size_t i = 0;
  for (; i + kWidth <= n_rows; i += kWidth) {
    Vector folded[kWidth];
    RF_EACH(group, kWidth / kRowsAtOnce)
    row_lanes<kRowsAtOnce>(x + (i + group * kRowsAtOnce) * stride, stride, w, n_features,
                           folded + group * kRowsAtOnce);
    store(out + i, bias + sums_of(folded));
  }
  for (; i < n_rows; ++i) out[i] = bias + dot(x + i * stride, w, n_features);
}

/// One call of add_weighted_rows.
struct WeightedRows {
  const double* x;
  size_t stride;
  size_t n_rows;
  const double* r;
};

/// The entries of g stay in registers during the loop over the rows.
template <size_t kCount, bool kPart>
inline void add_weighted_columns(const WeightedRows& rows, size_t j, Columns<kCount, kPart> columns,
                                 double* g) {
  Vector accumulators[kCount];
  RF_EACH(v, kCount) accumulators[v] = columns.load_one(g + j, v);
  for (size_t i = 0; i < rows.n_rows; ++i)
    RF_EACH(v, kCount) accumulators[v] += rows.r[i] * columns.load_one(rows.x + i * rows.stride + j, v);
  RF_EACH(v, kCount) columns.store_one(g + j, v, accumulators[v]);
}

constexpr size_t kColumnsAtOnce = 8 * kWidth;

/// The last columns, fewer than kColumnsAtOnce: n = (kCount - 1) * kWidth + 1 .. kCount * kWidth.
template <size_t kCount>
void add_last_weighted_columns(const WeightedRows& rows, size_t j, size_t n, double* g) {
  if (n <= (kCount - 1) * kWidth) {
    if constexpr (kCount > 1) add_last_weighted_columns<kCount - 1>(rows, j, n, g);
  } else if (n == kCount * kWidth) {
    add_weighted_columns<kCount, false>(rows, j, {kWidth}, g);
  } else {
    add_weighted_columns<kCount, true>(rows, j, {n - (kCount - 1) * kWidth}, g);
  }
}

void add_weighted_rows(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* r,
                       double* g) {
  const WeightedRows rows{x, stride, n_rows, r};
  size_t j = 0;
  for (; j + kColumnsAtOnce <= n_features; j += kColumnsAtOnce)
    add_weighted_columns<8, false>(rows, j, {kWidth}, g);
  add_last_weighted_columns<8>(rows, j, n_features - j, g);
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

/// Adds a tile of the Gram matrix: rows [k, k + kRows), and kCount vectors of columns from column j on. The
/// tile stays in registers during the loop over the samples.
template <size_t kRows, size_t kCount, bool kPart>
inline void add_gram_tile(const GramRows& rows, size_t k, size_t j, Columns<kCount, kPart> columns) {
  double* const out = rows.gram + k * rows.n_features + j;
  Vector accumulators[kRows][kCount];
  RF_EACH(r, kRows) RF_EACH(v, kCount) accumulators[r][v] = columns.load_one(out + r * rows.n_features, v);
  for (size_t i = 0; i < rows.n_rows; ++i) {
    const double* const row = rows.x + i * rows.stride;
    Vector weighted[kCount];
    RF_EACH(v, kCount) weighted[v] = rows.w[i] * columns.load_one(row + j, v);
    RF_EACH(r, kRows) RF_EACH(v, kCount) accumulators[r][v] += weighted[v] * row[k + r];
  }
  RF_EACH(r, kRows) RF_EACH(v, kCount) columns.store_one(out + r * rows.n_features, v, accumulators[r][v]);
}

/// Rows [k, k + kRows) of the lower triangle. Tiles may extend past the diagonal but not past the end of a
/// row.
template <size_t kRows>
inline void add_gram_rows(const GramRows& rows, size_t k) {
  const size_t end = k + kRows;  // one past the last column needed
  size_t j = 0;
  for (; j + kWidth < end && j + 2 * kWidth <= rows.n_features; j += 2 * kWidth)
    add_gram_tile<kRows, 2, false>(rows, k, j, {kWidth});
  for (; j < end && j + kWidth <= rows.n_features; j += kWidth)
    add_gram_tile<kRows, 1, false>(rows, k, j, {kWidth});
  if (j < end) add_gram_tile<kRows, 1, true>(rows, k, j, {rows.n_features - j});
}

void add_weighted_gram(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* w,
                       double* gram) {
  constexpr size_t kSubBlock = 128;  // rows that stay in the cache while all tiles use them
  for (size_t first = 0; first < n_rows; first += kSubBlock) {
    const size_t count = n_rows - first < kSubBlock ? n_rows - first : kSubBlock;
    const GramRows rows{x + first * stride, stride, n_features, count, w + first, gram};
    size_t k = 0;
    for (; k + kTileRows <= n_features; k += kTileRows) add_gram_rows<kTileRows>(rows, k);
    if (kTileRows > 4 && k + 4 <= n_features) {
      add_gram_rows<4>(rows, k);
      k += 4;
    }
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
/// softplus_value in two loops, which together take about a quarter less time than one loop.
void softplus_array(const double* x, double* y, size_t n) {
  constexpr size_t kPiece = 128;
  double z[kPiece];
  for (size_t first = 0; first < n; first += kPiece) {
    const size_t count = n - first < kPiece ? n - first : kPiece;
    const double* const in = x + first;
    double* const out = y + first;
    RF_ELEMENTWISE for (size_t i = 0; i < count; ++i) z[i] = softplus_exp(in[i]);
    RF_ELEMENTWISE for (size_t i = 0; i < count; ++i) out[i] = softplus_of(in[i], z[i]);
  }
}

}  // namespace
}  // namespace rf::core

#include "core/kernels_linear_impl.hpp"
#include "core/kernels_split_impl.hpp"
#include "core/kernels_trees_impl.hpp"

namespace rf::core {
namespace {

constexpr Kernels table_named(const char* name) {
  return {name,
          sum,
          dot,
          axpy,
          row_dots,
          add_weighted_rows,
          add_weighted_gram,
          exp_array,
          log_array,
          log1p_array,
          expit_array,
          softplus_array,
          cut_gains,
          rule_out_leaves,
          kLinearKernels};
}

}  // namespace
}  // namespace rf::core
