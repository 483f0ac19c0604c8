// SPDX-License-Identifier: MIT
// The loops of core/kernels_linear.hpp, compiled with kernels_impl.hpp once for each instruction set. Several
// scores share each load of a sample; horizontal sums of several rows share their shuffles. The number of
// registers determines how many scores and rows share. It does not affect the results.
#pragma once

#include "core/kernels_linear.hpp"

#if defined(__AVX512F__)
#define RF_SCORES_AT_ONCE 5
#define RF_FLOAT_TILE_ROWS 8
#elif defined(__AVX2__)
#define RF_SCORES_AT_ONCE 3
#define RF_FLOAT_TILE_ROWS 4
#else
#define RF_SCORES_AT_ONCE 1
#define RF_FLOAT_TILE_ROWS 4
#endif

namespace rf::core {
namespace {

constexpr size_t kScoresAtOnce = RF_SCORES_AT_ONCE;

/// The start of a score's coefficients, and the distance between two scores.
struct Weights {
  const double* w;
  size_t stride;
};

/// Adds x_j w_kj, j in [i, i + kWidth) or the part of it before n, to lane vector v of each row and score.
template <size_t kRows, size_t kScores>
inline void add_products(const double* x, size_t stride, const Weights& weights, size_t i, size_t v,
                         Vector (&accumulators)[kRows][kScores][kVectors]) {
  Vector values[kRows];
  RF_EACH(r, kRows) values[r] = load(x + r * stride + i);
  RF_EACH(k, kScores) {
    const Vector w = load(weights.w + k * weights.stride + i);
    RF_EACH(r, kRows) accumulators[r][k][v] += values[r] * w;
  }
}

template <size_t kRows, size_t kScores>
inline void add_part_products(const double* x, size_t stride, const Weights& weights, size_t i, size_t v,
                              size_t n_part, Vector (&accumulators)[kRows][kScores][kVectors]) {
  Vector values[kRows];
  RF_EACH(r, kRows) values[r] = load_part(x + r * stride + i, n_part);
  RF_EACH(k, kScores) {
    const Vector w = load_part(weights.w + k * weights.stride + i, n_part);
    RF_EACH(r, kRows) accumulators[r][k][v] += values[r] * w;
  }
}

/// The lanes of kRows x kScores dots, folded to one vector each.
template <size_t kRows, size_t kScores>
inline void folded_dots(const double* x, size_t stride, const Weights& weights, size_t n, Vector* folded) {
  Vector accumulators[kRows][kScores][kVectors];
  RF_EACH(r, kRows) RF_EACH(k, kScores) RF_EACH(v, kVectors) accumulators[r][k][v] = Vector{};
  size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    RF_EACH(v, kVectors) add_products<kRows, kScores>(x, stride, weights, i + v * kWidth, v, accumulators);
  const size_t n_whole = (n - i) / kWidth, n_part = (n - i) % kWidth;
  RF_EACH(v, kVectors) {
    if (v < n_whole) add_products<kRows, kScores>(x, stride, weights, i + v * kWidth, v, accumulators);
    if (v == n_whole && n_part > 0)
      add_part_products<kRows, kScores>(x, stride, weights, i + v * kWidth, v, n_part, accumulators);
  }
  RF_EACH(r, kRows) RF_EACH(k, kScores) {
    RF_UNROLL for (size_t half = kVectors / 2; half > 0; half /= 2) RF_EACH(v, half) accumulators[r][k][v] +=
        accumulators[r][k][v + half];
    folded[k * kWidth + r] = accumulators[r][k][0];
  }
}

/// Scores of n_rows rows, kWidth at a time: out[k * out_stride + r]. The bias is added last.
template <size_t kScores>
inline void scores_of_rows(const double* x, size_t stride, const Weights& weights, size_t n, size_t n_rows,
                           double* out, size_t out_stride) {
  constexpr size_t kRows = kScores == 1 ? (kWidth < 2 * kRowsAtOnce ? kWidth : 2 * kRowsAtOnce) : 2;
  static_assert(kWidth % kRows == 0);
  size_t i = 0;
  for (; i + kWidth <= n_rows; i += kWidth) {
    Vector folded[kScores * kWidth];
    for (size_t r = 0; r < kWidth; r += kRows)
      folded_dots<kRows, kScores>(x + (i + r) * stride, stride, weights, n, folded + r);
    RF_EACH(k, kScores) {
      Vector rows[kWidth];
      RF_EACH(r, kWidth) rows[r] = folded[k * kWidth + r];
      store(out + k * out_stride + i, (weights.w + k * weights.stride)[-1] + sums_of(rows));
    }
  }
  for (; i < n_rows; ++i)
    for (size_t k = 0; k < kScores; ++k) {
      const double* w = weights.w + k * weights.stride;
      double result;
      dots<1>(x + i * stride, 0, w, n, &result);
      out[k * out_stride + i] = w[-1] + result;
    }
}

template <size_t kScores>
inline void scores_from(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* theta,
                        size_t n_scores, double* out) {
  size_t k = 0;
  for (; k + kScores <= n_scores; k += kScores)
    scores_of_rows<kScores>(x, stride, {theta + k * (n_features + 1) + 1, n_features + 1}, n_features, n_rows,
                            out + k * n_rows, n_rows);
  if constexpr (kScores > 1)
    if (k < n_scores)
      scores_from<kScores - 1>(x, stride, n_features, n_rows, theta + k * (n_features + 1), n_scores - k,
                               out + k * n_rows);
}

void scores(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* theta,
            size_t n_scores, double* out) {
  scores_from<kScoresAtOnce>(x, stride, n_features, n_rows, theta, n_scores, out);
}

/// The rows of one call of add_gradients, for its tiles.
struct GradientRows {
  const double* x;
  size_t stride;
  size_t n_rows;
  const double* r;  ///< of the tile's first score
  double* g;        ///< coefficients of the tile's first score
  size_t g_stride;
};

/// Columns [j, j + kCount * kWidth + n_part) of kScores scores stay in registers during the loop over the
/// rows.
template <size_t kScores, size_t kCount, size_t kParts>
inline void add_gradient_tile(const GradientRows& rows, size_t j, size_t n_part) {
  double* const g = rows.g + j;
  Vector accumulators[kScores][kCount + kParts];
  RF_EACH(k, kScores) RF_EACH(v, kCount) accumulators[k][v] = load(g + k * rows.g_stride + v * kWidth);
  if constexpr (kParts == 1)
    RF_EACH(k, kScores) accumulators[k][kCount] = load_part(g + k * rows.g_stride + kCount * kWidth, n_part);
  for (size_t i = 0; i < rows.n_rows; ++i) {
    const double* const row = rows.x + i * rows.stride + j;
    Vector values[kCount + kParts];
    RF_EACH(v, kCount) values[v] = load(row + v * kWidth);
    if constexpr (kParts == 1) values[kCount] = load_part(row + kCount * kWidth, n_part);
    RF_EACH(k, kScores) {
      const double r = rows.r[k * rows.n_rows + i];
      RF_EACH(v, kCount + kParts) accumulators[k][v] += r * values[v];
    }
  }
  RF_EACH(k, kScores) RF_EACH(v, kCount) store(g + k * rows.g_stride + v * kWidth, accumulators[k][v]);
  if constexpr (kParts == 1)
    RF_EACH(k, kScores) store_part(g + k * rows.g_stride + kCount * kWidth, accumulators[k][kCount], n_part);
}

/// The columns after the last whole tile: n_whole <= kCount vectors and a part.
template <size_t kScores, size_t kCount>
inline void add_gradient_rest(const GradientRows& rows, size_t j, size_t n_whole, size_t n_part) {
  if (n_whole == kCount) {
    if (n_part > 0)
      add_gradient_tile<kScores, kCount, 1>(rows, j, n_part);
    else if constexpr (kCount > 0)
      add_gradient_tile<kScores, kCount, 0>(rows, j, 0);
  } else if constexpr (kCount > 0) {
    add_gradient_rest<kScores, kCount - 1>(rows, j, n_whole, n_part);
  }
}

template <size_t kScores>
inline void add_gradients_of(const GradientRows& rows, size_t n_features) {
  constexpr size_t kCount = kScores == 1 ? 8 : kScores == 2 ? 6 : kScores == 3 && kWidth < 8 ? 2 : 4;
  RF_EACH(k, kScores) {
    double& bias = (rows.g + k * rows.g_stride)[-1];
    double sum = bias;
    for (size_t i = 0; i < rows.n_rows; ++i) sum += rows.r[k * rows.n_rows + i];
    bias = sum;
  }
  size_t j = 0;
  for (; j + kCount * kWidth <= n_features; j += kCount * kWidth)
    add_gradient_tile<kScores, kCount, 0>(rows, j, 0);
  add_gradient_rest<kScores, kCount - 1>(rows, j, (n_features - j) / kWidth, (n_features - j) % kWidth);
}

template <size_t kScores>
inline void add_gradients_from(const double* x, size_t stride, size_t n_features, size_t n_rows,
                               const double* r, size_t n_scores, double* g) {
  size_t k = 0;
  for (; k + kScores <= n_scores; k += kScores)
    add_gradients_of<kScores>(
        {x, stride, n_rows, r + k * n_rows, g + k * (n_features + 1) + 1, n_features + 1}, n_features);
  if constexpr (kScores > 1)
    if (k < n_scores)
      add_gradients_from<kScores - 1>(x, stride, n_features, n_rows, r + k * n_rows, n_scores - k,
                                      g + k * (n_features + 1));
}

void add_gradients(const double* x, size_t stride, size_t n_features, size_t n_rows, const double* r,
                   size_t n_scores, double* g) {
  add_gradients_from<kScoresAtOnce>(x, stride, n_features, n_rows, r, n_scores, g);
}

void logistic_losses(const BinaryLossRows& rows) {
  const double* const score = rows.score;
  const double* const weight = rows.weight;
  double* const loss = rows.loss;
  double* const residual = rows.residual;
  double* const curvature = rows.curvature;
  for (size_t i = 0; i < rows.n; ++i) residual[i] = rows.class_of[i] == rows.positive_class ? 1.0 : -1.0;
  RF_ELEMENTWISE for (size_t i = 0; i < rows.n; ++i) {
    const double t = residual[i];
    const double z = -t * score[i];
    // As softplus_value and expit_value, with one exponential for both. A fit fails if a score is not finite.
    const double e = exp_or_some_nan(z > 0.0 ? -z : z);
    const double u = 1.0 + e;
    const double log1p_e = log1p_sum(e, u, e - (u - 1.0), e < 0.41);
    const double q = (z > 0.0 ? 1.0 : e) / u;
    loss[i] = weight[i] * ((z > 0.0 ? z : 0.0) + log1p_e);
    residual[i] = -t * q * weight[i];
    curvature[i] = q * (1.0 - q) * weight[i];
  }
}

void squared_hinge_losses(const BinaryLossRows& rows) {
  RF_ELEMENTWISE for (size_t i = 0; i < rows.n; ++i) {
    const double t = rows.class_of[i] == rows.positive_class ? 1.0 : -1.0;
    const double margin = 1.0 - t * rows.score[i];
    const double distance = margin > 0.0 ? margin : 0.0;
    const double w = rows.weight[i];
    rows.loss[i] = w * distance * distance;
    rows.residual[i] = -2.0 * w * t * distance;
    rows.curvature[i] = distance > 0.0 ? 2.0 * w : 0.0;
  }
}

void softmax_losses(size_t n, size_t n_classes, double* score, const int32_t* class_of, const double* weight,
                    double* loss, double* residual) {
  double* const largest = residual;  // free until the residuals are written
  double* const sum = residual + n;
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) largest[i] = score[i];
  for (size_t k = 1; k < n_classes; ++k) {
    const double* const s = score + k * n;
    RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) largest[i] = largest[i] < s[i] ? s[i] : largest[i];
  }
  for (size_t i = 0; i < n; ++i) loss[i] = score[(size_t)class_of[i] * n + i] - largest[i];
  for (size_t k = 0; k < n_classes; ++k) {
    double* const s = score + k * n;
    RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) {
      const double e = exp_value(s[i] - largest[i]);
      s[i] = e;
      sum[i] = k == 0 ? e : sum[i] + e;
    }
  }
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) loss[i] = weight[i] * (log_value(sum[i]) - loss[i]);
  RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) largest[i] = sum[i];
  for (size_t k = n_classes; k-- > 0;) {
    double* const s = score + k * n;
    double* const out = residual + k * n;
    RF_ELEMENTWISE for (size_t i = 0; i < n; ++i) {
      const double p = s[i] / largest[i];
      s[i] = p;
      out[i] = weight[i] * p;
    }
  }
  // Computing 1 - p as the sum of the other probabilities would keep more digits, but the optimum does not
  // need them.
  for (size_t i = 0; i < n; ++i) residual[(size_t)class_of[i] * n + i] -= weight[i];
}

