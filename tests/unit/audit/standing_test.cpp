// SPDX-License-Identifier: MIT
// What a report may say of a linear model: real fits of every kind agree with where their models stand, and a
// report with any member changed does not.
#include "linear/standing.hpp"

#include <iostream>

#include "unit/audit/standing_support.hpp"
#include "unit/linear/linear_support.hpp"

namespace rf::audit {
namespace {

using namespace linear::test;
using namespace test;

Stood stood(linear::LinearFit fit, core::Result<model::Standings> standings) {
  EXPECT_TRUE(standings.ok()) << (standings.ok() ? "" : standings.error().message);
  return {std::move(fit.solver), std::move(fit.diagnostics),
          standings.ok() ? std::move(*standings) : model::Standings{}};
}

Stood stand(const linear::test::Samples& samples, const params::LogisticRegression& parameters) {
  linear::test::Harness harness(2);
  linear::LinearFit fit = linear::test::fit_logistic(samples, parameters);
  auto standings =
      linear::standings_of(fit.model, samples.view(), samples.classes(), parameters, harness.context);
  return stood(std::move(fit), std::move(standings));
}

Stood stand(const linear::test::Samples& samples, const params::LinearSvc& parameters) {
  linear::test::Harness harness;
  linear::LinearFit fit = linear::test::fit_svc(samples, parameters);
  auto standings =
      linear::standings_of(fit.model, samples.view(), samples.classes(), parameters, harness.context);
  return stood(std::move(fit), std::move(standings));
}

Stood stand(const linear::test::Samples& samples, const params::RidgeRegression& parameters) {
  linear::test::Harness harness;
  linear::LinearFit fit = linear::test::fit_ridge(samples, parameters.alpha);
  auto standings =
      linear::standings_of(fit.model, samples.view(), samples.values(), parameters, harness.context);
  return stood(std::move(fit), std::move(standings));
}

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t bound) {
    return std::min(bound - 1,
                    static_cast<std::size_t>((random_.uniform() + 1) / 2 * static_cast<double>(bound)));
  }
  template <class T>
  T of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }
  double uniform() { return random_.uniform(); }

 private:
  linear::test::Random random_;
};

/// Columns copied and combined, columns scaled by much, rows weighted, classes set apart.
linear::test::Samples random_samples(Draw& draw, std::size_t n_classes, std::size_t n, std::size_t p,
                                     std::uint64_t seed) {
  linear::test::Samples samples = linear::test::synthetic(n, p, n_classes, seed);
  if (draw.below(3) == 0)
    for (std::size_t i = 0; i < n; ++i) samples.x[i * p + p - 1] = samples.x[i * p];
  if (draw.below(4) == 0) {
    const double scale = draw.of({1e-150, 1e-9, 1e6, 1e30});
    for (std::size_t i = 0; i < n; ++i) samples.x[i * p] *= scale;
  }
  if (draw.below(4) == 0)  // set apart by the last column
    for (std::size_t i = 0; i < n; ++i) samples.x[i * p + p - 1] = samples.class_of[i] + 0.1 * draw.uniform();
  if (draw.below(4) == 0)
    for (std::size_t i = 0; i < n; ++i) samples.x[i * p + p - 1] = 0;
  if (draw.below(3) == 0) {
    const double scale = draw.of({1e-200, 1e-9, 1.0, 1.0, 1e9});
    for (std::size_t i = 0; i < n; ++i)
      samples.weight.push_back(draw.below(5) == 0 ? 0 : scale * (1 + draw.uniform()));
  }
  std::vector<std::size_t> count(n_classes);
  for (std::size_t k = 0; k < n_classes; ++k) samples.class_of[k] = static_cast<std::int32_t>(k);
  return samples;
}

params::LogisticRegression random_logistic(Draw& draw) {
  params::LogisticRegression parameters;
  parameters.penalty = draw.of(
      {params::Penalty::kL2, params::Penalty::kL1, params::Penalty::kElasticNet, params::Penalty::kNone});
  parameters.C = draw.of({1.0, 1.0, 1e-3, 1e3, 1e12});
  parameters.class_weight = draw.of({params::ClassWeight::kNone, params::ClassWeight::kBalanced});
  parameters.max_iter = draw.of({1000u, 1000u, 200u, 1u, 3u});
  parameters.tol = draw.of({1e-8, 1e-8, 1e-4, 0.1, 1e-16});
  return parameters;
}

