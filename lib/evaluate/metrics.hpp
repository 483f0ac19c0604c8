// SPDX-License-Identifier: MIT
// The content of metrics.v1. The definitions are those of scikit-learn 1.2; the values agree with it on
// tests/data/reference/metrics.json.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/context.hpp"
#include "core/error.hpp"
#include "core/result.hpp"

namespace rf::evaluate {

/// A scalar of metrics.v1.
struct MetricName {
  std::string_view name;
  std::string_view since;  ///< first version that has it
  /// Whether it needs arithmetic on data, so that its last bits may differ under another numeric profile. The
  /// other metrics are ratios of counts, or means of such ratios.
  bool is_rounded;
  bool is_in_label_units;  ///< its magnitude is that of the label; if false, it is of the order of 1
};
inline constexpr MetricName kMetricNames[] = {{"accuracy", "0.1.0", false, false},
                                              {"explained_variance", "0.1.0", true, false},
                                              {"f1_macro", "0.1.0", false, false},
                                              {"log_loss", "0.1.0", true, false},
                                              {"mae", "0.1.0", true, true},
                                              {"max_error", "0.1.0", true, true},
                                              {"median_absolute_error", "0.1.0", true, true},
                                              {"precision_macro", "0.1.0", false, false},
                                              {"r2", "0.1.0", true, false},
                                              {"recall_macro", "0.1.0", false, false},
                                              {"rmse", "0.1.0", true, true},
                                              {"roc_auc", "0.1.0", false, false}};

/// `profile` is one of the profiles of metrics.v1: "classification.proba.v1", "classification.multiclass.v1",
/// "classification.base.v1", "regression.base.v1".
struct Metrics {
  std::string profile;
  std::size_t n_classes = 0;  ///< 0 for regression
  /// Every defined scalar, by its name in metrics.v1: accuracy, precision_macro, recall_macro, f1_macro,
  /// roc_auc, log_loss, or r2, rmse, mae, median_absolute_error, max_error, explained_variance.
  std::map<std::string, double> scalars;
  std::vector<std::vector<std::uint64_t>> confusion_matrix;  ///< rows true, columns predicted; classification
  std::vector<double> per_class_precision;                   ///< multiclass profile only, as the two below
  std::vector<double> per_class_recall;
  std::vector<double> per_class_f1;
  core::Diagnostics diagnostics;  ///< METRIC_UNDEFINED
};

/// `outputs` holds n_classes numbers per row; the predicted class is the first one with the largest number.
/// `probabilities` is true if the numbers are probabilities. Without rows (split fraction 0) only profile and
/// n_classes are set.
/// Errors: CANCELLED.
core::Result<Metrics> classification_metrics(std::span<const std::int32_t> truth,
                                             std::span<const double> outputs, std::size_t n_classes,
                                             bool probabilities, core::Context& context);

/// Sets accuracy, macro averages and, with more than two classes, the scores of each class from the confusion
/// matrix, which must count at least one row.
void score_confusion_matrix(Metrics& metrics, const core::Kernels& kernels);

/// Without rows only the profile is set. A value beyond the range of a double is omitted with
/// METRIC_UNDEFINED. Errors: CANCELLED.
core::Result<Metrics> regression_metrics(std::span<const double> truth, std::span<const double> predicted,
                                         core::Context& context);

}  // namespace rf::evaluate
