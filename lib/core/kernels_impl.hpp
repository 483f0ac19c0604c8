// SPDX-License-Identifier: MIT
// The loops of core/kernels.hpp, compiled once for each instruction set by kernels_<set>.cpp. C-like and
// local to the including file: an inline library function compiled here for AVX-512 could be the copy that
// the linker keeps for the whole program (`nm` shows no weak symbol in these objects; the test of the tables
// checks it). Vectors have the set's native width; the 16 lanes and the order of additions do not depend on
// it. Adding a padding zero to a lane would change nothing either: a lane starts at +0 and is never -0.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/kernels.hpp"
#include "core/math_impl.hpp"

#if defined(__AVX512F__)
#define RF_VECTOR_BYTES 64
#define RF_ROWS_AT_ONCE 4
#elif defined(__AVX__)
#define RF_VECTOR_BYTES 32
#define RF_ROWS_AT_ONCE 2
#else
#define RF_VECTOR_BYTES 16
#define RF_ROWS_AT_ONCE 1
#endif

// Element i of the output depends on element i of the input only, also where both are the same array.
#if defined(__clang__)
#define RF_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
#else
#define RF_ELEMENTWISE _Pragma("GCC ivdep")
#endif

namespace rf::core {
namespace {

typedef double Vector __attribute__((vector_size(RF_VECTOR_BYTES)));
constexpr size_t kWidth = sizeof(Vector) / sizeof(double);
constexpr size_t kVectors = kLanes / kWidth;
constexpr size_t kRowsAtOnce = RF_ROWS_AT_ONCE;

inline Vector load(const double* p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

inline void store(double* p, Vector v) {
  __builtin_memcpy(p, &v, sizeof v);
}

/// lanes[i] + lanes[i + 8], then + 4, + 2, + 1.
inline double lane_sum(double* lanes) {
  for (size_t half = kLanes / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

double sum(const double* x, size_t n) {
  Vector accumulators[kVectors] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (size_t v = 0; v < kVectors; ++v) accumulators[v] += load(x + i + v * kWidth);
  double lanes[kLanes];
  __builtin_memcpy(lanes, accumulators, sizeof lanes);
  for (size_t lane = 0; i < n; ++i, ++lane) lanes[lane] += x[i];
  return lane_sum(lanes);
}

/// out[r] = sum over j of x[r * stride + j] * w[j] for kRows rows, sharing the loads of w.
template <size_t kRows>
inline void dots(const double* x, size_t stride, const double* w, size_t n, double* out) {
  Vector accumulators[kRows][kVectors] = {};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (size_t v = 0; v < kVectors; ++v) {
      const Vector weights = load(w + i + v * kWidth);
      for (size_t r = 0; r < kRows; ++r)
        accumulators[r][v] += load(x + r * stride + i + v * kWidth) * weights;
    }
  const size_t n_whole = (n - i) / kWidth;
  for (size_t v = 0; v < kVectors; ++v)
    if (v < n_whole) {
      const Vector weights = load(w + i + v * kWidth);
      for (size_t r = 0; r < kRows; ++r)
        accumulators[r][v] += load(x + r * stride + i + v * kWidth) * weights;
    }
  for (size_t r = 0; r < kRows; ++r) {
    double lanes[kLanes];
    __builtin_memcpy(lanes, accumulators[r], sizeof lanes);
    for (size_t j = i + n_whole * kWidth; j < n; ++j) lanes[j - i] += x[r * stride + j] * w[j];
    out[r] = lane_sum(lanes);
  }
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
  for (size_t v = 0; v < kCount; ++v) accumulators[v] = load(g + v * kWidth);
  for (size_t i = 0; i < n_rows; ++i)
    for (size_t v = 0; v < kCount; ++v) accumulators[v] += r[i] * load(x + i * stride + v * kWidth);
  for (size_t v = 0; v < kCount; ++v) store(g + v * kWidth, accumulators[v]);
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

void add_weighted_gram(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* w,
                       double* gram) {
  for (size_t i = 0; i < n_rows; ++i) {
    const double* row = x + i * stride;
    for (size_t k = 0; k < n_features; ++k) {
      double* out = gram + k * n_features;
      size_t j = 0;
      for (; j + kWidth <= k + 1; j += kWidth) store(out + j, load(out + j) + w[i] * load(row + j) * row[k]);
      for (; j <= k; ++j) out[j] += w[i] * row[j] * row[k];
    }
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
