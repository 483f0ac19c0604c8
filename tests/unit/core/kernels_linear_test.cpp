// SPDX-License-Identifier: MIT
// Each kernel of the linear learners, in each table that this CPU runs, against the plain loop its
// documentation promises, bit for bit. The loops on doubles are those of core/kernels.hpp, score by score.
#include "core/kernels_linear.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/kernels.hpp"
#include "core/math.hpp"

namespace rf::core {
namespace {

/// Numbers of mixed sign over 24 powers of two, so that a changed order of additions changes the last bits.
template <class Number>
std::vector<Number> random_values(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<Number> values(n);
  for (Number& value : values) {
    const std::uint64_t bits = generator();
    value = static_cast<Number>((static_cast<double>(bits >> 11) * 0x1p-52 - 1) *
                                static_cast<double>(1u << (bits % 24)));
  }
  return values;
}

double plain_dot(const double* x, const double* y, std::size_t n) {
  std::array<double, 16> l{};
  for (std::size_t i = 0; i < n; ++i) l[i % 16] += x[i] * y[i];
  return (((l[0] + l[8]) + (l[4] + l[12])) + ((l[2] + l[10]) + (l[6] + l[14]))) +
         (((l[1] + l[9]) + (l[5] + l[13])) + ((l[3] + l[11]) + (l[7] + l[15])));
}

class EachLinearTable : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const KernelTables tables = runnable_kernels();
    for (std::size_t i = 0; i < tables.count; ++i)
      if (tables.entries[i]->name == GetParam()) kernels_ = &tables.entries[i]->linear;
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU or build has no kernels named " << GetParam();
  }
  const LinearKernels* kernels_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Kernels, EachLinearTable, testing::Values("baseline", "avx2", "avx512"),
                         [](const auto& name) { return name.param; });

const std::size_t kFeatures[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 28, 31, 33, 64, 77, 100, 130};
const std::size_t kRows[] = {0, 1, 3, 4, 7, 8, 9, 17, 128};

TEST_P(EachLinearTable, ScoresAreTheirBiasAndDots) {
  for (const std::size_t p : kFeatures)
    for (const std::size_t n : kRows)
      for (const std::size_t n_scores : {1u, 2u, 3u, 4u, 5u, 6u, 11u}) {
        const std::size_t stride = p + 3;
        const std::vector<double> x = random_values<double>(n * stride + 1, p);
        const std::vector<double> theta = random_values<double>(n_scores * (p + 1), n);
        std::vector<double> out(n_scores * n);
        kernels_->scores(x.data(), stride, p, n, theta.data(), n_scores, out.data());
        for (std::size_t k = 0; k < n_scores; ++k)
          for (std::size_t i = 0; i < n; ++i) {
            const double* w = theta.data() + k * (p + 1);
            ASSERT_EQ(out[k * n + i], w[0] + plain_dot(x.data() + i * stride, w + 1, p))
                << p << " features, row " << i << " of " << n << ", score " << k << " of " << n_scores;
          }
      }
}

TEST_P(EachLinearTable, GradientsAddRowByRow) {
  for (const std::size_t p : kFeatures)
    for (const std::size_t n : kRows)
      for (const std::size_t n_scores : {1u, 2u, 3u, 4u, 5u, 6u, 11u}) {
        const std::size_t stride = p + 3;
        const std::vector<double> x = random_values<double>(n * stride + 1, p);
        const std::vector<double> r = random_values<double>(n_scores * n, n + 1);
        std::vector<double> g = random_values<double>(n_scores * (p + 1), 5);
        std::vector<double> expected = g;
        kernels_->add_gradients(x.data(), stride, p, n, r.data(), n_scores, g.data());
        for (std::size_t k = 0; k < n_scores; ++k)
          for (std::size_t i = 0; i < n; ++i) {
            expected[k * (p + 1)] += r[k * n + i];
            for (std::size_t j = 0; j < p; ++j)
              expected[k * (p + 1) + 1 + j] += r[k * n + i] * x[i * stride + j];
          }
        ASSERT_EQ(g, expected) << p << " features, " << n << " rows, " << n_scores << " scores";
      }
}

