// SPDX-License-Identifier: MIT
// Row losses by hand, their derivatives against central differences, and scores far out.
#include "linear/losses.hpp"

#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

struct BinaryRow {
  double loss;
  double residual;
  double curvature;
};

BinaryRow binary(Loss loss, double score, double sign, double weight = 1) {
  BinaryRow row{};
  const std::int32_t own = sign > 0 ? 3 : 0;
  binary_losses(loss, core::baseline_kernels(),
                {1, &score, &own, 3, &weight, &row.loss, &row.residual, &row.curvature});
  return row;
}

struct SoftmaxRow {
  double loss;
  std::vector<double> proba;
  std::vector<double> residual;
};

SoftmaxRow softmax(std::vector<double> score, std::int32_t own, double weight = 1) {
  SoftmaxRow row{0, score, std::vector<double>(score.size())};
  core::baseline_kernels().linear.softmax_losses(1, score.size(), row.proba.data(), &own, &weight, &row.loss,
                                                 row.residual.data());
  return row;
}

TEST(Losses, HandComputedValues) {
  EXPECT_NEAR(binary(Loss::kLogistic, 0, 1).loss, std::log(2.0), 1e-15);
  EXPECT_EQ(binary(Loss::kLogistic, 0, 1).residual, -0.5);
  EXPECT_EQ(binary(Loss::kLogistic, 0, -1, 3).curvature, 0.75);
  EXPECT_EQ(binary(Loss::kSquaredHinge, -1, 1).loss, 4);
  EXPECT_EQ(binary(Loss::kSquaredHinge, -1, 1).residual, -4);
  EXPECT_EQ(binary(Loss::kSquaredHinge, 1, 1).loss, 0);
  EXPECT_EQ(binary(Loss::kSquaredHinge, 1, 1).curvature, 0);
  EXPECT_NEAR(softmax({1, 1, 1}, 2).loss, std::log(3.0), 1e-15);
  EXPECT_NEAR(softmax({1, 1, 1}, 2, 3).residual[2], -2, 1e-15);
}

TEST(Losses, BinaryDerivativesMatchCentralDifferences) {
  constexpr double h = 1e-5;
  for (const Loss loss : {Loss::kLogistic, Loss::kSquaredHinge})
    for (const double sign : {-1.0, 1.0})
      for (const double score : {-7.3, -1.5, -0.2, 0.4, 0.9, 3.1}) {
        const BinaryRow row = binary(loss, score, sign, 1.7);
        const BinaryRow up = binary(loss, score + h, sign, 1.7);
        const BinaryRow down = binary(loss, score - h, sign, 1.7);
        // The difference errs by h^2 times the third derivative and by rounding / h.
        EXPECT_NEAR(row.residual, (up.loss - down.loss) / (2 * h), 1e-8);
        EXPECT_NEAR(row.curvature, (up.residual - down.residual) / (2 * h), 1e-8);
      }
}

TEST(Losses, SoftmaxDerivativesMatchCentralDifferences) {
  constexpr double h = 1e-5;
  const std::vector<double> score = {0.3, -1.2, 2.5, 0.1};
  const SoftmaxRow row = softmax(score, 1, 0.6);
  for (std::size_t a = 0; a < 4; ++a) {
    std::vector<double> up = score;
    std::vector<double> down = score;
    up[a] += h;
    down[a] -= h;
    EXPECT_NEAR(row.residual[a], (softmax(up, 1, 0.6).loss - softmax(down, 1, 0.6).loss) / (2 * h), 1e-8);
    for (std::size_t b = 0; b < 4; ++b) {
      const double curvature = 0.6 * row.proba[a] * ((a == b ? 1 : 0) - row.proba[b]);
      EXPECT_NEAR(curvature, (softmax(up, 1, 0.6).residual[b] - softmax(down, 1, 0.6).residual[b]) / (2 * h),
                  1e-8);
    }
  }
}

TEST(Losses, FarScoresStayFinite) {
  for (const double score : {-1e300, -800.0, 800.0, 1e300}) {
    const BinaryRow row = binary(Loss::kLogistic, score, 1);
    EXPECT_TRUE(std::isfinite(row.loss));
    EXPECT_TRUE(std::isfinite(row.residual));
    EXPECT_EQ(row.curvature, 0);
    const SoftmaxRow three = softmax({score, 0, -score}, 1);
    EXPECT_EQ(three.loss, std::abs(score));
    EXPECT_EQ(three.residual[1], -1);
  }
}

TEST(Losses, RowsDoNotSeeEachOther) {
  // A row's numbers are the same alone and among 37 others.
  Random random(9);
  std::vector<double> score(38 * 3);
  std::vector<std::int32_t> own(38);
  for (double& value : score) value = 4 * random.uniform();
  for (std::size_t i = 0; i < 38; ++i) own[i] = static_cast<std::int32_t>(i % 3);
  std::vector<double> proba = score;
  std::vector<double> loss(38);
  std::vector<double> residual(38 * 3);
  const std::vector<double> weight(38, 1.0);
  core::baseline_kernels().linear.softmax_losses(38, 3, proba.data(), own.data(), weight.data(), loss.data(),
                                                 residual.data());
  for (std::size_t i = 0; i < 38; ++i) {
    const SoftmaxRow alone = softmax({score[i], score[38 + i], score[76 + i]}, own[i]);
    EXPECT_EQ(alone.loss, loss[i]);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(alone.residual[k], residual[k * 38 + i]);
  }
}

}  // namespace
}  // namespace rf::linear