/// Largest distance of a report from where its model stands, as a share of the margin.
void take_share(const std::optional<double>& a, const std::optional<double>& b, double margin,
                double& largest) {
  if (a && b && margin > 0) largest = std::max(largest, std::abs(*a - *b) / margin);
}

/// 8,000 of each were tried when the margins were chosen.
constexpr std::uint64_t kRandomProblems = 300;

TEST(Standing, RandomLogisticFitsAgree) {
  Draw draw(1);
  double objective_share = 0;
  double gradient_share = 0;
  for (std::uint64_t seed = 1; seed <= kRandomProblems; ++seed) {
    const std::size_t n_classes = draw.of<std::size_t>({2, 2, 3, 5});
    const std::size_t n = draw.of<std::size_t>({7, 40, 300, 3000});
    const linear::test::Samples samples =
        random_samples(draw, n_classes, std::max(n, n_classes), 1 + draw.below(6), seed);
    linear::test::Harness harness;
    const params::LogisticRegression parameters = random_logistic(draw);
    auto fit =
        linear::fit_logistic_regression(samples.view(), samples.classes(), parameters, harness.context);
    if (!fit.ok()) continue;
    auto standings =
        linear::standings_of(fit->model, samples.view(), samples.classes(), parameters, harness.context);
    const Stood found = stood(std::move(*fit), std::move(standings));
    expect_agrees(found, "seed " + std::to_string(seed));
    const model::Standing& standing = found.standings[0];
    take_share(standing.objective, found.solver.objective, standing.objective_margin, objective_share);
    take_share(standing.gradient_norm, found.solver.gradient_norm, standing.gradient_margin, gradient_share);
    EXPECT_EQ(n_classes > 2, standing.objective_margin > 0);
  }
  // Room by a factor of four at least.
  EXPECT_LT(objective_share, 0.25);
  EXPECT_LT(gradient_share, 0.25);
  std::cout << "distance as a share of the margin: objective " << objective_share << ", gradient "
            << gradient_share << "\n";
}

TEST(Standing, RandomSvcFitsAgreeExactly) {
  Draw draw(2);
  for (std::uint64_t seed = 1; seed <= kRandomProblems; ++seed) {
    const std::size_t n_classes = draw.of<std::size_t>({2, 3, 4});
    const std::size_t n = draw.of<std::size_t>({7, 40, 300, 3000});
    const linear::test::Samples samples = random_samples(draw, n_classes, n, 1 + draw.below(6), seed);
    const params::LogisticRegression like = random_logistic(draw);
    const params::LinearSvc parameters{like.C, like.class_weight, like.max_iter, like.tol};
    linear::test::Harness harness;
    auto fit = linear::fit_linear_svc(samples.view(), samples.classes(), parameters, harness.context);
    if (!fit.ok()) continue;
    auto standings =
        linear::standings_of(fit->model, samples.view(), samples.classes(), parameters, harness.context);
    expect_agrees(stood(std::move(*fit), std::move(standings)), "seed " + std::to_string(seed));
  }
}

TEST(Standing, RandomRidgeFitsAgreeExactly) {
  Draw draw(3);
  for (std::uint64_t seed = 1; seed <= kRandomProblems; ++seed) {
    const std::size_t n = draw.of<std::size_t>({3, 40, 300, 3000});
    linear::test::Samples samples = random_samples(draw, 2, n, 1 + draw.below(9), seed);
    const double scale = draw.of({1.0, 1e-290, 1e-100, 1e150, 1e300});
    for (double& value : samples.value_of) value *= scale;
    const params::RidgeRegression parameters{draw.of({0.0, 1e-12, 1.0, 1e6})};
    linear::test::Harness harness;
    auto fit = linear::fit_ridge_regression(samples.view(), samples.values(), parameters, harness.context);
    if (!fit.ok()) continue;
    auto standings =
        linear::standings_of(fit->model, samples.view(), samples.values(), parameters, harness.context);
    expect_agrees(stood(std::move(*fit), std::move(standings)), "seed " + std::to_string(seed));
  }
}

