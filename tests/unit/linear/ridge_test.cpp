// SPDX-License-Identifier: MIT
// Ridge regression by hand, against a naive twin, for every shape and scale.
#include <cmath>
#include <limits>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

/// Half the negative gradient at the fit by plain loops, and the sum of residuals.
void expect_stationary(const Samples& samples, double alpha, const model::LinearModel& model,
                       double tolerance) {
  std::vector<double> gradient(samples.p, 0.0);
  double sum = 0;
  for (std::size_t i = 0; i < samples.n; ++i) {
    double r = samples.value_of[i] - model.intercepts[0];
    for (std::size_t j = 0; j < samples.p; ++j) r -= model.coefficients[j] * samples.at(i, j);
    if (!samples.weight.empty()) r *= samples.weight[i];
    sum += r;
    for (std::size_t j = 0; j < samples.p; ++j) gradient[j] += r * samples.at(i, j);
  }
  EXPECT_NEAR(sum, 0, tolerance);
  for (std::size_t j = 0; j < samples.p; ++j)
    EXPECT_NEAR(gradient[j] - alpha * model.coefficients[j], 0, tolerance);
}

TEST(Ridge, HandComputedLine) {
  // y = 1 + 2 x at x = -1, 0, 1: S_xx = 2, S_xy = 4; w = 4 / (2 + alpha).
  const Samples line{3, 1, {-1, 0, 1}, {}, {-1, 1, 3}, {}, 0};
  EXPECT_EQ(fit_ridge(line, 0).model.coefficients[0], 2);
  EXPECT_EQ(fit_ridge(line, 0).model.intercepts[0], 1);
  EXPECT_EQ(fit_ridge(line, 2).model.coefficients[0], 1);
}

TEST(Ridge, WeightsCountAsRepeatedSamples) {
  Samples weighted = synthetic(50, 3, 2, 71);
  Samples repeated = weighted;
  for (std::size_t i = 0; i < 50; ++i) weighted.weight.push_back(i % 2 == 0 ? 2 : 1);
  for (std::size_t i = 0; i < 50; i += 2) {
    for (std::size_t j = 0; j < 3; ++j) repeated.x.push_back(weighted.at(i, j));
    repeated.value_of.push_back(weighted.value_of[i]);
    ++repeated.n;
  }
  expect_agree(all_numbers(fit_ridge(weighted, 0.3).model), all_numbers(fit_ridge(repeated, 0.3).model),
               1e-12);
}

TEST(Ridge, MoreFeaturesThanSamplesIsSolvedInTheDual) {
  Samples samples = synthetic(40, 100, 2, 72);
  for (std::size_t i = 0; i < 40; ++i) samples.weight.push_back(i % 7 == 0 ? 0 : 1.5);
  const LinearFit fit = fit_ridge(samples, 0.8);
  EXPECT_EQ(fit.solver.name, "dual_cholesky");
  expect_stationary(samples, 0.8, fit.model, 1e-9);
}

TEST(Ridge, LeastSquaresWithDependentColumnsGivesThemZero) {
  Samples samples = synthetic(80, 4, 2, 73);
  for (std::size_t i = 0; i < 80; ++i) samples.x[i * 4 + 1] = 3 * samples.at(i, 0) + 5;
  const LinearFit fit = fit_ridge(samples, 0);
  EXPECT_EQ(fit.model.coefficients[1], 0);
  ASSERT_EQ(fit.diagnostics.size(), 1u);
  EXPECT_EQ(fit.diagnostics[0].code, core::Code::kRankDeficient);
  expect_stationary(samples, 0, fit.model, 1e-9);
  EXPECT_TRUE(fit_ridge(samples, 1).diagnostics.empty());
}

TEST(Ridge, LeastSquaresWithMoreFeaturesThanSamplesFitsExactly) {
  const Samples samples = synthetic(10, 30, 2, 74);
  const LinearFit fit = fit_ridge(samples, 0);
  EXPECT_TRUE(has(fit.diagnostics, core::Code::kRankDeficient));
  expect_stationary(samples, 0, fit.model, 1e-8);
}

TEST(Ridge, ScaleOfTheTargetIsExact) {
  const Samples samples = synthetic(60, 5, 2, 75);
  const LinearFit fit = fit_ridge(samples, 1);
  for (const int exponent : {-900, 900}) {
    Samples scaled = samples;
    for (double& y : scaled.value_of) y = std::ldexp(y, exponent);
    std::vector<double> expected = all_numbers(fit.model);
    for (double& value : expected) value = std::ldexp(value, exponent);
    EXPECT_EQ(all_numbers(fit_ridge(scaled, 1).model), expected);
  }
}

TEST(Ridge, TargetsNearTheLargestDoubleStayFinite) {
  Samples samples = synthetic(60, 2, 2, 76);
  for (std::size_t i = 0; i < 60; ++i) samples.value_of[i] = (i % 2 == 0 ? 1 : -0.5) * 1e300;
  for (const double value : all_numbers(fit_ridge(samples, 1).model)) EXPECT_TRUE(std::isfinite(value));
}

TEST(Ridge, AConstantTargetGivesItsValue) {
  Samples samples = synthetic(20, 3, 2, 77);
  samples.value_of.assign(20, 0.0);
  EXPECT_EQ(all_numbers(fit_ridge(samples, 0).model), (std::vector<double>{0, 0, 0, 0}));
  samples.value_of.assign(20, 7.0);
  EXPECT_EQ(all_numbers(fit_ridge(samples, 1).model), (std::vector<double>{7, 0, 0, 0}));
}

TEST(Ridge, OneSampleGivesItsTarget) {
  const Samples one{1, 2, {3, 4}, {}, {5}, {}, 0};
  EXPECT_EQ(all_numbers(fit_ridge(one, 1).model), (std::vector<double>{5, 0, 0}));
  EXPECT_EQ(all_numbers(fit_ridge(one, 0).model), (std::vector<double>{5, 0, 0}));
}

TEST(Ridge, FarFromTheOriginCentringKeepsTheDigits) {
  Samples samples = synthetic(500, 3, 2, 78);
  const LinearFit near = fit_ridge(samples, 0);
  for (double& value : samples.x) value += 1e6;
  expect_agree(fit_ridge(samples, 0).model.coefficients, near.model.coefficients,
               1e-9);  // 1e6 costs six digits
}

}  // namespace
}  // namespace rf::linear