struct BinaryRows {
  std::size_t n = 301;
  std::vector<double> score = random_values<double>(n, 1);
  std::vector<double> weight = random_values<double>(n, 2);
  std::vector<std::int32_t> class_of = std::vector<std::int32_t>(n);
  std::vector<double> loss = std::vector<double>(n);
  std::vector<double> residual = std::vector<double>(n);
  std::vector<double> curvature = std::vector<double>(n);
  BinaryRows() {
    for (std::size_t i = 0; i < n; ++i) {
      class_of[i] = static_cast<std::int32_t>(i % 3);
      if (i % 2 == 0) score[i] *= 0x1p-20;
    }
    score[7] = 0;
    score[9] = 1e300;
    score[11] = -1e300;
  }
  BinaryLossRows view() {
    return {n,           score.data(),    class_of.data(), 2, weight.data(),
            loss.data(), residual.data(), curvature.data()};
  }
  double sign(std::size_t i) const { return class_of[i] == 2 ? 1 : -1; }
};

TEST_P(EachLinearTable, LogisticLossesAreTheFunctionsOfCoreMath) {
  BinaryRows rows;
  kernels_->logistic_losses(rows.view());
  for (std::size_t i = 0; i < rows.n; ++i) {
    const double z = -rows.sign(i) * rows.score[i];
    const double q = expit(z);
    EXPECT_EQ(rows.loss[i], rows.weight[i] * softplus(z)) << z;
    EXPECT_EQ(rows.residual[i], -rows.sign(i) * q * rows.weight[i]) << z;
    EXPECT_EQ(rows.curvature[i], q * (1 - q) * rows.weight[i]) << z;
  }
}

TEST_P(EachLinearTable, SquaredHingeLossesAreTheFormula) {
  BinaryRows rows;
  rows.score[0] = -1;  // on the corner: class 0, t = -1
  kernels_->squared_hinge_losses(rows.view());
  for (std::size_t i = 0; i < rows.n; ++i) {
    const double distance = std::max(0.0, 1 - rows.sign(i) * rows.score[i]);
    EXPECT_EQ(rows.loss[i], rows.weight[i] * distance * distance);
    EXPECT_EQ(rows.residual[i], -2 * rows.weight[i] * rows.sign(i) * distance);
    EXPECT_EQ(rows.curvature[i], distance > 0 ? 2 * rows.weight[i] : 0);
  }
}

TEST_P(EachLinearTable, SoftmaxLossesAreTheFormula) {
  constexpr std::size_t n = 77;
  for (const std::size_t n_classes : {2u, 3u, 5u}) {
    std::vector<double> score = random_values<double>(n * n_classes, n_classes);
    for (double& value : score) value *= 0x1p-12;
    const std::vector<double> before = score;
    const std::vector<double> weight = random_values<double>(n, 3);
    std::vector<std::int32_t> class_of(n);
    for (std::size_t i = 0; i < n; ++i) class_of[i] = static_cast<std::int32_t>(i * i % n_classes);
    std::vector<double> loss(n);
    std::vector<double> residual(n * n_classes);
    kernels_->softmax_losses(n, n_classes, score.data(), class_of.data(), weight.data(), loss.data(),
                             residual.data());
    for (std::size_t i = 0; i < n; ++i) {
      double largest = before[i];
      for (std::size_t k = 1; k < n_classes; ++k) largest = std::max(largest, before[k * n + i]);
      double sum = 0;
      for (std::size_t k = 0; k < n_classes; ++k) {
        const double e = rf::core::exp(before[k * n + i] - largest);
        sum = k == 0 ? e : sum + e;
      }
      const auto own = static_cast<std::size_t>(class_of[i]);
      EXPECT_EQ(loss[i], weight[i] * (rf::core::log(sum) - (before[own * n + i] - largest)));
      for (std::size_t k = 0; k < n_classes; ++k) {
        const double p = rf::core::exp(before[k * n + i] - largest) / sum;
        EXPECT_EQ(score[k * n + i], p);
        EXPECT_EQ(residual[k * n + i], k == own ? weight[i] * p - weight[i] : weight[i] * p);
      }
    }
  }
}