linear::test::Samples with_copied_column(linear::test::Samples samples) {
  for (std::size_t i = 0; i < samples.n; ++i) samples.x[i * samples.p + 2] = samples.x[i * samples.p];
  return samples;
}

/// Classes that the first column tells apart.
linear::test::Samples set_apart(linear::test::Samples samples) {
  for (std::size_t i = 0; i < samples.n; ++i)
    samples.x[i * samples.p] = 3.0 * samples.class_of[i] + (samples.x[i * samples.p] > 0 ? 0.1 : 0.0);
  return samples;
}

params::LogisticRegression logistic(params::Penalty penalty, std::uint32_t max_iter = 1000) {
  params::LogisticRegression parameters;
  parameters.penalty = penalty;
  parameters.max_iter = max_iter;
  return parameters;
}

TEST(Standing, EachChangeOfALogisticReportIsNamed) {
  using params::Penalty;
  for (const std::size_t n_classes : {2, 4}) {
    const linear::test::Samples samples = linear::test::synthetic(200, 4, n_classes, 11);
    for (const Penalty penalty : {Penalty::kL2, Penalty::kL1, Penalty::kElasticNet, Penalty::kNone}) {
      expect_each_change_is_named(stand(samples, logistic(penalty)));
      const Stood stopped = stand(samples, logistic(penalty, 2));
      EXPECT_FALSE(stopped.solver.converged);
      expect_each_change_is_named(stopped);
    }
  }
}

TEST(Standing, EachChangeOfAReportOfEverySolverIsNamed) {
  std::vector<Stood> stands;
  stands.push_back(stand(linear::test::synthetic(3000, 3, 2, 5), params::LogisticRegression{}));
  stands.push_back(stand(linear::test::synthetic(60, 310, 2, 5), params::LogisticRegression{}));
  stands.push_back(stand(linear::test::synthetic(60, 110, 3, 5), params::LogisticRegression{}));
  stands.push_back(stand(linear::test::synthetic(60, 110, 3, 5), logistic(params::Penalty::kNone)));
  stands.push_back(stand(linear::test::synthetic(3000, 3, 4, 5), params::LinearSvc{}));
  stands.push_back(stand(linear::test::synthetic(200, 3, 4, 5), params::LinearSvc{}));
  stands.push_back(stand(linear::test::synthetic(200, 3, 4, 5),
                         params::LinearSvc{1, params::ClassWeight::kNone, 2, 1e-8}));
  stands.push_back(stand(linear::test::synthetic(60, 310, 2, 5), params::LinearSvc{}));
  std::vector<std::string> names;
  for (const Stood& honest : stands) {
    names.push_back(honest.solver.name);
    expect_each_change_is_named(honest);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"subsampled_newton", "newton_cg", "lbfgs", "lbfgs", "subsampled_newton",
                                      "newton_cholesky", "newton_cholesky", "newton_cg"}));
}

TEST(Standing, ColumnsLeftOutAreFoundAgain) {
  for (const std::size_t n_classes : {2, 3}) {
    const linear::test::Samples samples = with_copied_column(linear::test::synthetic(300, 4, n_classes, 3));
    const Stood honest = stand(samples, logistic(params::Penalty::kNone));
    ASSERT_TRUE(linear::test::has(honest.diagnostics, core::Code::kRankDeficient));
    EXPECT_EQ(honest.standings[0].dropped, (std::vector<std::size_t>{2}));
    expect_each_change_is_named(honest);
  }
  const Stood honest =
      stand(with_copied_column(linear::test::synthetic(300, 4, 2, 3)), params::RidgeRegression{0});
  EXPECT_EQ(honest.standings[0].dropped, (std::vector<std::size_t>{2}));
  expect_each_change_is_named(honest);
}

