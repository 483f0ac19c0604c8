// SPDX-License-Identifier: MIT
#include "trees/weighted_statistics.hpp"

namespace rf::trees {

WeightedTwoClassStatistics::WeightedTwoClassStatistics(std::span<const std::int32_t> class_of,
                                                       std::span<const std::int64_t> weights, double weight0,
                                                       double weight1)
    : class_of_(class_of),
      weights_(weights),
      weight0_(weight0),
      weight1_(weight1),
      is_weighted_(weight0 != 1 || weight1 != 1) {
  for (std::uint32_t row = 0; row < weights.size(); ++row)
    all_rows_ += contribution(entry(core::Sample{row}, 1));
}

void WeightedTwoClassStatistics::append_leaf(std::span<const Entry>, std::vector<double>& leaf_values) const {
  const Cell& cell = total_.has_weight() ? total_ : all_rows_;
  const double zeros = weight0_ * static_cast<double>(cell.zeros);
  const double ones = weight1_ * static_cast<double>(cell.ones);
  leaf_values.push_back(zeros / (zeros + ones));
  leaf_values.push_back(ones / (zeros + ones));
}

void WeightedValueStatistics::open(std::span<const Entry> node) {
  total_ = {};
  is_pure_ = true;
  const Entry* first = nullptr;  // with weight
  for (const Entry& entry : node) {
    total_ += contribution(entry);
    if (!is_pure_ || entry.weight == 0) continue;
    if (first == nullptr) first = &entry;
    is_pure_ = targets_->q[number_of(entry.row)] == targets_->q[number_of(first->row)];
  }
}

void WeightedValueStatistics::append_leaf(std::span<const Entry> node,
                                          std::vector<double>& leaf_values) const {
  if (total_.has_weight()) {
    leaf_values.push_back(mean_target(node, value_of_, total_.weight));
    return;
  }
  std::vector<Entry> all;
  std::int64_t weight = 0;
  for (std::uint32_t row = 0; row < weights_.size(); ++row) {
    all.push_back(entry(core::Sample{row}, 1));
    weight += all.back().weight;
  }
  leaf_values.push_back(mean_target(std::span<const Entry>(all), value_of_, weight));
}

}  // namespace rf::trees
