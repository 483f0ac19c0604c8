// SPDX-License-Identifier: MIT
// Class k has l draws on the left and r on the right. Moving w of them from right to left changes the sums of
// squares by w (2 l + w) and -w (2 r - w). L and R are the sides' weights, SL and SR their sums of squares.
// The score of a cut is SL / L + SR / R = (SL R + SR L) / (L R). It is exact up to the division while the
// node has fewer than 2^17 draws, so that equal gains are equal numbers there. Class weights turn the counts
// into doubles at each cut, classes ascending. With sample weights, read weight instead of draws.
#include "trees/multi_class_splitter.hpp"

#include <algorithm>
#include <bit>

namespace rf::trees {

namespace {

double as_double(std::uint64_t value) {
  return static_cast<double>(value);
}
/// At most 2^124.
double as_double(UInt128 value) {
  return to_double(static_cast<Int128>(value));
}

}  // namespace

template <class Weight>
MultiClassSplitter<Weight>::MultiClassSplitter(const Bins& bins, const SplitLimits& limits,
                                               std::span<const std::int32_t> class_of, std::size_t n_classes,
                                               std::span<const double> class_weight,
                                               std::span<const std::int64_t> sample_weight)
    : bins_(&bins),
      min_samples_leaf_(limits.min_samples_leaf),
      class_of_(class_of),
      class_weight_(class_weight),
      sample_weight_(sample_weight),
      total_(n_classes),
      left_(n_classes) {}

template <class Weight>
void MultiClassSplitter<Weight>::open(std::span<const Entry> node) {
  for (const std::uint32_t k : present_) total_[k] = 0;
  present_.clear();
  total_draws_ = 0;
  for (const Entry& entry : node) {
    if constexpr (kIsWeighted)
      if (entry.weight == 0) continue;
    if (total_[entry.class_number] == 0) present_.push_back(entry.class_number);
    total_[entry.class_number] += entry.weight;
    total_draws_ += entry.weight;
  }
  // total order: class numbers, each once
  std::sort(present_.begin(), present_.end());

  total_squares_ = 0;
  for (const std::uint32_t k : present_) total_squares_ += Square{total_[k]} * total_[k];
  weight_ = static_cast<double>(total_draws_);
  weighted_squares_ = as_double(total_squares_);
  if (!is_weighted()) return;
  weight_ = weighted_squares_ = 0;
  for (const std::uint32_t k : present_) {
    const double w = class_weight_[k] * static_cast<double>(total_[k]);
    weight_ += w;
    weighted_squares_ += w * w;
  }
}

template <class Weight>
double MultiClassSplitter<Weight>::gain(double score) const {
  return std::max(0.0, score - weighted_squares_ / weight_);
}

template <class Weight>
void MultiClassSplitter<Weight>::append_leaf(std::span<const Entry>, std::vector<double>& leaf_values) const {
  const std::size_t first = leaf_values.size();
  leaf_values.resize(first + total_.size(), 0.0);
  if constexpr (kIsWeighted) {
    if (present_.empty()) {
      MultiClassSplitter all = *this;
      std::vector<Entry> rows;
      for (const auto row : core::consecutive<core::Sample>(class_of_.size())) rows.push_back(entry(row, 1));
      all.open(rows);
      leaf_values.resize(first);
      return all.append_leaf(rows, leaf_values);
    }
  }
  for (const std::uint32_t k : present_) {
    const double class_weight = is_weighted() ? class_weight_[k] : 1.0;
    leaf_values[first + k] = class_weight * static_cast<double>(total_[k]) / weight_;
  }
}

template <class Weight>
std::size_t MultiClassSplitter<Weight>::try_features(std::span<const Entry> node,
                                                     std::span<const std::int32_t> features, Split& best) {
  std::size_t n_varying = 0;
  for (const std::int32_t feature : features) {
    sort_by_bin(node, feature);
    if (groups_.size() < 2) continue;
    const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
    if constexpr (kIsWeighted) {
      leave_out_weightless(column);
      if (groups_.size() < 2) continue;
    }
    ++n_varying;
    if (column.is_category) {
      scan_category(feature, node.size(), best);
    } else {
      scan_numeric(feature, node.size(), best);
    }
  }
  return n_varying;
}

template <class Weight>
void MultiClassSplitter<Weight>::sort_by_bin(std::span<const Entry> node, std::int32_t feature) {
  constexpr std::size_t kMarkRows = 256;  // from this many rows on, it costs less to look at all bins
  constexpr std::size_t kRowsAhead = 16;
  BinSet used{};
  if (bin_of_.size() < node.size()) bin_of_.resize(node.size());
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (i + kRowsAhead < node.size()) __builtin_prefetch(bins_->row(node[i + kRowsAhead].row) + feature);
    const std::uint8_t bin = bins_->row(node[i].row)[feature];
    bin_of_[i] = bin;
    ++position_[bin];
  }
  if (node.size() < kMarkRows) {
    for (std::size_t i = 0; i < node.size(); ++i) insert_bin(used, bin_of_[i]);
  } else {
    for (std::uint32_t bin = 0; bin < position_.size(); ++bin)
      if (position_[bin] > 0) insert_bin(used, bin);
  }
  groups_.clear();
  std::uint32_t begin = 0;
  for (std::uint32_t word = 0; word < used.size(); ++word) {
    for (std::uint64_t bits = used[word]; bits != 0; bits &= bits - 1) {
      const std::uint32_t bin = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
      const std::uint32_t end = begin + position_[bin];
      groups_.push_back({bin, bin, begin, end});
      position_[bin] = begin;
      begin = end;
    }
  }
  if (groups_.size() > 1) {
    sorted_.resize(std::max(sorted_.size(), node.size()));
    for (std::size_t i = 0; i < node.size(); ++i)
      sorted_[position_[bin_of_[i]]++] = {node[i].class_number, node[i].weight};
  }
  for (const Group& group : groups_) position_[group.bin] = 0;
}