/// Weights so large that Newton's method, to which samples may hand over, leaves columns out despite the
/// penalty.
TEST(Standing, AColumnMayBeLeftOutAfterHandingOver) {
  const linear::test::Samples two = with_copied_column(linear::test::synthetic(3000, 3, 2, 3));
  params::LogisticRegression parameters;
  parameters.C = 1e12;
  const Stood honest = stand(two, parameters);
  ASSERT_EQ(honest.standings.size(), 2u);
  EXPECT_TRUE(honest.standings[0].dropped.empty());
  EXPECT_EQ(honest.standings[1].dropped, (std::vector<std::size_t>{2}));
  expect_agrees(honest, "logistic_regression");
  const linear::test::Samples four = with_copied_column(linear::test::synthetic(3000, 3, 4, 3));
  const Stood together = stand(four, params::LinearSvc{1e12, params::ClassWeight::kNone, 1000, 1e-8});
  ASSERT_EQ(together.standings.size(), 3u);
  EXPECT_EQ(together.standings[0].n_solves, 1u);
  EXPECT_EQ(together.standings[1].n_solves, 4u);
  expect_agrees(together, "linear_svc");
}

TEST(Standing, ACoefficientOfAColumnLeftOutIsNamed) {
  const linear::test::Samples samples = with_copied_column(linear::test::synthetic(300, 4, 2, 3));
  const params::LogisticRegression parameters = logistic(params::Penalty::kNone);
  linear::LinearFit fit = linear::test::fit_logistic(samples, parameters);
  std::swap(fit.model.coefficients[0], fit.model.coefficients[2]);
  linear::test::Harness harness;
  auto standings =
      linear::standings_of(fit.model, samples.view(), samples.classes(), parameters, harness.context);
  const auto faults = check_report(fit.solver, fit.diagnostics, *standings).faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].member, "coefficients");
  EXPECT_EQ(faults[0].expected, "0 for column 2, which depends on the columns before it");
}

TEST(Standing, SeparatedClassesAreFoundAgain) {
  for (const std::size_t n_classes : {2, 3}) {
    const Stood honest =
        stand(set_apart(linear::test::synthetic(120, 3, n_classes, 9)), logistic(params::Penalty::kNone));
    ASSERT_FALSE(honest.solver.converged);
    EXPECT_LE(*honest.solver.gradient_norm, honest.standings[0].ends[0].tolerance);
    EXPECT_EQ(honest.standings[0].ends[0].ending, model::Ending::kSeparated);
    expect_each_change_is_named(honest);
  }
}

TEST(Standing, TheIterationLimitStopsNobodyBefore) {
  Stood changed = stand(linear::test::synthetic(200, 4, 2, 11), logistic(params::Penalty::kL2, 2));
  ASSERT_TRUE(changed.diagnostics[0].message.starts_with("the iteration limit"));
  changed.solver.iterations = 1;
  changed.diagnostics[0].details[0].value = std::int64_t{1};
  const ReportCheck check = check_report(changed.solver, changed.diagnostics, changed.standings);
  ASSERT_EQ(check.diagnostics.size(), 1u);
  EXPECT_TRUE(check.diagnostics[0].message.starts_with("rounding"));
}

/// A tolerance below the rounding of a shifted softmax: the recorded gradient decides.
TEST(Standing, WhereRoundingDecidesTheRecordedGradientMustFit) {
  params::LogisticRegression parameters;
  parameters.tol = 1e-16;
  Stood changed = stand(linear::test::synthetic(200, 4, 3, 1), parameters);
  const model::Standing& standing = changed.standings[0];
  ASSERT_EQ(standing.ends.size(), 3u);
  const double tolerance = standing.ends[0].tolerance;
  changed.diagnostics.clear();
  changed.solver.converged = true;
  changed.solver.gradient_norm = tolerance / 2;
  EXPECT_TRUE(faults_of(changed).empty()) << described(faults_of(changed));
  expect_named(changed, "converged", [&](Stood& s) { s.solver.gradient_norm = 2 * tolerance; });
  expect_named(changed, "converged", [&](Stood& s) { s.solver.converged = false; });
}

TEST(Standing, NoStandingIsNoAgreement) {
  const Stood honest = stand(linear::test::synthetic(50, 2, 2, 1), params::RidgeRegression{1});
  EXPECT_EQ(check_report(honest.solver, honest.diagnostics, {}).faults.size(), 1u);
}

