// SPDX-License-Identifier: MIT
// classification_metrics against scikit-learn's values, against naive twins, and at its edges.
#include <atomic>
#include <cmath>

#include "core/philox.hpp"
#include "unit/evaluate/support.hpp"

namespace rf::evaluate::test {
namespace {

Metrics evaluate(const std::vector<std::int32_t>& truth, const std::vector<double>& outputs,
                 std::size_t n_classes, bool probabilities, std::uint32_t n_threads = 1) {
  TestContext context(n_threads);
  return classification_metrics(truth, outputs, n_classes, probabilities, context).value();
}

/// Outputs that make `predicted` the prediction.
std::vector<double> one_hot(const std::vector<std::int32_t>& predicted, std::size_t n_classes) {
  std::vector<double> outputs(predicted.size() * n_classes);
  for (std::size_t i = 0; i < predicted.size(); ++i) outputs[i * n_classes + predicted[i]] = 1;
  return outputs;
}

std::vector<double> of_two(const std::vector<double>& scores, bool probabilities) {
  std::vector<double> outputs;
  for (const double score : scores) {
    outputs.push_back(probabilities ? 1 - score : -score);
    outputs.push_back(score);
  }
  return outputs;
}

TEST(ClassificationMetrics, ScoresOfTwoClassesEqualScikitLearn) {
  const json::Value reference_values = reference();
  for (const json::Value& entry : reference_values.find("binary_scores")->as_array()) {
    SCOPED_TRACE(note(entry));
    const bool probabilities = entry.find("log_loss") != nullptr;
    const Metrics metrics = evaluate(classes(*entry.find("y_true")),
                                     of_two(numbers(*entry.find("score")), probabilities), 2, probabilities);
    EXPECT_NEAR(metrics.scalars.at("roc_auc"), number(entry, "roc_auc"), kTolerance);
    EXPECT_EQ(metrics.scalars.count("log_loss"), probabilities ? 1u : 0u);
    if (probabilities) {
      EXPECT_NEAR(metrics.scalars.at("log_loss"), number(entry, "log_loss"), kTolerance);
    }
    EXPECT_EQ(metrics.profile, probabilities ? "classification.proba.v1" : "classification.base.v1");
  }
}

TEST(ClassificationMetrics, LogLossClipsAtMachineEpsilon) {
  const json::Value reference_values = reference();
  const json::Value& entry = *reference_values.find("log_loss_clipping");
  const Metrics metrics =
      evaluate(classes(*entry.find("y_true")), of_two(numbers(*entry.find("p_of_class_1")), true), 2, true);
  EXPECT_NEAR(metrics.scalars.at("log_loss"), number(entry, "log_loss"), kTolerance);
}

TEST(ClassificationMetrics, LabelScoresEqualScikitLearn) {
  const json::Value reference_values = reference();
  for (const json::Value& entry : reference_values.find("labels")->as_array()) {
    SCOPED_TRACE(note(entry));
    const std::size_t n_classes = entry.find("labels")->as_array().size();
    const Metrics metrics = evaluate(classes(*entry.find("y_true")),
                                     one_hot(classes(*entry.find("y_pred")), n_classes), n_classes, false);
    EXPECT_NEAR(metrics.scalars.at("accuracy"), number(entry, "accuracy"), kTolerance);
    const json::Value& macro = *entry.find("macro");
    EXPECT_NEAR(metrics.scalars.at("precision_macro"), number(macro, "precision"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("recall_macro"), number(macro, "recall"), kTolerance);
    EXPECT_NEAR(metrics.scalars.at("f1_macro"), number(macro, "f1"), kTolerance);

    const json::Value& matrix = *entry.find("confusion_matrix_rows_are_true");
    for (std::size_t k = 0; k < n_classes; ++k) {
      for (std::size_t j = 0; j < n_classes; ++j) {
        EXPECT_EQ(static_cast<double>(metrics.confusion_matrix[k][j]), numbers(matrix.as_array()[k])[j]);
      }
    }
    if (n_classes == 2) continue;
    const json::Value& per_class = *entry.find("per_class");
    for (std::size_t k = 0; k < n_classes; ++k) {
      EXPECT_NEAR(metrics.per_class_precision[k], numbers(*per_class.find("precision"))[k], kTolerance);
      EXPECT_NEAR(metrics.per_class_recall[k], numbers(*per_class.find("recall"))[k], kTolerance);
      EXPECT_NEAR(metrics.per_class_f1[k], numbers(*per_class.find("f1"))[k], kTolerance);
    }
  }
}

TEST(ClassificationMetrics, FirstOfEqualOutputsIsThePrediction) {
  const json::Value reference_values = reference();
  const json::Value& entry = reference_values.find("multiclass_scores")->as_array()[0];
  std::vector<double> outputs;
  for (const json::Value& row : entry.find("probability")->as_array()) {
    for (const double p : numbers(row)) outputs.push_back(p);
  }
  const Metrics metrics = evaluate(classes(*entry.find("y_true")), outputs, 3, true);
  EXPECT_EQ(metrics.profile, "classification.multiclass.v1");
  // Row 3 is (0.4, 0.4, 0.2), its truth 1, and counts as predicted 0: one miss more than with the last of
  // equals.
  EXPECT_EQ(metrics.confusion_matrix,
            (std::vector<std::vector<std::uint64_t>>{{1, 0, 1}, {1, 2, 0}, {1, 0, 2}}));
  EXPECT_EQ(metrics.scalars.count("roc_auc"), 0u);
  EXPECT_EQ(metrics.scalars.count("log_loss"), 0u);
}

TEST(ClassificationMetrics, MacroAveragesLeaveOutClassesThatOccurNowhere) {
  // Class 2 occurs in neither truth nor prediction; class 3 in the truth alone.
  const Metrics metrics = evaluate({0, 0, 1, 3}, one_hot({0, 0, 1, 1}, 4), 4, false);
  EXPECT_EQ(metrics.per_class_precision, (std::vector<double>{1, 0.5, 0, 0}));
  EXPECT_EQ(metrics.per_class_recall, (std::vector<double>{1, 1, 0, 0}));
  EXPECT_EQ(metrics.per_class_f1.size(), 4u);
  EXPECT_EQ(metrics.scalars.at("precision_macro"), 0.5);     // (1 + 0.5 + 0) / 3
  EXPECT_EQ(metrics.scalars.at("recall_macro"), 2.0 / 3.0);  // (1 + 1 + 0) / 3
}

TEST(ClassificationMetrics, RocAucOfOneClassIsOmittedAndSaid) {
  const Metrics metrics = evaluate({1, 1, 1}, of_two({0.2, 0.7, 0.9}, true), 2, true);
  EXPECT_EQ(metrics.scalars.count("roc_auc"), 0u);
  EXPECT_TRUE(metrics.scalars.count("log_loss"));
  ASSERT_EQ(metrics.diagnostics.size(), 1u);
  EXPECT_EQ(metrics.diagnostics[0].code, core::Code::kMetricUndefined);
  EXPECT_EQ(metrics.diagnostics[0].details, (core::Details{{"metric", "roc_auc"}, {"reason", "one_class"}}));
}

TEST(ClassificationMetrics, WithoutRowsOnlyTheProfileAndTheClassesAreSet) {
  const Metrics metrics = evaluate({}, {}, 2, true);
  EXPECT_EQ(metrics.profile, "classification.proba.v1");
  EXPECT_EQ(metrics.n_classes, 2u);
  EXPECT_TRUE(metrics.scalars.empty());
  EXPECT_TRUE(metrics.confusion_matrix.empty());
  EXPECT_TRUE(metrics.diagnostics.empty());
}

/// Rows whose scores are multiples of 1/64, so that many are equal.
struct ManyRows {
  std::vector<std::int32_t> truth;
  std::vector<double> scores;
};

ManyRows many_rows(std::size_t n_rows) {
  core::RandomStream random(7, core::Purpose::kForestBootstrap, 0);
  ManyRows rows;
  for (std::size_t i = 0; i < n_rows; ++i) {
    const auto score = static_cast<double>(random.below(64)) / 64;
    rows.scores.push_back(score);
    rows.truth.push_back(random.uniform() < score ? 1 : 0);
  }
  return rows;
}

TEST(ClassificationMetrics, RocAucIsTheShareOfPairsInOrder) {
  const ManyRows rows = many_rows(700);
  std::uint64_t n_pairs = 0;
  std::uint64_t twice_wins = 0;
  for (std::size_t i = 0; i < rows.truth.size(); ++i) {
    for (std::size_t j = 0; j < rows.truth.size(); ++j) {
      if (rows.truth[i] != 1 || rows.truth[j] != 0) continue;
      ++n_pairs;
      twice_wins += rows.scores[i] > rows.scores[j] ? 2 : rows.scores[i] == rows.scores[j] ? 1 : 0;
    }
  }
  const Metrics metrics = evaluate(rows.truth, of_two(rows.scores, true), 2, true);
  EXPECT_EQ(metrics.scalars.at("roc_auc"),
            static_cast<double>(twice_wins) / static_cast<double>(2 * n_pairs));
}

TEST(ClassificationMetrics, LogLossEqualsTheNaiveSum) {
  const ManyRows rows = many_rows(9000);
  double sum = 0;
  for (std::size_t i = 0; i < rows.truth.size(); ++i) {
    const double p = rows.truth[i] == 1 ? rows.scores[i] : 1 - rows.scores[i];
    sum -= std::log(p);
  }
  const Metrics metrics = evaluate(rows.truth, of_two(rows.scores, true), 2, true);
  // A plain sum of 9,000 terms is off by at most 9,000 roundings of 1.1e-16.
  EXPECT_NEAR(metrics.scalars.at("log_loss"), sum / 9000, kTolerance);
}

TEST(ClassificationMetrics, ThreadsDoNotChangeABit) {
  const ManyRows rows = many_rows(20000);
  const auto of_one = evaluate(rows.truth, of_two(rows.scores, true), 2, true, 1).scalars;
  for (const std::uint32_t n_threads : {2u, 7u}) {
    EXPECT_EQ(evaluate(rows.truth, of_two(rows.scores, true), 2, true, n_threads).scalars, of_one);
  }
}

TEST(ClassificationMetrics, CancelEndsIt) {
  const std::atomic<bool> cancel = true;
  core::MonitorHooks hooks;
  hooks.cancel = &cancel;
  TestContext context(1, hooks);
  const std::vector<std::int32_t> truth = {0, 1};
  const std::vector<double> outputs = {1, 0, 0, 1};
  const auto result = classification_metrics(truth, outputs, 2, true, context);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, core::Code::kCancelled);
}

}  // namespace
}  // namespace rf::evaluate::test
