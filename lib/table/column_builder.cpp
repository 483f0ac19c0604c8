// SPDX-License-Identifier: MIT
// Levels are found by open addressing with linear probing. The hash determines where a level is searched,
// never its number. If too many levels share a hash, the rest of them are in an ordered map
// (ordered_texts.hpp). Pinned by tests/unit/table/column_builder_test.cpp.
#include "table/column_builder.hpp"

#include <cstring>
#include <exception>
#include <limits>
#include <utility>

#include "core/number_text.hpp"
#include "table/infer.hpp"
#include "table/plain_number.hpp"

namespace rf::table {
namespace {

// Eight bytes at a time, each step a multiplication by an odd constant and a fold of the high half (the
// finaliser of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

std::uint32_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size();
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = text.size() < sizeof word ? text.size() : sizeof word;
    std::memcpy(&word, text.data(), size);
    hash = mixed(hash ^ word);
    text.remove_prefix(size);
  }
  return static_cast<std::uint32_t>(hash);
}

constexpr std::size_t kManyLevels = 65536;

}  // namespace

std::int32_t LevelTable::code_of(std::string_view level) {
  return find_or_add(level);
}

std::int32_t LevelTable::code_of_moved(std::string level) {
  return find_or_add(std::move(level));
}

template <class Text>
std::int32_t LevelTable::find_or_add(Text&& level) {
  if (2 * (levels_.size() + 1) > slots_.size()) grow();
  const std::uint32_t hash = hash_of(level);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  std::size_t n_left = kMostProbes;
  for (; n_left > 0 && slots_[slot] >= 0; slot = (slot + 1) & mask, --n_left) {
    const std::int32_t code = slots_[slot];
    if (hashes_[static_cast<std::size_t>(code)] == hash && levels_[static_cast<std::size_t>(code)] == level)
      return code;
  }
  n_probes_ += kMostProbes - n_left;
  if (n_left == 0) {
    if (const std::int32_t code = find_ordered(level); code >= 0) return code;
  }
  const auto code = static_cast<std::int32_t>(levels_.size());
  n_text_bytes_ += level.size();
  levels_.emplace_back(std::forward<Text>(level));
  hashes_.push_back(hash);
  if (n_left > 0) {
    slots_[slot] = code;
  } else {
    order(code);
  }
  return code;
}

/// Returns -1 if the level is not in the ordered map.
std::int32_t LevelTable::find_ordered(std::string_view level) const {
  const auto found = ordered_.find(level);
  return found == ordered_.end() ? -1 : found->second;
}

void LevelTable::order(std::int32_t code) {
  const std::string& level = levels_[static_cast<std::size_t>(code)];
  ordered_.emplace(level, code);
  ordered_bytes_ += kOrderedTextBytes + level.size();
}

/// Doubles the slots, of which at most half are then taken. Once there are many levels, reserves room for all
/// expected ones: untouched pages cost nothing, and later growth needs no second copy of the levels.
void LevelTable::grow() {
  const std::size_t n_slots = slots_.empty() ? 16 : 2 * slots_.size();
  slots_ = {};  // freed before the larger array is allocated
  slots_.assign(n_slots, -1);
  if (levels_.size() >= kManyLevels && levels_.capacity() < n_expected_) {
    try {
      levels_.reserve(n_expected_);
      hashes_.reserve(n_expected_);
    } catch (const std::exception&) {
      // There is no memory for all expected levels. Fewer may come, so both vectors grow with the levels.
    }
  }
  ordered_.clear();
  ordered_bytes_ = 0;
  for (std::size_t code = 0; code < hashes_.size(); ++code) {
    const std::size_t slot = free_slot(hashes_[code]);
    if (slot < slots_.size()) {
      slots_[slot] = static_cast<std::int32_t>(code);
    } else {
      order(static_cast<std::int32_t>(code));
    }
  }
}

/// A free slot for a new level; the number of slots if no slot within kMostProbes is free.
std::size_t LevelTable::free_slot(std::uint32_t hash) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t n_probes = 0; n_probes < kMostProbes; ++n_probes) {
    const std::size_t slot = (hash + n_probes) & mask;
    if (slots_[slot] >= 0) continue;
    n_probes_ += n_probes;
    return slot;
  }
  n_probes_ += kMostProbes;
  return slots_.size();
}

ColumnBuilder::ColumnBuilder(std::string name, Kind kind, std::size_t n_rows) {
  column_.name = std::move(name);
  switch (kind) {
    case Kind::kNumeric:
      column_.values.emplace<NumericValues>().values.reserve(n_rows);
      break;
    case Kind::kBoolean:
      column_.values.emplace<BooleanValues>().values.reserve(n_rows);
      break;
    case Kind::kCategory:
      column_.values.emplace<CategoryValues>().codes.reserve(n_rows);
      break;
  }
}

void ColumnBuilder::add_missing() {
  switch (column_.kind()) {
    case Kind::kNumeric:
      std::get<NumericValues>(column_.values).values.push_back(std::numeric_limits<double>::quiet_NaN());
      break;
    case Kind::kBoolean:
      std::get<BooleanValues>(column_.values).values.push_back(-1);
      break;
    case Kind::kCategory:
      std::get<CategoryValues>(column_.values).codes.push_back(-1);
      break;
  }
}

void ColumnBuilder::add_number(double value) {
  std::get<NumericValues>(column_.values).values.push_back(value);
}

void ColumnBuilder::add(std::string_view text) {
  switch (column_.kind()) {
    case Kind::kNumeric:
      add_number(core::parse_number(text)->value);
      break;
    case Kind::kBoolean:
      std::get<BooleanValues>(column_.values).values.push_back(*parse_boolean(text) ? 1 : 0);
      break;
    case Kind::kCategory:
      std::get<CategoryValues>(column_.values).codes.push_back(levels_.code_of(text));
      break;
  }
}

Column ColumnBuilder::finish() {
  if (column_.kind() == Kind::kCategory) std::get<CategoryValues>(column_.values).levels = levels_.take();
  return std::move(column_);
}

}  // namespace rf::table
