// SPDX-License-Identifier: MIT
// The statistics of two_class_statistics.hpp and value_statistics.hpp for rows with sample weights: the same
// formulas, with sums of integer weights (sample_weights.hpp) instead of numbers of draws. A cell also counts
// its rows, because limits are about rows and a bin whose rows all weigh 0 is not an empty bin. Pinned by
// tests/unit/trees/weighted_tree_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trees/sample_weights.hpp"
#include "trees/split_rules.hpp"
#include "trees/value_statistics.hpp"
#include "trees/wide_integer.hpp"

namespace rf::trees {

class WeightedTwoClassStatistics {
 public:
  static constexpr bool kIsWeighted = true;
  struct Entry {
    core::Sample row;
    std::uint32_t class_number;
    std::int64_t weight;
  };
  struct Cell {
    std::int64_t zeros = 0;
    std::int64_t ones = 0;
    std::uint32_t rows = 0;
    bool empty() const { return rows == 0; }
    bool has_weight() const { return (zeros | ones) != 0; }
    Cell& operator+=(const Cell& other) {
      zeros += other.zeros;
      ones += other.ones;
      rows += other.rows;
      return *this;
    }
  };

  /// `weights` come from quantise_weights. Class weights multiply them.
  WeightedTwoClassStatistics(std::span<const std::int32_t> class_of, std::span<const std::int64_t> weights,
                             double weight0, double weight1);

  Entry entry(core::Sample row, std::uint32_t draws) const {
    return {row, static_cast<std::uint32_t>(class_of_[number_of(row)]), weights_[number_of(row)] * draws};
  }
  Cell contribution(const Entry& entry) const {
    return entry.class_number == 0 ? Cell{entry.weight, 0, 1} : Cell{0, entry.weight, 1};
  }
  void open(std::span<const Entry> node) {
    total_ = {};
    for (const Entry& entry : node) total_ += contribution(entry);
  }

  bool is_pure() const { return total_.zeros == 0 || total_.ones == 0; }
  double weight() const { return weight_of(total_.zeros, total_.ones); }
  /// Returns D^2 / (L R). Both sides must have weight.
  double score(const Cell& left) const {
    // The products are of two sums of at most 2^62 each.
    const double d = magnitude(Int128{total_.zeros} * left.ones - Int128{left.zeros} * total_.ones);
    return d * d / (weight_of(left.zeros, left.ones) * right_weight(left));
  }
  double gain(double score) const {
    const double ab = weight0_ * weight1_;
    return 2 * (ab * ab) * score / weight();
  }
  bool left_is_heavier(const Cell& left) const {
    return heavier_is_left(weight_of(left.zeros, left.ones), right_weight(left));
  }
  /// Returns the share of class 1 in a cell with weight, without class weights, because these would not
  /// change the order.
  double share(const Cell& cell) const {
    return static_cast<double>(cell.ones) / static_cast<double>(cell.zeros + cell.ones);
  }
  /// Appends the shares of the classes. If the node's rows weigh nothing, they are the shares in all training
  /// rows.
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const;

 private:
  double weight_of(std::int64_t zeros, std::int64_t ones) const {
    if (!is_weighted_) return static_cast<double>(zeros + ones);  // one rounding instead of three
    return weight0_ * static_cast<double>(zeros) + weight1_ * static_cast<double>(ones);
  }
  double right_weight(const Cell& left) const {
    return weight_of(total_.zeros - left.zeros, total_.ones - left.ones);
  }

  std::span<const std::int32_t> class_of_;
  std::span<const std::int64_t> weights_;
  double weight0_;
  double weight1_;
  bool is_weighted_;
  Cell total_;
  Cell all_rows_;
};

class WeightedValueStatistics {
 public:
  static constexpr bool kIsWeighted = true;
  struct Entry {
    core::Sample row;
    std::int64_t weight;
    std::int64_t p;  ///< target times weight
  };
  struct Cell {
    std::int64_t sum = 0;
    std::int64_t weight = 0;
    std::uint32_t rows = 0;
    bool empty() const { return rows == 0; }
    bool has_weight() const { return weight != 0; }
    Cell& operator+=(const Cell& other) {
      sum += other.sum;
      weight += other.weight;
      rows += other.rows;
      return *this;
    }
  };

  /// `targets` belong to value_of, `weighted` to targets and weights. All must outlive this object.
  WeightedValueStatistics(std::span<const double> value_of, std::span<const std::int64_t> weights,
                          const QuantisedTargets& targets, const WeightedTargets& weighted)
      : value_of_(value_of), weights_(weights), targets_(&targets), weighted_(&weighted) {}

  Entry entry(core::Sample row, std::uint32_t draws) const {
    return {row, weights_[number_of(row)] * draws, weighted_->p[number_of(row)] * draws};
  }
  Cell contribution(const Entry& entry) const { return {entry.p, entry.weight, 1}; }
  void open(std::span<const Entry> node);

  /// True if the targets of the rows with weight are equal, or closer than the quantum.
  bool is_pure() const { return is_pure_; }
  double weight() const { return static_cast<double>(total_.weight); }
  /// Returns D^2 / (L R). Both sides must have weight.
  double score(const Cell& left) const {
    const double d = magnitude(Int128{total_.weight} * left.sum - Int128{left.weight} * total_.sum);
    return d * d / (static_cast<double>(left.weight) * static_cast<double>(total_.weight - left.weight));
  }
  double gain(double score) const { return score / weight() * weighted_->unit * weighted_->unit; }
  bool left_is_heavier(const Cell& left) const {
    return heavier_is_left(left.weight, total_.weight - left.weight);
  }
  /// Returns the mean of a cell with weight.
  double share(const Cell& cell) const {
    return static_cast<double>(cell.sum) / static_cast<double>(cell.weight);
  }
  /// Appends the weighted mean. If the node's rows weigh nothing, it is the mean of all training rows.
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const;

 private:
  std::span<const double> value_of_;
  std::span<const std::int64_t> weights_;
  const QuantisedTargets* targets_;
  const WeightedTargets* weighted_;
  Cell total_;
  bool is_pure_ = true;
};

}  // namespace rf::trees
