// SPDX-License-Identifier: MIT
// The linear families against converged references made elsewhere, and the facts that LEARNERS promises.
#include "linear/linear.hpp"

#include <cmath>

#include "unit/linear/linear_support.hpp"

namespace rf::linear {
namespace {

using namespace test;

/// Agreement that LEARNERS promises.
constexpr double kAgreement = 1e-6;

void expect_model(const LinearFit& fit, const json::Value& expected) {
  expect_agree(fit.model.coefficients, numbers(*expected.find("coef")), kAgreement);
  expect_agree(fit.model.intercepts, numbers(*expected.find("intercept")), kAgreement);
  EXPECT_TRUE(fit.solver.converged);
  EXPECT_TRUE(fit.diagnostics.empty());
}

/// Every classifier entry of one dataset of linear_models.json; returns how many there were.
int check_classifiers(const Samples& samples, const json::Value& entry) {
  int checked = 0;
  for (const char* key : {"binary_logistic", "softmax_logistic", "linear_svc_penalised_intercept"}) {
    const json::Value* models = entry.find(key);
    const bool is_softmax = std::string_view(key) == "softmax_logistic";
    if (!models || (is_softmax && samples.n_classes == 2)) continue;
    for (const json::Value& expected : models->as_array()) {
      SCOPED_TRACE(key);
      const double c = expected.find("C")->as_number();
      const bool is_svc = std::string_view(key) == "linear_svc_penalised_intercept";
      params::LogisticRegression logistic;
      logistic.C = c;
      params::LinearSvc svc;
      svc.C = c;
      const LinearFit fit = is_svc ? fit_svc(samples, svc) : fit_logistic(samples, logistic);
      expect_model(fit, expected);
      double objective = 0;
      for (const double value : numbers(*expected.find("objective"))) objective += value;
      EXPECT_NEAR(*fit.solver.objective, objective, 1e-9 * objective);  // flat at the optimum
      ++checked;
    }
  }
  return checked;
}

TEST(LinearReference, IrisAgrees) {
  const json::Value document = reference("linear_models.json");
  EXPECT_EQ(check_classifiers(read_numbers(kDataDirectory + "iris.csv"),
                              *document.find("linear_models")->find("iris")),
            4);
}

TEST(LinearReference, BreastCancerAgrees) {
  const json::Value document = reference("linear_models.json");
  EXPECT_EQ(check_classifiers(read_numbers(kDataDirectory + "breast_cancer.csv"),
                              *document.find("linear_models")->find("breast_cancer")),
            4);
}

TEST(LinearReference, WineAgrees) {
  const Samples wine = read_numbers(RUNFORGE_SHARED_DIR "/data/wine.csv");
  if (wine.n == 0) GTEST_SKIP() << "no wine.csv in " RUNFORGE_SHARED_DIR "/data";
  const json::Value document = reference("linear_models.json");
  EXPECT_EQ(check_classifiers(wine, *document.find("linear_models")->find("wine")), 4);
}

TEST(LinearReference, TheSharedDocumentIsTheOneInTheRepository) {
  const std::string shared = file_text(RUNFORGE_SHARED_DIR "/reference/linear_models.json");
  if (shared.empty()) GTEST_SKIP() << "no linear_models.json in " RUNFORGE_SHARED_DIR "/reference";
  EXPECT_EQ(shared, file_text(kDataDirectory + "reference/linear_models.json"));
}

TEST(LinearReference, RidgeOnDiabetesAgrees) {
  const json::Value document = reference("linear_models.json");
  const Samples diabetes = read_numbers(kDataDirectory + "diabetes.csv");
  const json::Value& entry = *document.find("linear_models")->find("diabetes")->find("ridge");
  ASSERT_EQ(entry.as_array().size(), 3u);
  for (const json::Value& expected : entry.as_array()) {
    const LinearFit fit = fit_ridge(diabetes, expected.find("alpha")->as_number());
    expect_model(fit, expected);
    EXPECT_EQ(fit.solver.name, "cholesky");
    const double objective = expected.find("objective")->as_number();
    EXPECT_NEAR(*fit.solver.objective, objective, 1e-9 * objective);  // flat at the optimum
  }
}

Samples case_samples(const json::Value& entry) {
  std::vector<std::size_t> features;
  if (const json::Value* chosen = entry.find("features"))
    for (const double j : numbers(*chosen)) features.push_back(static_cast<std::size_t>(j));
  const json::Value* rows = entry.find("rows");
  Samples samples = read_numbers(kDataDirectory + entry.find("data")->as_string() + ".csv",
                                 rows ? static_cast<std::size_t>(rows->as_number()) : SIZE_MAX, features);
  if (const json::Value* thresholds = entry.find("thresholds")) {
    const std::vector<double> cuts = numbers(*thresholds);
    samples.n_classes = cuts.size() + 1;
    for (std::size_t i = 0; i < samples.n; ++i)
      samples.class_of[i] = static_cast<std::int32_t>(
          std::lower_bound(cuts.begin(), cuts.end(), samples.value_of[i]) - cuts.begin());
  }
  if (const json::Value* cycle = entry.find("weight_cycle")) {
    const std::vector<double> weights = numbers(*cycle);
    for (std::size_t i = 0; i < samples.n; ++i) samples.weight.push_back(weights[i % weights.size()]);
  }
  return samples;
}

params::LogisticRegression case_parameters(const json::Value& entry) {
  params::LogisticRegression parameters;
  parameters.C = entry.find("C")->as_number();
  const std::string& penalty = entry.find("penalty")->as_string();
  parameters.penalty = penalty == "l1"           ? params::Penalty::kL1
                       : penalty == "elasticnet" ? params::Penalty::kElasticNet
                       : penalty == "none"       ? params::Penalty::kNone
                                                 : params::Penalty::kL2;
  if (const json::Value* ratio = entry.find("l1_ratio")) parameters.l1_ratio = ratio->as_number();
  if (entry.find("class_weight")) parameters.class_weight = params::ClassWeight::kBalanced;
  return parameters;
}

TEST(LinearReference, PenaltiesAndWeightsAgreeWithScikitLearn) {
  const json::Value document = reference("logistic_penalties.json");
  for (const json::Value& entry : document.find("cases")->as_array()) {
    SCOPED_TRACE(entry.find("name")->as_string());
    expect_model(fit_logistic(case_samples(entry), case_parameters(entry)), entry);
  }
}

TEST(LogisticRegression, EveryPenaltyIsOptimalByItsSubgradient) {
  const json::Value document = reference("logistic_penalties.json");
  for (const json::Value& entry : document.find("cases")->as_array()) {
    SCOPED_TRACE(entry.find("name")->as_string());
    const Samples samples = case_samples(entry);
    params::LogisticRegression parameters = case_parameters(entry);
    const LinearFit fit = fit_logistic(samples, parameters);
    // The bound counts in the gradient at zero, which is below C * n here.
    if (parameters.class_weight != params::ClassWeight::kNone) continue;
    EXPECT_LE(naive_subgradient(samples, parameters, fit.model),
              1e-8 * parameters.C * static_cast<double>(samples.n));
  }
}

TEST(LogisticRegression, SoftmaxInterceptsSumToZeroAndUnpenalisedCoefficientsToo) {
  const Samples samples = synthetic(300, 2, 3, 51);
  params::LogisticRegression parameters;
  parameters.penalty = params::Penalty::kNone;
  const LinearFit fit = fit_logistic(samples, parameters);
  const model::LinearModel& model = fit.model;
  EXPECT_NEAR(model.intercepts[0] + model.intercepts[1] + model.intercepts[2], 0, 1e-12);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(model.coefficients[j] + model.coefficients[2 + j] + model.coefficients[4 + j], 0, 1e-12);
}

TEST(LogisticRegression, ASampleOfWeightZeroCountsForNothing) {
  const Samples samples = read_numbers(kDataDirectory + "breast_cancer.csv", 300);
  Samples more = samples;
  more.weight.assign(300, 1.0);
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < samples.p; ++j) more.x.push_back(100.0 * static_cast<double>(i));
    more.class_of.push_back(0);
    more.weight.push_back(0);
    ++more.n;
  }
  expect_agree(all_numbers(fit_logistic(more, {}).model), all_numbers(fit_logistic(samples, {}).model), 1e-9);
}

