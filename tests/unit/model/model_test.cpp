// SPDX-License-Identifier: MIT
// What a model says about its outputs, and that batches, threads and single samples give the same bits.
#include "model/model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/blocks.hpp"

namespace rf::model {
namespace {

Model logistic(std::size_t n_features) {
  Model model;
  model.family = core::Family::kLogisticRegression;
  model.classes = {0.0, 1.0};
  LinearModel linear{Link::kLogistic, n_features, {}, {0.25}};
  for (std::size_t j = 0; j < n_features; ++j)
    linear.coefficients.push_back(std::sqrt(1.0 + static_cast<double>(j)) - 2);
  model.fitted = linear;
  return model;
}

/// A tree that asks whether feature 0 is at most 0.
Model stump() {
  Model model;
  model.family = core::Family::kDecisionTree;
  model.classes = {std::string("no"), std::string("yes")};
  Forest forest;
  forest.n_features = 3;
  forest.n_outputs = 2;
  forest.tree_offsets = {0, 3};
  forest.feature = {0, kLeaf, kLeaf};
  forest.threshold = {0, 0, 0};
  forest.left = {1, 0, 0};
  forest.right = {2, 0, 0};
  forest.default_left = {0, 0, 0};
  forest.level_set = {-1, -1, -1};
  forest.level_set_words = {0, 0, 0};
  forest.leaf = {-1, 0, 1};
  forest.leaf_values = {0.75, 0.25, 0.125, 0.875};
  forest.split_gain = {0.1, 0, 0};
  model.fitted = forest;
  return model;
}

TEST(Model, LabelsReadAsInCsv) {
  EXPECT_EQ(label_text(3.0), "3");
  EXPECT_EQ(label_text(-0.0), "0");
  EXPECT_EQ(label_text(true), "true");
  EXPECT_EQ(label_text(false), "false");
  EXPECT_EQ(label_text(std::string("Iris setosa")), "Iris setosa");
}

TEST(Model, OutputsAreNamedByClassOrPrediction) {
  Model model = logistic(2);
  EXPECT_EQ(output_names(model), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(n_outputs(model), 2u);
  model.task = core::Task::kRegression;
  model.classes.clear();
  model.fitted = LinearModel{Link::kIdentity, 2, {1, 2}, {0}};
  EXPECT_EQ(output_names(model), (std::vector<std::string>{"prediction"}));
  EXPECT_EQ(n_outputs(model), 1u);
}

TEST(Model, ProbabilitiesAreWhereTheFamilyHasThem) {
  Model model = logistic(2);
  EXPECT_TRUE(has_probabilities(model));
  EXPECT_EQ(n_outputs(model), 2u);
  model.family = core::Family::kLinearSvc;
  std::get<LinearModel>(model.fitted).link = Link::kDecision;
  EXPECT_FALSE(has_probabilities(model));
  EXPECT_EQ(n_outputs(model), 2u);
  model = stump();
  EXPECT_TRUE(has_probabilities(model));
  model.task = core::Task::kRegression;
  EXPECT_FALSE(has_probabilities(model));
}

TEST(Model, ThePredictedClassIsTheFirstLargest) {
  EXPECT_EQ(predicted_class(std::vector<double>{0.5, 0.5}), 0u);
  EXPECT_EQ(predicted_class(std::vector<double>{0.2, 0.4, 0.4}), 1u);
  EXPECT_EQ(predicted_class(std::vector<double>{-3, -1, -2}), 1u);
}

TEST(Model, BatchesThreadsAndSingleSamplesGiveTheSameBits) {
  constexpr std::size_t n = 3 * core::kBlockRows + 100;
  constexpr std::size_t p = 3;
  std::vector<double> x;
  for (std::size_t i = 0; i < n * p; ++i) x.push_back(std::sqrt(static_cast<double>((i * 7919) % 1013)) - 16);
  const core::SampleView view{x.data(), p, n, p};
  for (const Model& model : {logistic(p), stump()}) {
    std::vector<double> expected(n * 2);
    for (std::size_t i = 0; i < n; ++i)
      predict_samples(model, view.range(i, i + 1), core::baseline_kernels(), expected.data() + 2 * i);
    for (const std::uint32_t n_threads : {1u, 2u, 3u, 7u}) {
      core::Workers workers(n_threads);
      core::Monitor monitor;
      core::Context context{workers, monitor, core::baseline_kernels()};
      std::vector<double> out(n * 2);
      ASSERT_TRUE(predict(model, view, out, context).ok());
      EXPECT_EQ(out, expected) << n_threads << " threads";
    }
  }
}

TEST(Model, ACancelledPredictionStops) {
  const std::atomic<bool> cancel = true;
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  core::Workers workers(2);
  core::Monitor monitor(hooks);
  core::Context context{workers, monitor, core::baseline_kernels()};
  const std::vector<double> x(30, 0.0);
  std::vector<double> out(20);
  const auto result = predict(logistic(3), {x.data(), 3, 10, 3}, out, context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kCancelled);
}

}  // namespace
}  // namespace rf::model
