// SPDX-License-Identifier: MIT
// Fills one typed column from text cells, row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/column.hpp"
#include "table/ordered_texts.hpp"

namespace rf::table {

/// Texts numbered in the order they were first seen.
class LevelTable {
 public:
  /// Number of the level. Adds the level if it is new.
  std::int32_t code_of(std::string_view level);
  /// As code_of(), for a text that may be moved.
  std::int32_t code_of_moved(std::string level);
  std::size_t size() const { return levels_.size(); }
  /// Sets the largest number of levels that is likely. Used only to decide how much memory to reserve once
  /// there are many levels.
  void expect(std::size_t n_levels) { n_expected_ = n_levels; }
  std::uint64_t memory_bytes() const {
    return n_text_bytes_ + levels_.size() * (sizeof(std::string) + sizeof(std::uint32_t)) +
           slots_.size() * sizeof(std::int32_t) + ordered_bytes_;
  }
  /// Number of slots examined so far.
  std::uint64_t n_probes() const { return n_probes_; }
  std::vector<std::string> take() { return std::move(levels_); }

 private:
  void grow();
  std::size_t free_slot(std::uint32_t hash);
  std::int32_t find_ordered(std::string_view level) const;
  void order(std::int32_t code);
  template <class Text>
  std::int32_t find_or_add(Text&& level);

  std::vector<std::string> levels_;
  std::uint64_t n_text_bytes_ = 0;
  std::size_t n_expected_ = 0;
  std::vector<std::uint32_t> hashes_;  ///< one per level
  std::vector<std::int32_t> slots_;    ///< open addressing; -1 is free; a power of two, at most half full
  OrderedTexts ordered_;               ///< levels without a slot
  std::uint64_t ordered_bytes_ = 0;
  std::uint64_t n_probes_ = 0;
};

class ColumnBuilder {
 public:
  ColumnBuilder(std::string name, Kind kind, std::size_t n_rows);

  void add_missing();
  /// The column is numeric.
  void add_number(double value);
  /// The caller has checked that `text` fits the kind.
  void add(std::string_view text);
  Column finish();

 private:
  Column column_;
  LevelTable levels_;
};

}  // namespace rf::table
