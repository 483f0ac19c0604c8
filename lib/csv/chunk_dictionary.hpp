// SPDX-License-Identifier: MIT
// The texts of one column as small numbers, while chunks of a file are read: short ones in a table that the
// kernels search, long ones beside it, and those of either that share their hash with too many others in an
// ordered map. Numbers are given in the order in which texts are added, and last until clear().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "csv/csv_kernels.hpp"
#include "table/ordered_texts.hpp"

namespace rf::csv {

class ChunkDictionary {
 public:
  ChunkDictionary() { clear(); }

  /// Forgets all texts.
  void clear();

  /// For the kernels, which do not find all: those without a slot are left to find(). Good until the next
  /// add().
  ShortTexts short_texts() const { return {short_texts_.data(), short_codes_.data(), short_shift_}; }

  struct Found {
    bool known;
    std::int32_t code;
  };
  /// `text` is not empty.
  Found find(std::string_view text) const;
  /// Adds an unknown text under a code of the caller's choice, which has no place in levels().
  void add_as(std::string_view text, std::int32_t code);
  /// Adds an unknown text with the next number.
  std::int32_t add(std::string text);

  /// The texts that add() has numbered; they live here.
  const std::vector<std::string>& levels() const { return levels_; }
  /// A text of more than kShortTextBytes, which is not found any more from now on.
  std::string take_level(std::size_t number);
  /// Those without a slot.
  std::size_t n_ordered() const { return ordered_.size(); }

 private:
  /// A text of more than kShortTextBytes: a level, or one that add_as() has put into others_.
  struct LongText {
    std::int32_t code;
    std::uint32_t other;  ///< place in others_ plus one; 0 for a level
  };

  std::string_view text_of(const LongText& known) const {
    return known.other == 0 ? levels_[static_cast<std::size_t>(known.code)] : others_[known.other - 1];
  }
  void add_long(const LongText& added);
  bool place_long(std::size_t number);
  void add_short(std::string_view text, std::int32_t code);
  void make_slots(unsigned logarithm);
  void grow();
  bool place(const ShortText& text, std::int32_t code);

  std::vector<ShortText> short_texts_;
  std::vector<std::int32_t> short_codes_;
  unsigned short_shift_ = 0;
  std::size_t n_short_ = 0;
  std::vector<LongText> long_texts_;
  std::vector<std::uint32_t> long_slots_;  ///< number in long_texts_ plus one; 0 is free
  std::vector<std::string> levels_;
  std::vector<std::string> others_;
  table::OrderedTexts ordered_;
};

}  // namespace rf::csv