template <class Weight>
void MultiClassSplitter<Weight>::leave_out_weightless(const ColumnBins& column) {
  const auto has_weight = [&](const Group& group) {
    return std::any_of(sorted_.begin() + group.begin, sorted_.begin() + group.end,
                       [](const Sorted& row) { return row.weight != 0; });
  };
  weightless_ = {};
  const std::span<Group> groups(groups_);
  groups_.resize(column.is_category ? set_apart_weightless(groups, has_weight, weightless_).size()
                                    : merge_weightless(groups, column, has_weight, weightless_).size());
}

template <class Weight>
void MultiClassSplitter<Weight>::move_left(const Group& group) {
  for (std::uint32_t i = group.begin; i < group.end; ++i) {
    const std::uint64_t w = sorted_[i].weight;
    std::uint64_t& l = left_[sorted_[i].class_number];
    const std::uint64_t r = total_[sorted_[i].class_number] - l;
    left_squares_ += Square{w} * (2 * l + w);
    right_squares_ -= Square{w} * (2 * r - w);
    l += w;
    left_draws_ += w;
  }
}

template <class Weight>
typename MultiClassSplitter<Weight>::Side MultiClassSplitter<Weight>::left_side() const {
  if (!is_weighted()) return {static_cast<double>(left_draws_), as_double(left_squares_)};
  Side side{0, 0};
  for (const std::uint32_t k : present_) {
    const double w = class_weight_[k] * static_cast<double>(left_[k]);
    side.weight += w;
    side.squares += w * w;
  }
  return side;
}

template <class Weight>
typename MultiClassSplitter<Weight>::Side MultiClassSplitter<Weight>::right_side() const {
  if (!is_weighted()) return {static_cast<double>(total_draws_ - left_draws_), as_double(right_squares_)};
  Side side{0, 0};
  for (const std::uint32_t k : present_) {
    const double w = class_weight_[k] * static_cast<double>(total_[k] - left_[k]);
    side.weight += w;
    side.squares += w * w;
  }
  return side;
}

