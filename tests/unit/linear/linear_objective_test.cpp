// SPDX-License-Identifier: MIT
// Value, gradient and Hessian against a naive twin and central differences; chunks and threads leave no
// trace.
#include "linear/linear_objective.hpp"

#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

LinearProblem problem_of(const Samples& samples, Loss loss) {
  LinearProblem problem;
  problem.x = samples.view();
  problem.loss = loss;
  problem.n_scores = loss == Loss::kSoftmax ? samples.n_classes : 1;
  problem.class_of = samples.class_of;
  for (std::size_t i = 0; i < samples.n; ++i) problem.weight.push_back(0.25 * static_cast<double>(i % 5));
  problem.l2 = 0.7;
  problem.intercept_penalised = loss == Loss::kSquaredHinge;
  return problem;
}

/// The objective by its formula, a loop over rows.
double naive_value(const LinearProblem& problem, const Samples& samples, const std::vector<double>& theta) {
  const std::size_t p = samples.p;
  double value = 0;
  for (std::size_t i = 0; i < samples.n; ++i) {
    std::vector<double> score;
    for (std::size_t k = 0; k < problem.n_scores; ++k) {
      score.push_back(theta[k * (p + 1)]);
      for (std::size_t j = 0; j < p; ++j) score[k] += theta[k * (p + 1) + 1 + j] * samples.at(i, j);
    }
    const double t = samples.class_of[i] == 1 ? 1 : -1;
    double loss = 0;
    if (problem.loss == Loss::kLogistic) loss = std::log(1 + std::exp(-t * score[0]));
    if (problem.loss == Loss::kSquaredHinge) loss = std::pow(std::max(0.0, 1 - t * score[0]), 2);
    if (problem.loss == Loss::kSoftmax) {
      for (const double s : score) loss += std::exp(s);
      loss = std::log(loss) - score[static_cast<std::size_t>(samples.class_of[i])];
    }
    value += problem.weight[i] * loss;
  }
  for (std::size_t u = 0; u < theta.size(); ++u)
    if (u % (p + 1) != 0 || problem.intercept_penalised) value += 0.5 * problem.l2 * theta[u] * theta[u];
  return value;
}

std::vector<double> some_theta(std::size_t n) {
  Random random(4);
  std::vector<double> theta(n);
  for (double& value : theta) value = 0.5 * random.uniform();
  return theta;
}

class LinearObjectiveOf : public testing::TestWithParam<Loss> {};

TEST_P(LinearObjectiveOf, ValueMatchesTheFormula) {
  const Samples samples = synthetic(300, 5, GetParam() == Loss::kSoftmax ? 4 : 2, 61);
  const LinearProblem problem = problem_of(samples, GetParam());
  Harness harness;
  LinearObjective objective(problem, harness.context);
  const std::vector<double> theta = some_theta(objective.n_unknowns());
  const double expected = naive_value(problem, samples, theta);
  EXPECT_NEAR(objective.evaluate(theta)->value, expected, 1e-12 * expected);  // rounding of 300 terms
}

TEST_P(LinearObjectiveOf, GradientMatchesCentralDifferences) {
  const Samples samples = synthetic(300, 5, GetParam() == Loss::kSoftmax ? 4 : 2, 62);
  const LinearProblem problem = problem_of(samples, GetParam());
  Harness harness;
  LinearObjective objective(problem, harness.context);
  std::vector<double> theta = some_theta(objective.n_unknowns());
  const Evaluation evaluation = *objective.evaluate(theta);
  constexpr double h = 1e-5;
  for (std::size_t u = 0; u < theta.size(); ++u) {
    const double keep = theta[u];
    theta[u] = keep + h;
    const double up = naive_value(problem, samples, theta);
    theta[u] = keep - h;
    const double down = naive_value(problem, samples, theta);
    theta[u] = keep;
    EXPECT_NEAR(evaluation.gradient[u], (up - down) / (2 * h), 1e-6) << u;  // rounding of about 1e-11 / h
  }
}

TEST_P(LinearObjectiveOf, HessianMatchesDifferencesOfTheGradient) {
  const Samples samples = synthetic(300, 5, GetParam() == Loss::kSoftmax ? 3 : 2, 63);
  LinearProblem problem = problem_of(samples, GetParam());
  problem.l2 = 0;
  Harness harness;
  LinearObjective objective(problem, harness.context);
  std::vector<double> theta = some_theta(objective.n_unknowns());
  const Evaluation evaluation = *objective.evaluate_with_hessian(theta);
  constexpr double h = 1e-6;
  for (std::size_t u = 0; u < theta.size(); ++u) {
    const double keep = theta[u];
    theta[u] = keep + h;
    const std::vector<double> up = objective.evaluate(theta)->gradient;
    theta[u] = keep - h;
    const std::vector<double> down = objective.evaluate(theta)->gradient;
    theta[u] = keep;
    // No sample sits within h of the hinge's corner here.
    for (std::size_t v = 0; v < theta.size(); ++v)
      EXPECT_NEAR(evaluation.hessian.at(u / 6, u % 6, v / 6, v % 6), (up[v] - down[v]) / (2 * h), 1e-6);
  }
}