TEST_P(EachLinearTable, RowsOfFloatsAreFeaturesOneAndZeros) {
  for (const std::size_t p : kFeatures) {
    const std::size_t width = (p + 16) / 16 * 16;
    const std::vector<double> x = random_values<double>(5 * (p + 2), p);
    std::vector<float> out(5 * width, 7.0f);
    kernels_->to_floats(x.data(), p + 2, p, 5, width, out.data());
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < width; ++j)
        EXPECT_EQ(out[i * width + j], j < p ? static_cast<float>(x[i * (p + 2) + j]) : j == p ? 1.0f : 0.0f);
  }
}

float from_upper_half(std::uint16_t half) {
  return std::bit_cast<float>(std::uint32_t{half} << 16);
}

TEST_P(EachLinearTable, RoundedRowsKeepEightBits) {
  for (const std::size_t p : kFeatures) {
    const std::size_t width = (p + 32) / 32 * 32;
    const std::vector<double> x = random_values<double>(p + 1, p);
    std::vector<std::uint16_t> out(width, 7);
    kernels_->to_rounded(x.data(), p, width, out.data());
    for (std::size_t j = 0; j < width; ++j) {
      const double exact = j < p ? x[j] : j == p ? 1 : 0;
      EXPECT_LE(std::abs(from_upper_half(out[j]) - exact), 0x1p-8 * std::abs(exact)) << j;
    }
  }
  std::vector<std::uint16_t> ties(32);
  const double halfway[] = {1 + 0x1p-8, 1 + 3 * 0x1p-8};
  kernels_->to_rounded(halfway, 2, 32, ties.data());
  EXPECT_EQ(from_upper_half(ties[0]), 1);
  EXPECT_EQ(from_upper_half(ties[1]), 1 + 4 * 0x1p-8);
}

TEST_P(EachLinearTable, RoundedDotsHaveThirtyTwoLanesAndRowsAddInOrder) {
  for (const std::size_t width : {32u, 64u, 160u})
    for (const std::size_t n : kRows) {
      const std::vector<double> wide = random_values<double>(n * width + 1, n);
      std::vector<std::uint16_t> x(n * width + 1);
      const std::vector<float> v = random_values<float>(width, 4);
      const std::vector<float> r = random_values<float>(n + 1, 6);
      std::vector<const std::uint16_t*> rows;
      for (std::size_t i = 0; i < n; ++i) {
        kernels_->to_rounded(wide.data() + i * width, width - 1, width, x.data() + i * width);
        rows.push_back(x.data() + (n - 1 - i) * width);
      }
      std::vector<float> out(n);
      kernels_->rounded_dots(rows.data(), width, n, v.data(), out.data());
      std::vector<float> g = random_values<float>(width, 8);
      std::vector<float> expected = g;
      kernels_->add_rounded_rows(rows.data(), width, n, r.data(), g.data());
      for (std::size_t i = 0; i < n; ++i) {
        std::array<float, 32> lanes{};
        for (std::size_t j = 0; j < width; ++j) lanes[j % 32] += from_upper_half(rows[i][j]) * v[j];
        for (std::size_t half = 16; half > 0; half /= 2)
          for (std::size_t l = 0; l < half; ++l) lanes[l] += lanes[l + half];
        ASSERT_EQ(out[i], lanes[0]);
        for (std::size_t j = 0; j < width; ++j) expected[j] += r[i] * from_upper_half(rows[i][j]);
      }
      ASSERT_EQ(g, expected);
    }
}

TEST_P(EachLinearTable, FloatGramAddsRowByRow) {
  for (const std::size_t width : {16u, 32u, 48u, 96u, 112u})
    for (const std::size_t n : {0u, 1u, 5u, 129u}) {
      const std::vector<float> x = random_values<float>(n * width + 1, n);
      const std::vector<float> w = random_values<float>(n + 1, 9);
      std::vector<float> gram = random_values<float>(width * width, 10);
      std::vector<float> expected = gram;
      std::vector<const float*> rows;
      for (std::size_t i = 0; i < n; ++i) rows.push_back(x.data() + i * width);
      kernels_->add_float_gram(rows.data(), width, n, w.data(), gram.data());
      for (std::size_t k = 0; k < width; ++k)
        for (std::size_t j = 0; j <= k; ++j) {
          for (std::size_t i = 0; i < n; ++i)
            expected[k * width + j] += w[i] * x[i * width + j] * x[i * width + k];
          ASSERT_EQ(gram[k * width + j], expected[k * width + j]) << k << " " << j;
        }
    }
}

}  // namespace
}  // namespace rf::core