template <class Weight>
bool MultiClassSplitter<Weight>::leaves_enough(std::size_t left_rows, std::size_t node_rows,
                                               bool left_is_heavier) const {
  if constexpr (kIsWeighted) left_rows += weightless_.rows_on_the_left(left_is_heavier);
  return left_rows >= min_samples_leaf_ && node_rows - left_rows >= min_samples_leaf_;
}

/// Moves the groups to the left one after another and calls cut(n_left_groups, score, left_is_heavier) for
/// every cut that leaves enough rows on both sides.
template <class Weight>
template <class Cut>
void MultiClassSplitter<Weight>::walk(std::size_t node_rows, Cut cut) {
  left_draws_ = 0;
  left_squares_ = 0;
  right_squares_ = total_squares_;
  std::size_t left_rows = 0;
  for (std::size_t g = 0; g + 1 < groups_.size(); ++g) {
    move_left(groups_[g]);
    left_rows += groups_[g].end - groups_[g].begin;
    if constexpr (!kIsWeighted)  // computes no sums for a cut that is not allowed
      if (!leaves_enough(left_rows, node_rows, false)) continue;
    const Side left = left_side();
    const Side right = right_side();
    const bool left_is_heavier = heavier_is_left(left.weight, right.weight);
    if constexpr (kIsWeighted)
      if (!leaves_enough(left_rows, node_rows, left_is_heavier)) continue;
    const double score =
        (left.squares * right.weight + right.squares * left.weight) / (left.weight * right.weight);
    cut(g + 1, score, left_is_heavier);
  }
  for (const std::uint32_t k : present_) left_[k] = 0;
}

/// Missing rows alone on the left score the same as alone on the right and do not win again.
template <class Weight>
void MultiClassSplitter<Weight>::scan_numeric(std::int32_t feature, std::size_t node_rows, Split& best) {
  const ColumnBins& column = bins_->column(static_cast<std::size_t>(feature));
  const bool some_missing = groups_.back().bin == column.n_bins;
  try_missing_sides(some_missing, [&](MissingSide missing) {
    if (missing == MissingSide::kLeft) std::rotate(groups_.begin(), groups_.end() - 1, groups_.end());
    walk(node_rows, [&](std::size_t n_left, double score, bool left_is_heavier) {
      if (!wins(score, best.score)) return;
      best.score = score;
      best.feature = feature;
      best.default_left = default_is_left(missing, left_is_heavier);
      best.is_category = false;
      best.last_left_bin = groups_[n_left - 1].last_bin;
      best.first_right_bin = groups_[n_left].bin;
    });
  });
}

template <class Weight>
void MultiClassSplitter<Weight>::order_groups_by_share(std::uint32_t class_number) {
  for (Group& group : groups_) {
    double of_class = 0;
    double of_all = 0;
    for (std::uint32_t i = group.begin; i < group.end; ++i) {
      const double class_weight = is_weighted() ? class_weight_[sorted_[i].class_number] : 1.0;
      const double w = class_weight * static_cast<double>(sorted_[i].weight);
      of_all += w;
      if (sorted_[i].class_number == class_number) of_class += w;
    }
    group.share = of_class / of_all;
  }
  order_levels(std::span(groups_));
}

template <class Weight>
void MultiClassSplitter<Weight>::scan_category(std::int32_t feature, std::size_t node_rows, Split& best) {
  for (const std::uint32_t class_number : present_) {
    order_groups_by_share(class_number);
    walk(node_rows, [&](std::size_t n_left, double score, bool left_is_heavier) {
      if (!wins(score, best.score)) return;
      best.score = score;
      best.feature = feature;
      best.default_left = default_is_left(MissingSide::kNone, left_is_heavier);
      best.is_category = true;
      best.seen_bins = {};
      best.left_bins = {};
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        insert_bin(best.seen_bins, groups_[g].bin);
        if (g < n_left) insert_bin(best.left_bins, groups_[g].bin);
      }
    });
  }
}

template class MultiClassSplitter<std::uint32_t>;
template class MultiClassSplitter<std::uint64_t>;

}  // namespace rf::trees
