// SPDX-License-Identifier: MIT
// MT19937 (Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 1998), seeded by init_genrand, and the
// draws that numpy's RandomState makes from it. tests/unit/table/mt19937_test.cpp holds the authors' and
// numpy's values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rf::table {

class Mt19937 {
 public:
  explicit Mt19937(std::uint32_t seed);

  std::uint32_t next_u32();
  /// In [0, bound], by masked rejection; bound < 2^32. Draws nothing for bound 0.
  std::uint32_t at_most(std::uint32_t bound);
  /// Fisher-Yates from the last element down.
  template <class Item>
  void shuffle(std::vector<Item>& items) {
    for (std::size_t i = items.size(); i-- > 1;) {
      const std::uint32_t j = at_most(static_cast<std::uint32_t>(i));
      std::swap(items[i], items[j]);
    }
  }
  /// 0 .. n-1, shuffled.
  std::vector<std::uint32_t> permutation(std::size_t n);

 private:
  static constexpr std::size_t kSize = 624;
  void refill();

  std::array<std::uint32_t, kSize> state_;
  std::size_t used_ = kSize;
};

}  // namespace rf::table