TEST(LogisticRegression, BalancedEqualsTheWeightsItStandsFor) {
  Samples samples = read_numbers(kDataDirectory + "iris.csv", 120);
  params::LogisticRegression balanced;
  balanced.class_weight = params::ClassWeight::kBalanced;
  const LinearFit by_class = fit_logistic(samples, balanced);
  for (const std::int32_t k : samples.class_of) samples.weight.push_back(120 / (3 * (k == 2 ? 20.0 : 50.0)));
  expect_agree(all_numbers(by_class.model), all_numbers(fit_logistic(samples, {}).model), 1e-9);
}

TEST(LogisticRegression, MaxIterEndsEarlyAndSaysSo) {
  const Samples samples = read_numbers(kDataDirectory + "breast_cancer.csv");
  for (const params::Penalty penalty : {params::Penalty::kL2, params::Penalty::kL1}) {
    params::LogisticRegression parameters;
    parameters.penalty = penalty;
    parameters.max_iter = 2;
    const LinearFit fit = fit_logistic(samples, parameters);
    EXPECT_EQ(fit.solver.iterations, 2u);
    EXPECT_FALSE(fit.solver.converged);
    ASSERT_EQ(fit.diagnostics.size(), 1u);
    EXPECT_EQ(fit.diagnostics[0].code, core::Code::kNotConverged);
    EXPECT_NE(fit.diagnostics[0].message.find("after 2 of at most 2 iterations"), std::string::npos)
        << fit.diagnostics[0].message;
  }
}