typedef float FloatVector __attribute__((vector_size(RF_VECTOR_BYTES)));
constexpr size_t kFloatWidth = sizeof(FloatVector) / sizeof(float);
constexpr size_t kFloatVectors = kFloatLanes / kFloatWidth;
constexpr size_t kFloatTileRows = RF_FLOAT_TILE_ROWS;

inline FloatVector load_floats(const float* p) {
  FloatVector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

inline void store_floats(float* p, FloatVector v) {
  __builtin_memcpy(p, &v, sizeof v);
}

/// One vector of doubles rounded to floats.
typedef float HalfVector __attribute__((vector_size(RF_VECTOR_BYTES / 2)));
inline void store_rounded(float* p, Vector v) {
  const HalfVector rounded = __builtin_convertvector(v, HalfVector);
  __builtin_memcpy(p, &rounded, sizeof rounded);
}

void to_floats(const double* x, size_t stride, size_t n_features, size_t n_rows, size_t width, float* out) {
  for (size_t i = 0; i < n_rows; ++i) {
    const double* const row = x + i * stride;
    float* const to = out + i * width;
    size_t j = 0;
    for (; j + kWidth <= n_features; j += kWidth) store_rounded(to + j, load(row + j));
    if (j < n_features) store_rounded(to + j, load_part(row + j, n_features - j)), j += kWidth;
    for (; j < width; j += kWidth) store_rounded(to + j, Vector{});
    to[n_features] = 1.0f;
  }
}

/// Lanes by index mod 32: + 16, then + 8, + 4, + 2, + 1.
inline float float_lane_sum(FloatVector (&accumulators)[kFloatVectors]) {
  RF_UNROLL for (size_t half = kFloatVectors / 2; half > 0; half /= 2) RF_EACH(v, half) accumulators[v] +=
      accumulators[v + half];
  float lanes[kFloatWidth];
  store_floats(lanes, accumulators[0]);
  RF_UNROLL for (size_t half = kFloatWidth / 2; half > 0; half /= 2) RF_EACH(i, half) lanes[i] +=
      lanes[i + half];
  return lanes[0];
}

inline uint16_t rounded_value(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

void to_rounded(const double* x, size_t n_features, size_t width, uint16_t* out) {
  RF_ELEMENTWISE for (size_t j = 0; j < n_features; ++j) out[j] = rounded_value((float)x[j]);
  for (size_t j = n_features; j < width; ++j) out[j] = rounded_value(j == n_features ? 1.0f : 0.0f);
}

typedef uint16_t ShortVector __attribute__((vector_size(RF_VECTOR_BYTES / 2)));
typedef uint32_t WordVector __attribute__((vector_size(RF_VECTOR_BYTES)));
inline FloatVector load_rounded(const uint16_t* p) {
  ShortVector upper;
  __builtin_memcpy(&upper, p, sizeof upper);
  return (FloatVector)(__builtin_convertvector(upper, WordVector) << 16);
}

template <size_t kRows>
inline void rounded_dots_of(const uint16_t* const* rows, size_t width, const float* v, float* out) {
  FloatVector accumulators[kRows][kFloatVectors];
  RF_EACH(r, kRows) RF_EACH(l, kFloatVectors) accumulators[r][l] = FloatVector{};
  for (size_t j = 0; j < width; j += kFloatLanes) RF_EACH(l, kFloatVectors) {
      const FloatVector factors = load_floats(v + j + l * kFloatWidth);
      RF_EACH(r, kRows) accumulators[r][l] += load_rounded(rows[r] + j + l * kFloatWidth) * factors;
    }
  RF_EACH(r, kRows) out[r] = float_lane_sum(accumulators[r]);
}

void rounded_dots(const uint16_t* const* rows, size_t width, size_t n_rows, const float* v, float* out) {
  size_t i = 0;
  for (; i + kRowsAtOnce <= n_rows; i += kRowsAtOnce)
    rounded_dots_of<kRowsAtOnce>(rows + i, width, v, out + i);
  for (; i < n_rows; ++i) rounded_dots_of<1>(rows + i, width, v, out + i);
}

/// The caller passes four rows at a time, so that g is loaded and stored once for all four.
template <size_t kRows>
inline void add_rounded_rows_of(const uint16_t* const* rows, size_t width, const float* r, float* g) {
  for (size_t j = 0; j < width; j += kFloatWidth) {
    FloatVector sums = load_floats(g + j);
    RF_EACH(i, kRows) sums += r[i] * load_rounded(rows[i] + j);
    store_floats(g + j, sums);
  }
}

void add_rounded_rows(const uint16_t* const* rows, size_t width, size_t n_rows, const float* r, float* g) {
  size_t i = 0;
  for (; i + 4 <= n_rows; i += 4) add_rounded_rows_of<4>(rows + i, width, r + i, g);
  for (; i < n_rows; ++i) add_rounded_rows_of<1>(rows + i, width, r + i, g);
}

/// Samples, weights and the Gram matrix of one call, for its tiles.
struct FloatGramRows {
  const float* const* x;
  size_t width;
  size_t n_rows;
  const float* w;
  float* gram;
};

/// Adds a tile of the Gram matrix: rows [k, k + kFloatTileRows), and columns [j, j + kCount * kFloatWidth).
/// The tile stays in registers during the loop over the samples.
template <size_t kCount>
inline void add_float_gram_tile(const FloatGramRows& rows, size_t k, size_t j) {
  constexpr size_t kRows = kFloatTileRows;
  float* const out = rows.gram + k * rows.width + j;
  FloatVector accumulators[kRows][kCount];
  RF_EACH(r, kRows)
  RF_EACH(v, kCount) accumulators[r][v] = load_floats(out + r * rows.width + v * kFloatWidth);
  for (size_t i = 0; i < rows.n_rows; ++i) {
    const float* const row = rows.x[i];
    FloatVector weighted[kCount];
    RF_EACH(v, kCount) weighted[v] = rows.w[i] * load_floats(row + j + v * kFloatWidth);
    RF_EACH(r, kRows) RF_EACH(v, kCount) accumulators[r][v] += weighted[v] * row[k + r];
  }
  RF_EACH(r, kRows)
  RF_EACH(v, kCount) store_floats(out + r * rows.width + v * kFloatWidth, accumulators[r][v]);
}

void add_float_gram(const float* const* x, size_t width, size_t n_rows, const float* w, float* gram) {
  constexpr size_t kSubBlock = 128;  // rows that stay in the cache while all tiles use them
  for (size_t first = 0; first < n_rows; first += kSubBlock) {
    const size_t count = n_rows - first < kSubBlock ? n_rows - first : kSubBlock;
    const FloatGramRows rows{x + first, width, count, w + first, gram};
    for (size_t k = 0; k < width; k += kFloatTileRows) {
      const size_t end = k + kFloatTileRows;  // one past the last column needed
      size_t j = 0;
      for (; j < end && j + 2 * kFloatWidth <= width && j + kFloatWidth < end; j += 2 * kFloatWidth)
        add_float_gram_tile<2>(rows, k, j);
      for (; j < end; j += kFloatWidth) add_float_gram_tile<1>(rows, k, j);
    }
  }
}

constexpr LinearKernels kLinearKernels = {
    scores,    add_gradients, logistic_losses, squared_hinge_losses, softmax_losses,
    to_floats, to_rounded,    rounded_dots,    add_rounded_rows,     add_float_gram};

}  // namespace
}  // namespace rf::core
