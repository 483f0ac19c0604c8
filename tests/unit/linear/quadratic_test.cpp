// SPDX-License-Identifier: MIT
// Quadratic models with l1: by hand, by optimality, and with the correlation that plain descent is slow on.
#include "linear/quadratic.hpp"

#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

double subgradient_norm(const QuadraticModel& model, const std::vector<double>& z) {
  double largest = 0;
  for (std::size_t i = 0; i < model.n; ++i) {
    double gradient = model.gradient[i];
    for (std::size_t j = 0; j < model.n; ++j)
      gradient += model.hessian[i * model.n + j] * (z[j] - model.start[j]);
    largest = std::max(largest, std::abs(minimal_subgradient(gradient, z[i], model.l1[i])));
  }
  return largest;
}

TEST(Quadratic, MinimalSubgradientByHand) {
  EXPECT_EQ(minimal_subgradient(-3, 2, 1), -2);
  EXPECT_EQ(minimal_subgradient(3, -2, 1), 2);
  EXPECT_EQ(minimal_subgradient(0.5, 0, 1), 0);
  EXPECT_EQ(minimal_subgradient(3, 0, 1), 2);
  EXPECT_EQ(minimal_subgradient(-3, 0, 1), -2);
}

TEST(Quadratic, HandComputedThreshold) {
  // g d + d^2 + |d| from 0: for g = -5 the minimum is at d = 2, for g = -0.5 at 0.
  EXPECT_EQ(minimise({1, {2}, {-5}, {0}, {1}}, 0, core::baseline_kernels())[0], 2);
  EXPECT_EQ(minimise({1, {2}, {-0.5}, {0}, {1}}, 0, core::baseline_kernels())[0], 0);
}

TEST(Quadratic, CorrelatedColumnsReachTheTolerance) {
  constexpr std::size_t n = 40;
  Random random(12);
  QuadraticModel model;
  model.n = n;
  model.hessian.assign(n * n, 100.0);  // one dominant direction: condition number about 1e7
  for (std::size_t i = 0; i < n; ++i) model.hessian[i * n + i] += 0.0005;
  for (std::size_t i = 0; i < n; ++i) {
    model.gradient.push_back(3 * random.uniform());
    model.start.push_back(i % 3 == 0 ? random.uniform() : 0);
    model.l1.push_back(i == 0 ? 0 : 1);
  }
  const std::vector<double> z = minimise(model, 1e-7, core::baseline_kernels());
  EXPECT_LE(subgradient_norm(model, z), 1e-6);  // the tolerance, and rounding of sums of 1e2 * 1e3
}

TEST(Quadratic, ASingularShiftIsHarmless) {
  // Two unpenalised unknowns that only their difference tells apart.
  const QuadraticModel model{2, {1, -1, -1, 1}, {-1, 1}, {0, 0}, {0, 0}};
  const std::vector<double> z = minimise(model, 1e-12, core::baseline_kernels());
  EXPECT_NEAR(z[0] - z[1], 1, 1e-12);
}

}  // namespace
}  // namespace rf::linear