TEST(LogisticRegression, ALooserToleranceNeedsFewerIterations) {
  const Samples samples = read_numbers(kDataDirectory + "breast_cancer.csv");
  for (const params::Penalty penalty : {params::Penalty::kL2, params::Penalty::kL1, params::Penalty::kNone}) {
    params::LogisticRegression parameters;
    parameters.penalty = penalty;
    const auto tight = fit_logistic(samples, parameters).solver.iterations;
    parameters.tol = 1e-1;
    const auto loose = fit_logistic(samples, parameters).solver.iterations;
    EXPECT_LT(loose, tight);
  }
}

TEST(LogisticRegression, AToleranceBelowRoundingEndsWithoutTurningForEver) {
  const Samples few = read_numbers(kDataDirectory + "breast_cancer.csv");
  const Samples many = synthetic(200, 350, 2, 11);
  for (const Samples* samples : {&few, &many})
    for (const params::Penalty penalty : {params::Penalty::kL2, params::Penalty::kL1}) {
      params::LogisticRegression parameters;
      parameters.penalty = penalty;
      parameters.C = 0.1;
      parameters.tol = 1e-300;
      const LinearFit fit = fit_logistic(*samples, parameters);
      EXPECT_EQ(has(fit.diagnostics, core::Code::kNotConverged), !fit.solver.converged);
      EXPECT_LE(*fit.solver.gradient_norm, 1e-9);
      EXPECT_LT(fit.solver.iterations, 1000u);
    }
}

/// 1, 2, 3 and 7 threads give the same bits and tell the same progress.
template <class Fit>
void expect_equal_for_all_threads(Fit fit) {
  std::vector<double> expected;
  std::vector<std::uint64_t> expected_progress;
  for (const std::uint32_t n_threads : {1u, 2u, 3u, 7u}) {
    Progress progress;
    Harness harness(n_threads, progress.hooks());
    const LinearFit result = must_fit(fit(harness.context));
    if (n_threads == 1) {
      expected = all_numbers(result.model);
      expected_progress = progress.done;
      EXPECT_FALSE(progress.done.empty());
    }
    EXPECT_EQ(all_numbers(result.model), expected) << n_threads << " threads";
    EXPECT_EQ(progress.done, expected_progress) << n_threads << " threads";
  }
}

