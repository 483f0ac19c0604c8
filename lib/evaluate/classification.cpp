// SPDX-License-Identifier: MIT
// Metrics of predicted classes, as scikit-learn 1.2 defines them (sklearn.metrics, zero_division=0).
//
// All metrics except the log loss are computed from integer counts. ROC AUC is the Mann-Whitney statistic:
// the share of (positive, negative) pairs in which the positive row has the larger score, equal scores
// counting half (Hanley and McNeil 1982), which is the area under the ROC curve with ties joined by straight
// lines.
// Pinned by tests/unit/evaluate/classification_test.cpp on tests/data/reference/metrics.json.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "core/blocks.hpp"
#include "core/kernels.hpp"
#include "core/messages.hpp"
#include "evaluate/blocked_sum.hpp"
#include "evaluate/metrics.hpp"
#include "model/model.hpp"

namespace rf::evaluate {
namespace {

/// 0 if the denominator is 0.
double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

core::Result<> count_confusions(std::span<const std::int32_t> truth, std::span<const double> outputs,
                                const core::Context& context, Metrics& metrics) {
  const std::size_t n_classes = metrics.n_classes;
  metrics.confusion_matrix.assign(n_classes, std::vector<std::uint64_t>(n_classes));
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (i % core::kBlockRows == 0) RF_TRY(context.monitor.check());
    const std::size_t predicted = model::predicted_class(outputs.subspan(i * n_classes, n_classes));
    ++metrics.confusion_matrix[static_cast<std::size_t>(truth[i])][predicted];
  }
  return {};
}

struct ClassScores {
  std::vector<double> precision;
  std::vector<double> recall;
  std::vector<double> f1;
  std::vector<bool> occurs;  ///< in truth or prediction
};

ClassScores score_classes(const std::vector<std::vector<std::uint64_t>>& confusion) {
  ClassScores scores;
  for (std::size_t k = 0; k < confusion.size(); ++k) {
    std::uint64_t n_true = 0;
    std::uint64_t n_predicted = 0;
    for (std::size_t other = 0; other < confusion.size(); ++other) {
      n_true += confusion[k][other];
      n_predicted += confusion[other][k];
    }
    const double precision = ratio(confusion[k][k], n_predicted);
    const double recall = ratio(confusion[k][k], n_true);
    const double sum = precision + recall;
    scores.precision.push_back(precision);
    scores.recall.push_back(recall);
    scores.f1.push_back(sum == 0 ? 0 : 2 * precision * recall / sum);
    scores.occurs.push_back(n_true + n_predicted > 0);
  }
  return scores;
}

/// Mean over the classes that occur, in class order.
double macro_average(const std::vector<double>& values, const std::vector<bool>& occurs,
                     const core::Kernels& kernels) {
  std::vector<double> kept;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (occurs[k]) kept.push_back(values[k]);
  }
  return kernels.sum(kept.data(), kept.size()) / static_cast<double>(kept.size());
}

double accuracy(const std::vector<std::vector<std::uint64_t>>& confusion) {
  std::uint64_t n_right = 0;
  std::uint64_t n_rows = 0;
  for (std::size_t k = 0; k < confusion.size(); ++k) {
    n_right += confusion[k][k];
    for (const std::uint64_t count : confusion[k]) n_rows += count;
  }
  return ratio(n_right, n_rows);
}

