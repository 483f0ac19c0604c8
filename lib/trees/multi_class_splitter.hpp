// SPDX-License-Identifier: MIT
// Gini impurity of three or more classes from integer counts. A feature's rows are sorted by bin (counting
// sort) and walked once, while the sums of squared class counts are kept up to date. So the cost of a scan is
// the number of rows, for any number of classes. Categories: for each class in turn, the levels are ordered
// by the share of that class and every prefix is tried (one class against the rest). The best prefix by the
// Gini impurity of all classes wins. Rows of weight 0 are treated as in split_rules.hpp.
// tests/unit/trees/tree_test.cpp contains the naive implementation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "trees/bins.hpp"
#include "trees/split.hpp"
#include "trees/split_rules.hpp"
#include "trees/wide_integer.hpp"

namespace rf::trees {

/// `Weight` is std::uint32_t, a row's number of draws, or std::uint64_t, that number times the row's sample
/// weight (sample_weights.hpp).
template <class Weight>
class MultiClassSplitter {
 public:
  static constexpr bool kIsWeighted = sizeof(Weight) > sizeof(std::uint32_t);
  struct Entry {
    core::Sample row;
    std::uint32_t class_number;
    Weight weight;
  };
  static constexpr std::size_t kSweep = 1;

  /// `sample_weight` comes from quantise_weights; it is empty if draws alone count. `class_weight` has one
  /// weight per class. If it is empty, all are 1 and gains come from exact integers.
  MultiClassSplitter(const Bins& bins, const SplitLimits& limits, std::span<const std::int32_t> class_of,
                     std::size_t n_classes, std::span<const double> class_weight,
                     std::span<const std::int64_t> sample_weight = {});

  Entry entry(core::Sample row, std::uint32_t draws) const {
    const auto class_number = static_cast<std::uint32_t>(class_of_[number_of(row)]);
    if constexpr (kIsWeighted)
      return {row, class_number, static_cast<Weight>(sample_weight_[number_of(row)]) * draws};
    else
      return {row, class_number, draws};
  }
  void open(std::span<const Entry> node);
  bool is_pure() const { return present_.size() <= 1; }
  double weight() const { return weight_; }
  /// Returns score - S / W, where S is the node's sum of squared class weights and W is its weight.
  double gain(double score) const;
  /// Appends the shares of the classes. If the node's rows weigh nothing, they are the shares in all training
  /// rows.
  void append_leaf(std::span<const Entry> node, std::vector<double>& leaf_values) const;
  std::size_t try_features(std::span<const Entry> node, std::span<const std::int32_t> features, Split& best);

 private:
  /// Holds sums of squared weights: of draws below 2^62, of sample weights at most 2^124.
  using Square = std::conditional_t<kIsWeighted, UInt128, std::uint64_t>;
  /// A bin of levels, or bins of a number that no cut separates (split_rules.hpp).
  struct Group {
    std::uint32_t bin;
    std::uint32_t last_bin;
    std::uint32_t begin;  ///< range of sorted_
    std::uint32_t end;
    double share = 0;
    std::size_t n_rows() const { return end - begin; }
    void append(const Group& next) { last_bin = next.last_bin, end = next.end; }
    void prepend(const Group& previous) { bin = previous.bin, begin = previous.begin; }
  };
  struct Sorted {
    std::uint32_t class_number;
    Weight weight;
  };
  /// The sums of one side of a cut.
  struct Side {
    double weight;
    double squares;
  };

  void sort_by_bin(std::span<const Entry> node, std::int32_t feature);
  void leave_out_weightless(const ColumnBins& column);
  void scan_numeric(std::int32_t feature, std::size_t node_rows, Split& best);
  void scan_category(std::int32_t feature, std::size_t node_rows, Split& best);
  void order_groups_by_share(std::uint32_t class_number);
  template <class Cut>
  void walk(std::size_t node_rows, Cut cut);
  bool leaves_enough(std::size_t left_rows, std::size_t node_rows, bool left_is_heavier) const;
  void move_left(const Group& group);
  Side left_side() const;
  Side right_side() const;
  bool is_weighted() const { return !class_weight_.empty(); }

  const Bins* bins_;
  std::uint32_t min_samples_leaf_;
  std::span<const std::int32_t> class_of_;
  std::span<const double> class_weight_;
  std::span<const std::int64_t> sample_weight_;

  std::vector<std::uint32_t> present_;  ///< classes of the node's rows with weight, ascending
  std::vector<std::uint64_t> total_;    ///< per class: draws in the node; 0 for absent classes
  std::vector<std::uint64_t> left_;     ///< per class: draws left of the cut; all 0 between walks
  std::uint64_t total_draws_ = 0;
  std::uint64_t left_draws_ = 0;
  Square left_squares_ = 0;  ///< sums of squared counts
  Square right_squares_ = 0;
  Square total_squares_ = 0;
  double weight_ = 0;
  double weighted_squares_ = 0;

  std::array<std::uint32_t, 256> position_{};  ///< per bin: rows, then the next place; all 0 between sorts
  std::vector<std::uint8_t> bin_of_;           ///< per row of the node
  std::vector<Sorted> sorted_;
  std::vector<Group> groups_;
  Weightless weightless_;  ///< of the current feature
};

extern template class MultiClassSplitter<std::uint32_t>;
extern template class MultiClassSplitter<std::uint64_t>;

}  // namespace rf::trees
