// SPDX-License-Identifier: MIT
// metrics.v1: how well the model did on the validation rows. Pinned by
// tests/unit/artifact/metrics_document_test.cpp.
#include <utility>

#include "artifact/documents.hpp"

namespace rf::artifact {
namespace {

json::Value numbers(const std::vector<double>& values) {
  json::Value array = json::Value::array();
  for (const double value : values) array.push(value);
  return array;
}

json::Value counts(const std::vector<std::vector<std::uint64_t>>& rows) {
  json::Value matrix = json::Value::array();
  for (const std::vector<std::uint64_t>& row : rows) {
    json::Value array = json::Value::array();
    for (const std::uint64_t count : row) array.push(count);
    matrix.push(std::move(array));
  }
  return matrix;
}

}  // namespace

json::Value metrics_document(const evaluate::Metrics& metrics, const core::ClassLabels& classes) {
  json::Value document;
  document.set("metrics_profile", metrics.profile);
  for (const auto& [name, value] : metrics.scalars) document.set(name, value);
  if (metrics.n_classes > 0) document.set("num_classes", metrics.n_classes);
  if (!metrics.confusion_matrix.empty()) document.set("confusion_matrix", counts(metrics.confusion_matrix));
  if (!metrics.per_class_precision.empty()) {
    json::Value labels = json::Value::array();
    for (const core::ClassLabel& label : classes) labels.push(class_label_value(label));
    document.set("class_labels", std::move(labels))
        .set("per_class_precision", numbers(metrics.per_class_precision))
        .set("per_class_recall", numbers(metrics.per_class_recall))
        .set("per_class_f1", numbers(metrics.per_class_f1));
  }
  return document;
}

}  // namespace rf::artifact