TEST_P(LinearObjectiveOf, ChosenFeaturesGiveTheSameEntries) {
  const Samples samples = synthetic(5000, 40, GetParam() == Loss::kSoftmax ? 3 : 2, 64);
  Harness harness(2);
  LinearObjective objective(problem_of(samples, GetParam()), harness.context);
  const std::vector<double> theta = some_theta(objective.n_unknowns());
  const Hessian whole = objective.evaluate_with_hessian(theta)->hessian;
  const std::vector<std::size_t> chosen = {3, 17, 39};
  const Hessian part = *objective.hessian(theta, chosen);
  const std::size_t column[] = {0, 4, 18, 40};
  for (std::size_t a = 0; a < objective.problem().n_scores; ++a)
    for (std::size_t b = 0; b < objective.problem().n_scores; ++b)
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
          EXPECT_EQ(part.at(a, i, b, j), whole.at(a, column[i], b, column[j]));
}

TEST_P(LinearObjectiveOf, ThreadsLeaveNoTrace) {
  const Samples samples = synthetic(20000, 9, GetParam() == Loss::kSoftmax ? 3 : 2, 65);
  Harness single;
  LinearObjective expected_objective(problem_of(samples, GetParam()), single.context);
  const std::vector<double> theta = some_theta(expected_objective.n_unknowns());
  const Evaluation expected = *expected_objective.evaluate_with_hessian(theta);
  for (const std::uint32_t n_threads : {2u, 3u, 7u}) {
    Harness harness(n_threads);
    LinearObjective objective(problem_of(samples, GetParam()), harness.context);
    const Evaluation evaluation = *objective.evaluate_with_hessian(theta);
    EXPECT_EQ(evaluation.value, expected.value);
    EXPECT_EQ(evaluation.gradient, expected.gradient);
    for (std::size_t i = 0; i < 10; ++i)
      for (std::size_t j = 0; j < 10; ++j)
        EXPECT_EQ(evaluation.hessian.at(0, i, 0, j), expected.hessian.at(0, i, 0, j));
  }
}

// Chunk lengths differ with the number of features (128 rows for 9, 16 for 3000); columns of zeros change
// nothing else.
TEST_P(LinearObjectiveOf, ChunkLengthLeavesNoTrace) {
  const Samples narrow = synthetic(700, 32, GetParam() == Loss::kSoftmax ? 3 : 2, 66);
  Samples wide = narrow;
  wide.p = 3008;
  wide.x.assign(700 * wide.p, 0.0);
  for (std::size_t i = 0; i < 700; ++i)
    for (std::size_t j = 0; j < 32; ++j) wide.x[i * wide.p + j] = narrow.at(i, j);
  Harness harness;
  LinearObjective narrow_objective(problem_of(narrow, GetParam()), harness.context);
  LinearObjective wide_objective(problem_of(wide, GetParam()), harness.context);
  const std::vector<double> theta = some_theta(narrow_objective.n_unknowns());
  std::vector<double> wide_theta(wide_objective.n_unknowns(), 0.0);
  for (std::size_t u = 0; u < theta.size(); ++u) wide_theta[u / 33 * 3009 + u % 33] = theta[u];
  const Evaluation evaluation = *narrow_objective.evaluate(theta);
  const Evaluation wide_evaluation = *wide_objective.evaluate(wide_theta);
  for (std::size_t u = 0; u < theta.size(); ++u)
    EXPECT_EQ(evaluation.gradient[u], wide_evaluation.gradient[u / 33 * 3009 + u % 33]);
}

INSTANTIATE_TEST_SUITE_P(Losses, LinearObjectiveOf,
                         testing::Values(Loss::kLogistic, Loss::kSquaredHinge, Loss::kSoftmax));

TEST(LinearObjective, KnowsWhenSamplesAreSeparated) {
  const Samples line{3, 1, {-1, 1, 5}, {0, 1, 1}, {}, {}, 2};
  Harness harness;
  LinearProblem problem = problem_of(line, Loss::kLogistic);
  problem.weight = {1, 1, 1};
  LinearObjective objective(problem, harness.context);
  EXPECT_TRUE(*objective.separates(std::vector<double>{0, 1}));
  EXPECT_FALSE(*objective.separates(std::vector<double>{1, 1}));  // a score of 0 is on no side
  problem.weight = {0, 1, 1};
  LinearObjective without_first(problem, harness.context);
  EXPECT_TRUE(*without_first.separates(std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace rf::linear
