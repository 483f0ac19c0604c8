// SPDX-License-Identifier: MIT
// regression_metrics against scikit-learn's values and at the ends of the range of a double.
#include <cmath>

#include "core/philox.hpp"
#include "unit/evaluate/support.hpp"

namespace rf::evaluate::test {
namespace {

Metrics evaluate(const std::vector<double>& truth, const std::vector<double>& predicted,
                 std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return regression_metrics(truth, predicted, context).value();
}

TEST(RegressionMetrics, EqualScikitLearn) {
  const json::Value reference_values = reference();
  for (const json::Value& entry : reference_values.find("regression")->as_array()) {
    SCOPED_TRACE(note(entry));
    const Metrics metrics = evaluate(numbers(*entry.find("y_true")), numbers(*entry.find("y_pred")));
    EXPECT_EQ(metrics.profile, "regression.base.v1");
    EXPECT_EQ(metrics.scalars.size(), 6u);
    EXPECT_NEAR(metrics.scalars.at("r2"), number(entry, "r2"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("rmse"), number(entry, "rmse"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("mae"), number(entry, "mae"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("median_absolute_error"), number(entry, "median_ae"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("max_error"), number(entry, "max_error"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("explained_variance"), number(entry, "explained_variance"), kTolerance);
  }
}

TEST(RegressionMetrics, ByHand) {
  // Residuals -1, 0, 4: squares 17, mean residual 1; truth 0, 3, 6: squares about the mean 18.
  const Metrics metrics = evaluate({0, 3, 6}, {1, 3, 2});
  EXPECT_EQ(metrics.scalars.at("r2"), 1.0 - 17.0 / 18.0);
  EXPECT_EQ(metrics.scalars.at("mae"), 5.0 / 3.0);
  EXPECT_EQ(metrics.scalars.at("median_absolute_error"), 1);
  EXPECT_EQ(metrics.scalars.at("max_error"), 4);
  EXPECT_EQ(metrics.scalars.at("rmse"), std::sqrt(17.0 / 3.0));
  EXPECT_EQ(metrics.scalars.at("explained_variance"), 1 - 14.0 / 18.0);
}

TEST(RegressionMetrics, TheMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(evaluate({0, 0, 0, 0}, {8, 1, -2, 4}).scalars.at("median_absolute_error"), 3);
}

TEST(RegressionMetrics, R2OfOneRowIsOmittedAndSaid) {
  const Metrics metrics = evaluate({3}, {5});
  EXPECT_EQ(metrics.scalars.count("r2"), 0u);
  EXPECT_EQ(metrics.scalars.at("mae"), 2);
  EXPECT_EQ(metrics.scalars.at("explained_variance"), 1);  // scikit-learn's: the one residual has no variance
  ASSERT_EQ(metrics.diagnostics.size(), 1u);
  EXPECT_EQ(metrics.diagnostics[0].code, core::Code::kMetricUndefined);
  EXPECT_EQ(metrics.diagnostics[0].details, (core::Details{{"metric", "r2"}, {"reason", "one_row"}}));
}

TEST(RegressionMetrics, ConstantTruthThatNoMeanHitsStillHasNoVariance) {
  // The computed mean of n times 0.1 is for some n not 0.1; r2 would be enormous.
  for (std::size_t n_rows = 2; n_rows <= 100; ++n_rows) {
    const std::vector<double> truth(n_rows, 0.1);
    std::vector<double> predicted(n_rows, 0.1);
    EXPECT_EQ(evaluate(truth, predicted).scalars.at("r2"), 1);
    predicted[1] = 0.2;
    EXPECT_EQ(evaluate(truth, predicted).scalars.at("r2"), 0);
    EXPECT_EQ(evaluate(truth, predicted).scalars.at("explained_variance"), 0);
  }
}

TEST(RegressionMetrics, WithoutRowsOnlyTheProfileIsSet) {
  const Metrics metrics = evaluate({}, {});
  EXPECT_EQ(metrics.profile, "regression.base.v1");
  EXPECT_TRUE(metrics.scalars.empty());
  EXPECT_TRUE(metrics.diagnostics.empty());
}

TEST(RegressionMetrics, ScalingByAPowerOfTwoScalesTheErrorsExactly) {
  const std::vector<double> truth = {3, -0.5, 2, 7, 4.25, 0};
  const std::vector<double> predicted = {2.5, 0.1, 2, 8, 4, -0.75};
  const Metrics plain = evaluate(truth, predicted);
  for (const double factor : {0x1p-1000, 0x1p+1000}) {
    std::vector<double> large_truth;
    std::vector<double> large_predicted;
    for (const double value : truth) large_truth.push_back(value * factor);
    for (const double value : predicted) large_predicted.push_back(value * factor);
    const Metrics large = evaluate(large_truth, large_predicted);
    EXPECT_EQ(large.scalars.at("r2"), plain.scalars.at("r2"));
    EXPECT_EQ(large.scalars.at("explained_variance"), plain.scalars.at("explained_variance"));
    EXPECT_EQ(large.scalars.at("rmse"), plain.scalars.at("rmse") * factor);
    EXPECT_EQ(large.scalars.at("mae"), plain.scalars.at("mae") * factor);
  }
}

TEST(RegressionMetrics, ErrorsBeyondTheRangeAreOmittedAndSaid) {
  const Metrics metrics = evaluate({1.7e308, 0}, {-1.7e308, 0});
  EXPECT_EQ(metrics.scalars.count("max_error"), 0u);
  EXPECT_TRUE(std::isfinite(metrics.scalars.at("mae")));
  EXPECT_TRUE(std::isfinite(metrics.scalars.at("r2")));
  ASSERT_EQ(metrics.diagnostics.size(), 2u);  // rmse 2.4e308, max_error 3.4e308
  EXPECT_EQ(metrics.diagnostics[1].details,
            (core::Details{{"metric", "max_error"}, {"reason", "beyond_range"}}));
}

TEST(RegressionMetrics, ThreadsDoNotChangeABit) {
  core::RandomStream random(7, core::Purpose::kForestBootstrap, 1);
  std::vector<double> truth;
  std::vector<double> predicted;
  for (int i = 0; i < 20000; ++i) {
    truth.push_back(random.uniform() * 1e6);
    predicted.push_back(truth.back() + random.uniform());
  }
  const auto of_one = evaluate(truth, predicted, 1).scalars;
  for (const std::uint32_t n_threads : {2u, 7u})
    EXPECT_EQ(evaluate(truth, predicted, n_threads).scalars, of_one);
}

}  // namespace
}  // namespace rf::evaluate::test
