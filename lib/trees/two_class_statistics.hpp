// SPDX-License-Identifier: MIT
// Gini impurity of two classes from integer counts. n0 and n1 are the node's counts, l0 and l1 those of the
// left side, a and b the class weights, and W, L, R the weights of node, left and right side. Let D = n0 l1 -
// l0 n1 (exact in int64 for fewer than 2^31 draws). Then node weight * impurity decrease = 2 (a b D)^2 / (W L
// R). This is one division without cancellation, and equal gains are equal numbers. Without class weights a =
// b = 1. tests/unit/trees/tree_test.cpp pins it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trees/split_rules.hpp"

namespace rf::trees {

class TwoClassStatistics {
 public:
  static constexpr bool kIsWeighted = false;
  struct Entry {
    core::Sample row;
    std::uint32_t weight_and_class;  ///< weight * 2 + class
  };
  /// Class 0 is in the low half, class 1 in the high half. Neither half carries below 2^32 draws.
  struct Cell {
    std::uint64_t counts = 0;
    bool empty() const { return counts == 0; }
    Cell& operator+=(const Cell& other) { return counts += other.counts, *this; }
    std::int64_t zeros() const { return static_cast<std::uint32_t>(counts); }
    std::int64_t ones() const { return static_cast<std::int64_t>(counts >> 32); }
  };

  TwoClassStatistics(std::span<const std::int32_t> class_of, double weight0, double weight1)
      : class_of_(class_of),
        weight0_(weight0),
        weight1_(weight1),
        is_weighted_(weight0 != 1 || weight1 != 1) {}

  Entry entry(core::Sample row, std::uint32_t weight) const {
    return {row, weight << 1 | static_cast<std::uint32_t>(class_of_[number_of(row)])};
  }
  Cell contribution(const Entry& entry) const {
    return {static_cast<std::uint64_t>(entry.weight_and_class >> 1) << ((entry.weight_and_class & 1) * 32)};
  }
  void open(std::span<const Entry> node) {
    total_ = {};
    for (const Entry& entry : node) total_ += contribution(entry);
  }

  bool is_pure() const { return total_.zeros() == 0 || total_.ones() == 0; }
  double weight() const { return weight_of(total_.zeros(), total_.ones()); }
  /// Returns D^2 / (L R).
  double score(const Cell& left) const {
    const double d = static_cast<double>(total_.zeros() * left.ones() - left.zeros() * total_.ones());
    return d * d / (weight_of(left.zeros(), left.ones()) * right_weight(left));
  }
  /// Sets scores[i] to score(lefts[i]). Products of counts below 2^26 are exact as doubles too.
  void scores(std::span<const Cell> lefts, double* scores) const {
    constexpr std::int64_t kExact = std::int64_t{1} << 26;
    if (is_weighted_ || total_.zeros() + total_.ones() >= kExact) {
      for (std::size_t i = 0; i < lefts.size(); ++i) scores[i] = score(lefts[i]);
      return;
    }
    const double n0 = static_cast<double>(total_.zeros());
    const double n1 = static_cast<double>(total_.ones());
    for (std::size_t i = 0; i < lefts.size(); ++i) {
      const double l0 = static_cast<std::int32_t>(lefts[i].counts);
      const double l1 = static_cast<std::int32_t>(lefts[i].counts >> 32);
      const double d = n0 * l1 - l0 * n1;
      scores[i] = d * d / ((l0 + l1) * (n0 + n1 - (l0 + l1)));
    }
  }
  double gain(double score) const {
    const double ab = weight0_ * weight1_;
    return 2 * (ab * ab) * score / weight();
  }
  bool left_is_heavier(const Cell& left) const {
    return heavier_is_left(weight_of(left.zeros(), left.ones()), right_weight(left));
  }
  /// Returns the share of class 1 without class weights, because these would not change the order.
  double share(const Cell& cell) const {
    return static_cast<double>(cell.ones()) / static_cast<double>(cell.zeros() + cell.ones());
  }
  void append_leaf(std::span<const Entry>, std::vector<double>& leaf_values) const {
    const double zeros = weight0_ * static_cast<double>(total_.zeros());
    const double ones = weight1_ * static_cast<double>(total_.ones());
    leaf_values.push_back(zeros / (zeros + ones));
    leaf_values.push_back(ones / (zeros + ones));
  }

 private:
  double weight_of(std::int64_t zeros, std::int64_t ones) const {
    if (!is_weighted_) return static_cast<double>(zeros + ones);  // the same number, found faster
    return weight0_ * static_cast<double>(zeros) + weight1_ * static_cast<double>(ones);
  }
  double right_weight(const Cell& left) const {
    return weight_of(total_.zeros() - left.zeros(), total_.ones() - left.ones());
  }

  std::span<const std::int32_t> class_of_;
  double weight0_;
  double weight1_;
  bool is_weighted_;
  Cell total_;
};

}  // namespace rf::trees
