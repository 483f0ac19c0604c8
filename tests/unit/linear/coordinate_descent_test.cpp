// SPDX-License-Identifier: MIT
// l1 and elastic net: optimality by the subgradient, sparsity, the ends of the mix.
#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

TEST(CoordinateDescent, L1ManyFeaturesIsOptimalAndSparse) {
  const Samples samples = synthetic(150, 400, 2, 7);
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kL1;
  parameters.C = 0.5;
  const LinearFit fit = fit_logistic(samples, parameters);
  EXPECT_EQ(fit.solver.name, "newton_coordinate_descent");
  EXPECT_TRUE(fit.solver.converged);
  EXPECT_LE(naive_subgradient(samples, parameters, fit.model), 1e-7);
  std::size_t nonzero = 0;
  for (const double w : fit.model.coefficients) nonzero += w != 0;
  EXPECT_GT(nonzero, 0u);
  EXPECT_LT(nonzero, 150u);
}

TEST(CoordinateDescent, ElasticNetSoftmaxManyUnknownsIsOptimal) {
  const Samples samples = synthetic(300, 150, 4, 8);
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kElasticNet;
  parameters.l1_ratio = 0.9;
  parameters.C = 0.2;
  const LinearFit fit = fit_logistic(samples, parameters);
  EXPECT_TRUE(fit.solver.converged);
  EXPECT_LE(naive_subgradient(samples, parameters, fit.model), 1e-7);
}

TEST(CoordinateDescent, ElasticNetEndsMeetL1AndL2) {
  const Samples samples = read_numbers(kDataDirectory + "breast_cancer.csv");
  params::LogisticRegression elastic;
  elastic.penalty = params::Penalty::kElasticNet;
  params::LogisticRegression l1;
  l1.penalty = params::Penalty::kL1;
  elastic.l1_ratio = 1;
  EXPECT_EQ(all_numbers(fit_logistic(samples, elastic).model), all_numbers(fit_logistic(samples, l1).model));
  elastic.l1_ratio = 0;
  EXPECT_EQ(all_numbers(fit_logistic(samples, elastic).model), all_numbers(fit_logistic(samples, {}).model));
}

}  // namespace
}  // namespace rf::linear