/// There the length of the next step decides, and the shift that is left free with it.
TEST(Standing, LooseTolerancesEndWhereStepsAreShort) {
  params::LogisticRegression parameters = logistic(params::Penalty::kNone);
  parameters.tol = 0.1;
  std::size_t n_close = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Stood honest = stand(linear::test::synthetic(40, 2, 3 + seed % 3, seed), parameters);
    expect_agrees(honest, "seed " + std::to_string(seed));
    n_close += honest.standings[0].ends.size() > 1 ? 1 : 0;
  }
  EXPECT_LE(n_close, 20u);
}

TEST(Standing, ZeroThatIsTheOptimumTakesNoIterations) {
  params::LogisticRegression parameters = logistic(params::Penalty::kL1);
  parameters.C = 1e-6;
  linear::test::Samples samples = linear::test::synthetic(100, 3, 2, 4);
  for (std::size_t i = 0; i < samples.n; ++i) samples.class_of[i] = static_cast<std::int32_t>(i % 2);
  const Stood honest = stand(samples, parameters);
  EXPECT_EQ(honest.solver.iterations, 0u);
  expect_named(honest, "iterations", [](Stood& s) { s.solver.iterations = 1; });
}

TEST(Standing, EachChangeOfARidgeReportIsNamed) {
  expect_each_change_is_named(stand(linear::test::synthetic(200, 4, 2, 1), params::RidgeRegression{1}));
  expect_each_change_is_named(stand(linear::test::synthetic(20, 40, 2, 1), params::RidgeRegression{1}));
  linear::test::Samples huge = linear::test::synthetic(50, 3, 2, 1);
  for (double& value : huge.value_of) value *= 1e300;
  const Stood beyond = stand(huge, params::RidgeRegression{1});
  EXPECT_FALSE(beyond.solver.objective.has_value());
  expect_each_change_is_named(beyond);
}

TEST(Standing, ARidgeInterceptFollowsFromTheCoefficients) {
  const linear::test::Samples samples = linear::test::synthetic(200, 4, 2, 1);
  linear::LinearFit fit = linear::test::fit_ridge(samples, 1);
  fit.model.intercepts[0] = std::nextafter(fit.model.intercepts[0], 1e9);
  linear::test::Harness harness;
  auto standings = linear::standings_of(fit.model, samples.view(), samples.values(),
                                        params::RidgeRegression{1}, harness.context);
  const auto faults = check_report(fit.solver, fit.diagnostics, *standings).faults;
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].member, "intercepts");
}

TEST(Standing, ACoefficientMovedIsSeenInTheReport) {
  const linear::test::Samples samples = linear::test::synthetic(200, 4, 3, 1);
  const params::LogisticRegression parameters;
  linear::LinearFit fit = linear::test::fit_logistic(samples, parameters);
  fit.model.coefficients[1] += 1e-4;
  linear::test::Harness harness;
  auto standings =
      linear::standings_of(fit.model, samples.view(), samples.classes(), parameters, harness.context);
  const auto faults = check_report(fit.solver, fit.diagnostics, *standings).faults;
  ASSERT_EQ(faults.size(), 3u) << described(faults);
  EXPECT_EQ(faults[0].member, "gradient_norm");
  EXPECT_EQ(faults[1].member, "objective");
  EXPECT_EQ(faults[2].member, "converged");
}

TEST(Standing, AModelOfAnotherShapeIsAFaultOfTheModel) {
  const linear::test::Samples samples = linear::test::synthetic(200, 4, 3, 1);
  const linear::LinearFit fit = linear::test::fit_logistic(samples, {});
  linear::test::Harness harness;
  const model::ClassTarget two{samples.class_of, 4, {}};
  auto standings = linear::standings_of(fit.model, samples.view(), two, params::LinearSvc{}, harness.context);
  const auto faults = check_report(fit.solver, fit.diagnostics, *standings).faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].member, "scores");
  EXPECT_EQ(faults[0].expected, "4 of 4 features");
  EXPECT_EQ(faults[0].found, "3 of 4 features");
}

}  // namespace
}  // namespace rf::audit
