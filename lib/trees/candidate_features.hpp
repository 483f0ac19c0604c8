// SPDX-License-Identifier: MIT
// The features that a node may split on, in the order in which they are tried: by number, or drawn without
// replacement from the Philox stream named by (seed, tree, node), so that the draw does not depend on the
// schedule (DETERMINISM rule 11). tests/unit/trees/forest_test.cpp pins it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "core/philox.hpp"

namespace rf::trees {

class CandidateFeatures {
 public:
  /// Without a seed the order is 0, 1, ... in every node.
  CandidateFeatures(std::size_t n_features, std::optional<std::uint64_t> seed)
      : seed_(seed), order_(n_features) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  /// Starts the draw of a node.
  void begin(std::uint32_t tree, std::uint32_t node) {
    while (!swapped_with_.empty()) {  // undo the last node's swaps, so that a draw depends on its node alone
      std::swap(order_[swapped_with_.size() - 1], order_[swapped_with_.back()]);
      swapped_with_.pop_back();
    }
    drawn_ = 0;
    if (seed_) stream_.emplace(*seed_, core::Purpose::kForestFeatures, tree, node);
  }

  /// Returns the next feature. Call it at most n_features times in a node.
  std::int32_t next() {
    const std::size_t place = drawn_++;
    if (seed_) {
      const std::size_t other = place + static_cast<std::size_t>(stream_->below(order_.size() - place));
      std::swap(order_[place], order_[other]);
      swapped_with_.push_back(other);
    }
    return order_[place];
  }

 private:
  std::optional<std::uint64_t> seed_;
  std::optional<core::RandomStream> stream_;
  std::vector<std::int32_t> order_;
  std::vector<std::size_t> swapped_with_;  ///< per draw: the place that place number `draw` was swapped with
  std::size_t drawn_ = 0;
};

}  // namespace rf::trees
