// SPDX-License-Identifier: MIT
// Newton's method: small optima by hand, rank and separation.
#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

// One feature with values -1 and 1, three of four labels on the right side. By symmetry b = 0, and
// without penalty expit(w) = 3/4: w = log 3.
TEST(Newton, HandComputedLogOdds) {
  Samples samples{8, 1, {-1, -1, -1, -1, 1, 1, 1, 1}, {0, 0, 0, 1, 1, 1, 1, 0}, {}, {}, 2};
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kNone;
  const LinearFit fit = fit_logistic(samples, parameters);
  EXPECT_TRUE(fit.solver.converged);
  EXPECT_NEAR(fit.model.coefficients[0], std::log(3.0), 1e-9);  // the gradient is below 1e-8
  EXPECT_NEAR(fit.model.intercepts[0], 0, 1e-9);
}

TEST(Newton, NoFeatureInformationGivesClassLogOdds) {
  Samples samples{6, 1, {0, 0, 0, 0, 0, 0}, {0, 1, 1, 1, 1, 1}, {}, {}, 2};
  const LinearFit fit = fit_logistic(samples, {});
  EXPECT_EQ(fit.model.coefficients[0], 0);
  EXPECT_NEAR(fit.model.intercepts[0], std::log(5.0), 1e-7);
}

TEST(Newton, SeparableDataWithoutPenaltyEndsUnconvergedAndFinite) {
  const Samples line{4, 1, {-2, -1, 1, 2}, {0, 0, 1, 1}, {}, {}, 2};
  // The second column separates only the samples where it is not 0.
  const Samples partly{
      8, 2, {-1, 0, -1, 0, 1, 0, 1, 0, -1, 0, 1, 0, 0.5, 1, 0.2, 1}, {0, 1, 1, 0, 0, 1, 1, 1}, {}, {}, 2};
  const Samples iris = read_numbers(kDataDirectory + "iris.csv");
  const Samples many = synthetic(30, 400, 2, 5);
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kNone;
  for (const Samples* samples : {&line, &partly, &iris, &many}) {
    SCOPED_TRACE(samples->n);
    const LinearFit fit = fit_logistic(*samples, parameters);
    EXPECT_FALSE(fit.solver.converged);
    EXPECT_TRUE(has(fit.diagnostics, core::Code::kNotConverged));
    for (const double value : all_numbers(fit.model)) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(Newton, DependentColumnsWithoutPenaltyGetZeroOnce) {
  Samples samples = synthetic(200, 4, 3, 21);
  for (std::size_t i = 0; i < samples.n; ++i) samples.x[i * 4 + 2] = 2 * samples.at(i, 0) - samples.at(i, 1);
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kNone;
  for (const std::size_t n_classes : {3u, 2u}) {
    if (n_classes == 2)
      for (auto& k : samples.class_of) k = k == 2 ? 1 : k;
    samples.n_classes = n_classes;
    const LinearFit fit = fit_logistic(samples, parameters);
    EXPECT_TRUE(fit.solver.converged);
    for (std::size_t k = 0; k < fit.model.n_scores(); ++k) EXPECT_EQ(fit.model.coefficients[k * 4 + 2], 0);
    ASSERT_EQ(fit.diagnostics.size(), 1u);
    EXPECT_EQ(fit.diagnostics[0].code, core::Code::kRankDeficient);
    EXPECT_NE(fit.diagnostics[0].message.find(": 2"), std::string::npos) << fit.diagnostics[0].message;
  }
}

TEST(Newton, SquaredHingeHandComputedOptimum) {
  // Samples -1 and 1 with classes 0 and 1, C = 1: f = (w^2 + b^2) / 2 + 2 (1 - w)^2 at b = 0; w = 4/5.
  const Samples samples{2, 1, {-1, 1}, {0, 1}, {}, {}, 2};
  const LinearFit fit = fit_svc(samples, {});
  EXPECT_NEAR(fit.model.coefficients[0], 0.8, 1e-12);
  EXPECT_NEAR(fit.model.intercepts[0], 0, 1e-12);
  EXPECT_NEAR(*fit.solver.objective, 0.4, 1e-12);
}

}  // namespace
}  // namespace rf::linear
