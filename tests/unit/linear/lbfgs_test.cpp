// SPDX-License-Identifier: MIT
// L-BFGS against Newton's method on problems with equal optima on both sides of the shape limit.
#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

TEST(Lbfgs, SolversAgreeAcrossTheShapeLimit) {
  // 3 classes x 101 unknowns go to L-BFGS; without the last, constant column Newton's limit is kept.
  const Samples narrow = synthetic(500, 99, 3, 3);
  Samples wide = narrow;
  wide.p = 100;
  wide.x.clear();
  for (std::size_t i = 0; i < narrow.n; ++i) {
    for (std::size_t j = 0; j < narrow.p; ++j) wide.x.push_back(narrow.at(i, j));
    wide.x.push_back(0);
  }
  params::LogisticRegression parameters;
  parameters.tol = 1e-12;
  const LinearFit newton = fit_logistic(narrow, parameters);
  const LinearFit lbfgs = fit_logistic(wide, parameters);
  EXPECT_EQ(newton.solver.name, "newton_cholesky");
  EXPECT_EQ(lbfgs.solver.name, "lbfgs");
  std::vector<double> shared;
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t j = 0; j < 99; ++j) shared.push_back(lbfgs.model.coefficients[k * 100 + j]);
  expect_agree(shared, newton.model.coefficients, 1e-8);
  expect_agree(lbfgs.model.intercepts, newton.model.intercepts, 1e-8);
}

TEST(NewtonCg, ManyFeaturesAgreeWithNewtonOnTheSameSpan) {
  // Each column repeated four times: by symmetry its four coefficients are equal, and the problem is that of
  // one column scaled by 2.
  const Samples narrow = synthetic(300, 80, 2, 17);
  Samples wide = narrow;
  Samples scaled = narrow;
  wide.p = 320;
  wide.x.clear();
  for (std::size_t i = 0; i < narrow.n; ++i)
    for (std::size_t j = 0; j < 320; ++j) wide.x.push_back(narrow.at(i, j % 80));
  for (double& value : scaled.x) value *= 2;
  params::LinearSvc parameters;
  parameters.tol = 1e-12;
  const LinearFit many = fit_svc(wide, parameters);
  const LinearFit few = fit_svc(scaled, parameters);
  EXPECT_EQ(many.solver.name, "newton_cg");
  EXPECT_EQ(few.solver.name, "newton_cholesky");
  std::vector<double> half = few.model.coefficients;
  for (double& w : half) w /= 2;
  expect_agree({many.model.coefficients.begin(), many.model.coefficients.begin() + 80}, half, 1e-7);
  EXPECT_NEAR(*many.solver.objective, *few.solver.objective, 1e-9 * *few.solver.objective);
}

}  // namespace
}  // namespace rf::linear