TEST(LinearThreads, LogisticRegressionIsEqualForAllThreadCounts) {
  for (const std::size_t n_classes : {2u, 3u}) {
    const Samples samples = synthetic(30000, 6, n_classes, 31);
    for (const params::Penalty penalty : {params::Penalty::kL2, params::Penalty::kL1, params::Penalty::kNone})
      expect_equal_for_all_threads([&](core::Context& context) {
        params::LogisticRegression parameters;
        parameters.penalty = penalty;
        parameters.C = 0.01;
        return fit_logistic_regression(samples.view(), samples.classes(), parameters, context);
      });
  }
}

TEST(LinearThreads, LbfgsIsEqualForAllThreadCounts) {
  const Samples samples = synthetic(13000, 310, 2, 32);
  expect_equal_for_all_threads([&](core::Context& context) {
    params::LogisticRegression parameters;
    parameters.C = 0.001;
    return fit_logistic_regression(samples.view(), samples.classes(), parameters, context);
  });
}

TEST(LinearThreads, LinearSvcIsEqualForAllThreadCounts) {
  const Samples samples = synthetic(30000, 6, 3, 33);
  expect_equal_for_all_threads(
      [&](core::Context& context) { return fit_linear_svc(samples.view(), samples.classes(), {}, context); });
}

TEST(LinearThreads, RidgeIsEqualForAllThreadCounts) {
  const Samples tall = synthetic(30000, 6, 2, 34);
  const Samples wide = synthetic(60, 90, 2, 35);
  for (const Samples* samples : {&tall, &wide})
    expect_equal_for_all_threads([&](core::Context& context) {
      return fit_ridge_regression(samples->view(), samples->values(), {0.5}, context);
    });
}

TEST(LinearThreads, TheBlockSizeShowsInNothingButTheTree) {
  // Rows 4096 and more fall into further blocks; a naive sum of the gradient at the optimum must still
  // vanish.
  const Samples samples = synthetic(9000, 5, 2, 36);
  const LinearFit fit = fit_logistic(samples, {});
  EXPECT_LE(naive_subgradient(samples, {}, fit.model), 1e-8 * 9000);
}

TEST(LinearCancel, StoppingInProgressStopsTheFit) {
  const Samples samples = synthetic(500, 5, 3, 41);
  Progress progress;
  progress.stop_at = 1;
  {
    Harness harness(2, progress.hooks());
    const auto result = fit_logistic_regression(samples.view(), samples.classes(), {}, harness.context);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, core::Code::kCancelled);
  }
  {
    Harness harness(2, progress.hooks());
    const auto result = fit_linear_svc(samples.view(), samples.classes(), {}, harness.context);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, core::Code::kCancelled);
  }
  EXPECT_EQ(progress.done, (std::vector<std::uint64_t>{1, 1}));
}

TEST(LinearEdge, OneSampleOfEachClassTrains) {
  const Samples samples{3, 2, {1, 0, 0, 1, -1, -1}, {0, 1, 2}, {1, 2, 3}, {}, 3};
  EXPECT_TRUE(fit_logistic(samples, {}).solver.converged);
  EXPECT_TRUE(fit_svc(samples, {}).solver.converged);
  EXPECT_TRUE(fit_ridge(samples, 1).solver.converged);
}

TEST(LinearEdge, HugeCDoesNotBreak) {
  const Samples samples = read_numbers(kDataDirectory + "breast_cancer.csv");
  for (const double c : {1e-12, 1e12}) {
    params::LogisticRegression logistic;
    logistic.C = c;
    params::LinearSvc svc;
    svc.C = c;
    for (const LinearFit& fit : {fit_logistic(samples, logistic), fit_svc(samples, svc)})
      for (const double value : all_numbers(fit.model)) EXPECT_TRUE(std::isfinite(value));
  }
}

}  // namespace
}  // namespace rf::linear
