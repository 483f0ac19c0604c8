// SPDX-License-Identifier: MIT
// Numbers the texts of one column while the chunks of a file are read. Short texts are in a hash table that
// the kernels search. Long texts are in a second table. A text of either kind that shares its slots with too
// many others is in an ordered map. Numbers follow the order in which texts are added. They are valid until
// clear(). Pinned by tests/unit/csv/chunk_dictionary_test.cpp.
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

  /// Returns the table for the kernels. It does not contain every text: a text without a slot is found only
  /// by find(). Valid until the next add() or add_as().
  ShortTexts short_texts() const { return {short_texts_.data(), short_codes_.data(), short_shift_}; }

  struct Found {
    bool known;
    std::int32_t code;
  };
  /// `text` must not be empty.
  Found find(std::string_view text) const;
  /// Adds an unknown text with a code that the caller chooses. The text does not appear in levels().
  void add_as(std::string_view text, std::int32_t code);
  /// Adds an unknown text with the next number.
  std::int32_t add(std::string text);

  /// Returns the texts added by add(), in the order of their numbers. The dictionary owns them.
  const std::vector<std::string>& levels() const { return levels_; }
  /// Moves out a level of more than kShortTextBytes. find() does not find it afterwards.
  std::string take_level(std::size_t number);
  /// Returns the number of texts without a slot.
  std::size_t n_ordered() const { return ordered_.size(); }

 private:
  /// A text of more than kShortTextBytes: a level, or a text that add_as() has put into others_.
  struct LongText {
    std::int32_t code;
    std::uint32_t other;  ///< index in others_ plus one; 0 for a level
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
  std::vector<std::uint32_t> long_slots_;  ///< index in long_texts_ plus one; 0 is free
  std::vector<std::string> levels_;
  std::vector<std::string> others_;
  table::OrderedTexts ordered_;
};

}  // namespace rf::csv
