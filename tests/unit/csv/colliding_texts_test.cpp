// SPDX-License-Identifier: MIT
// Texts chosen for equal hashes: each table stays right, and looks at a bounded number of slots for each.
#include "unit/csv/colliding_texts.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "csv/chunk_dictionary.hpp"
#include "table/column_builder.hpp"
#include "table/text_check.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

constexpr std::size_t kTexts = 20'000;

TEST(CollidingTexts, TheLevelTableLooksAtFewSlotsForEach) {
  const std::vector<std::string> texts = test::colliding_levels(kTexts);
  table::LevelTable table;
  for (std::size_t round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < kTexts; ++i)
      ASSERT_EQ(table.code_of(texts[i]), static_cast<std::int32_t>(i)) << round;
  }
  EXPECT_EQ(table.size(), kTexts);
  // Twice asked for, and placed again each time that the table doubles: four times at most, taken together.
  EXPECT_LE(table.n_probes(), 4 * 128 * kTexts);
  EXPECT_GE(table.n_probes(), 128 * kTexts) << "do their hashes still collide?";
  EXPECT_GE(table.memory_bytes(), 2 * 16 * (kTexts - table::kMostProbes));
  EXPECT_EQ(table.take(), texts);
}

TEST(CollidingTexts, TheLevelTableKeepsThemApartFromOthers) {
  const std::vector<std::string> texts = test::colliding_levels(1000);
  table::LevelTable table;
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(table.code_of(texts[i]), static_cast<std::int32_t>(2 * i));
    ASSERT_EQ(table.code_of_moved("other " + std::to_string(i)), static_cast<std::int32_t>(2 * i + 1));
  }
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(table.code_of(texts[i]), static_cast<std::int32_t>(2 * i));
    ASSERT_EQ(table.code_of("other " + std::to_string(i)), static_cast<std::int32_t>(2 * i + 1));
  }
}

/// The farthest that a text lies from the first slot it is looked for in.
std::uint64_t longest_way(const ShortTexts& known) {
  const std::uint64_t n_slots = (~std::uint64_t{0} >> known.shift) + 1;
  std::uint64_t longest = 0;
  for (std::uint64_t slot = 0; slot < n_slots; ++slot) {
    if (known.texts[slot].words[0] == 0) continue;
    const std::uint64_t first = known.first_slot(hash_of_short(known.texts[slot]));
    longest = std::max(longest, (slot - first) & (n_slots - 1));
  }
  return longest;
}

TEST(CollidingTexts, TheDictionaryPutsShortOnesNearTheirFirstSlotOrInOrder) {
  const std::vector<std::string> texts = test::colliding_short_texts(kTexts);
  ChunkDictionary dictionary;
  for (std::size_t i = 0; i < kTexts; ++i) {
    ASSERT_FALSE(dictionary.find(texts[i]).known);
    if (i % 10 == 0) {
      dictionary.add_as(texts[i], -1);
    } else {
      ASSERT_EQ(dictionary.add(texts[i]), static_cast<std::int32_t>(i - i / 10 - 1));
    }
  }
  EXPECT_LT(longest_way(dictionary.short_texts()), 128u);
  EXPECT_GE(dictionary.n_ordered(), kTexts - 2 * 128) << "do their hashes still collide?";
  for (std::size_t i = 0; i < kTexts; ++i) {
    const ChunkDictionary::Found found = dictionary.find(texts[i]);
    ASSERT_TRUE(found.known);
    ASSERT_EQ(found.code, i % 10 == 0 ? -1 : static_cast<std::int32_t>(i - i / 10 - 1));
  }
  dictionary.clear();
  EXPECT_FALSE(dictionary.find(texts.back()).known);
}

TEST(CollidingTexts, TheDictionaryPutsLongOnesInOrder) {
  const std::vector<std::string> texts = test::colliding_long_texts(kTexts);
  ChunkDictionary dictionary;
  for (std::size_t i = 0; i < kTexts; ++i) {
    ASSERT_FALSE(dictionary.find(texts[i]).known);
    ASSERT_EQ(dictionary.add(texts[i]), static_cast<std::int32_t>(i));
  }
  EXPECT_GE(dictionary.n_ordered(), kTexts - 128) << "do their hashes still collide?";
  for (std::size_t i = 0; i < kTexts; ++i)
    ASSERT_EQ(dictionary.find(texts[i]).code, static_cast<std::int32_t>(i));
  EXPECT_EQ(dictionary.take_level(kTexts - 1), texts.back());
  EXPECT_FALSE(dictionary.find(texts.back()).known);
  EXPECT_EQ(dictionary.find(texts[kTexts - 2]).code, static_cast<std::int32_t>(kTexts - 2));
}

TEST(CollidingTexts, KernelsLookAtNoMoreSlotsThanATextMayBeIn) {
  // One text lies in the last slot it may be in, another one beyond: taken slots stand before both.
  constexpr unsigned kLogarithm = 9;
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    for (const std::size_t distance : {table::kMostProbes - 1, table::kMostProbes}) {
      std::vector<ShortText> slots(std::size_t{1} << kLogarithm, ShortText{});
      std::vector<std::int32_t> codes(slots.size(), 7);
      ShortText wanted{};
      std::memcpy(wanted.words, "wanted", 6);
      ShortText other{};
      std::memcpy(other.words, "other", 5);
      const ShortTexts known{slots.data(), codes.data(), 64 - kLogarithm};
      const std::uint64_t first = known.first_slot(hash_of_short(wanted));
      for (std::size_t i = 0; i < distance; ++i) slots[(first + i) % slots.size()] = other;
      slots[(first + distance) % slots.size()] = wanted;

      const std::string text = std::string(kTextSlack, 'x') + "wanted\n" + std::string(kTextSlack, 'y');
      const std::uint32_t separator = 6, zero = 0;
      std::int32_t code = -9;
      bool is_other = false;
      CellColumn column{};
      column.mode = CellMode::kText;
      column.codes = &code;
      column.texts = known;
      CellJob job{};
      job.text = text.data() + kTextSlack;
      job.separators = &separator;
      job.row_first = job.row_begin = job.active = &zero;
      job.n_rows = job.block_rows = job.n_active = 1;
      job.columns = &column;
      job.user = &is_other;
      job.other_cell = [](void* user, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t) {
        *static_cast<bool*>(user) = true;
        return true;
      };
      kernels->cells(&job);
      EXPECT_EQ(is_other, distance == table::kMostProbes) << kernels->name;
      EXPECT_EQ(code, distance == table::kMostProbes ? -9 : 7) << kernels->name;
    }
  }
}

TEST(CollidingTexts, AFileOfThemIsReadAsAnyOther) {
  std::string text = "id,t\n";
  std::vector<std::string> levels;
  for (const std::string& level : test::colliding_short_texts(2'000'000)) {
    const bool is_plain = !table::find_text_fault(level) &&
                          level.find_first_of("\",\n\r") == std::string::npos && level.back() != ' ';
    if (!is_plain) continue;
    levels.push_back(level);
    text += "1," + level + "\n";
  }
  ASSERT_GT(levels.size(), table::kMostProbes) << "none would be without a slot";
  EXPECT_EQ(table::test::must_read(text).table.columns[1].category().levels, levels);
}

}  // namespace
}  // namespace rf::csv