/// AUC = (sum over positives of (negatives below + 0.5 * negatives equal)) / (n_positive * n_negative);
/// nothing if a class is absent. Twice the sum is an integer below 2^63, because there are fewer than 2^32
/// rows.
std::optional<double> roc_auc(std::span<const std::int32_t> truth, std::span<const double> outputs) {
  struct Scored {
    double score;
    bool positive;
  };
  std::vector<Scored> rows;
  rows.reserve(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) rows.push_back({outputs[2 * i + 1], truth[i] == 1});
  // Rows of equal score are only counted, so their order cannot matter.
  // total order: rows of equal score are only counted
  std::sort(rows.begin(), rows.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });

  std::uint64_t twice_wins = 0;
  std::uint64_t n_positive = 0;
  std::uint64_t n_negative = 0;
  for (std::size_t begin = 0; begin < rows.size();) {
    std::uint64_t positive_here = 0;
    std::uint64_t negative_here = 0;
    std::size_t end = begin;
    for (; end < rows.size() && rows[end].score == rows[begin].score; ++end) {
      ++(rows[end].positive ? positive_here : negative_here);
    }
    twice_wins += positive_here * (2 * n_negative + negative_here);
    n_positive += positive_here;
    n_negative += negative_here;
    begin = end;
  }
  if (n_positive == 0 || n_negative == 0) return std::nullopt;
  return static_cast<double>(twice_wins) / static_cast<double>(2 * n_positive * n_negative);
}

/// p clamped to [eps, 1 - eps].
double clip(double p) {
  constexpr double eps = std::numeric_limits<double>::epsilon();
  return p < eps ? eps : p > 1 - eps ? 1 - eps : p;
}

/// -1/n * sum_i log(q_i), q = clip(p, eps, 1 - eps) of the true class over the sum of the row's clipped p.
core::Result<double> log_loss(std::span<const std::int32_t> truth, std::span<const double> outputs,
                              std::size_t n_classes, core::Context& context) {
  RF_ASSIGN(const double sum,
            blocked_sum(context, truth.size(), [&](const core::RowRange& range, double* terms) {
              for (std::size_t i = range.begin; i < range.end; ++i) {
                const double* p = outputs.data() + i * n_classes;
                double row_sum = 0;
                for (std::size_t k = 0; k < n_classes; ++k) row_sum += clip(p[k]);
                terms[i - range.begin] = clip(p[truth[i]]) / row_sum;
              }
              context.kernels.log(terms, terms, range.size());
            }));
  return -sum / static_cast<double>(truth.size());
}

const char* profile_name(std::size_t n_classes, bool probabilities) {
  if (n_classes > 2) return "classification.multiclass.v1";
  return n_classes == 2 && probabilities ? "classification.proba.v1" : "classification.base.v1";
}

}  // namespace

void score_confusion_matrix(Metrics& metrics, const core::Kernels& kernels) {
  ClassScores scores = score_classes(metrics.confusion_matrix);
  metrics.scalars["accuracy"] = accuracy(metrics.confusion_matrix);
  metrics.scalars["precision_macro"] = macro_average(scores.precision, scores.occurs, kernels);
  metrics.scalars["recall_macro"] = macro_average(scores.recall, scores.occurs, kernels);
  metrics.scalars["f1_macro"] = macro_average(scores.f1, scores.occurs, kernels);
  if (metrics.confusion_matrix.size() > 2) {
    metrics.per_class_precision = std::move(scores.precision);
    metrics.per_class_recall = std::move(scores.recall);
    metrics.per_class_f1 = std::move(scores.f1);
  }
}

core::Result<Metrics> classification_metrics(std::span<const std::int32_t> truth,
                                             std::span<const double> outputs, std::size_t n_classes,
                                             bool probabilities, core::Context& context) {
  Metrics metrics;
  metrics.profile = profile_name(n_classes, probabilities);
  metrics.n_classes = n_classes;
  if (truth.empty()) return metrics;

  RF_TRY(count_confusions(truth, outputs, context, metrics));
  score_confusion_matrix(metrics, context.kernels);
  if (n_classes == 2) {
    if (const auto auc = roc_auc(truth, outputs)) {
      metrics.scalars["roc_auc"] = *auc;
    } else {
      metrics.diagnostics.push_back(core::diagnostic(core::Code::kMetricUndefined, core::Severity::kWarning,
                                                     {{"metric", "roc_auc"}, {"reason", "one_class"}}));
    }
    if (probabilities) {
      RF_ASSIGN(metrics.scalars["log_loss"], log_loss(truth, outputs, n_classes, context));
    }
  }
  return metrics;
}

}  // namespace rf::evaluate
