// SPDX-License-Identifier: MIT
// A chunk's texts as the dictionary finds them and as the kernels do, which look into its table themselves.
#include "csv/chunk_dictionary.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

/// Texts of 1 to `most` bytes; many differ from another in one byte only, or in their length.
std::vector<std::string> some_texts(std::size_t count, std::size_t most) {
  std::vector<std::string> texts;
  std::map<std::string, bool> seen;
  std::uint64_t state = 11;
  const auto draw = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  while (texts.size() < count) {
    std::string text = texts.empty() || draw(3) == 0 ? "" : texts[draw(texts.size())];
    if (!text.empty() && draw(2) == 0) {
      text[draw(text.size())] = static_cast<char>('A' + draw(50));
    } else {
      text.resize(1 + draw(most), static_cast<char>('a' + draw(26)));
    }
    if (seen.try_emplace(text, true).second) texts.push_back(text);
  }
  return texts;
}

TEST(ChunkDictionary, FindsWhatWasAddedAndNothingElse) {
  const std::vector<std::string> texts = some_texts(6000, 70);
  ChunkDictionary dictionary;
  for (int round = 0; round < 2; ++round) {
    std::int32_t n_levels = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ASSERT_FALSE(dictionary.find(texts[i]).known) << texts[i];
      if (i % 10 == 0) {
        dictionary.add_as(texts[i], -1);
      } else {
        ASSERT_EQ(dictionary.add(texts[i]), n_levels++);
      }
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const ChunkDictionary::Found found = dictionary.find(texts[i]);
      ASSERT_TRUE(found.known) << texts[i];
      if (i % 10 == 0) {
        EXPECT_EQ(found.code, -1);
      } else {
        EXPECT_EQ(dictionary.levels()[static_cast<std::size_t>(found.code)], texts[i]);
      }
    }
    dictionary.clear();
  }
}

/// What the kernels make of one column of texts, one to a row.
class KernelSearch {
 public:
  KernelSearch(const std::vector<std::string>& cells, const ChunkDictionary& known, const CsvKernels& kernels)
      : codes(cells.size(), -9), was_other(cells.size(), false) {
    std::string text(kTextSlack, 'x');
    std::vector<std::uint32_t> separators, row_first, row_begin;
    for (const std::string& cell : cells) {
      row_begin.push_back(static_cast<std::uint32_t>(text.size() - kTextSlack));
      text += cell;
      row_first.push_back(static_cast<std::uint32_t>(separators.size()));
      separators.push_back(static_cast<std::uint32_t>(text.size() - kTextSlack));
      text += '\n';
    }
    text += std::string(kTextSlack, 'y');
    CellColumn column{};
    column.mode = CellMode::kText;
    column.codes = codes.data();
    column.texts = known.short_texts();
    const std::uint32_t active = 0;
    CellJob job{};
    job.text = text.data() + kTextSlack;
    job.separators = separators.data();
    job.row_first = row_first.data();
    job.row_begin = row_begin.data();
    job.n_rows = static_cast<std::uint32_t>(cells.size());
    job.block_rows = 100;
    job.columns = &column;
    job.active = &active;
    job.n_active = 1;
    job.trim = true;
    job.user = this;
    job.other_cell = [](void* user, std::uint32_t row, std::uint32_t, std::uint32_t, std::uint32_t) {
      static_cast<KernelSearch*>(user)->was_other[row] = true;
      return true;
    };
    kernels.cells(&job);
  }

  std::vector<std::int32_t> codes;
  std::vector<bool> was_other;
};

TEST(ChunkDictionary, EachSetOfKernelsFindsTheShortTextsByItself) {
  for (const std::size_t n_known : {0U, 1U, 2U, 30U, 400U, 3000U}) {
    const std::vector<std::string> texts = some_texts(n_known + 200, kShortTextBytes + 4);
    ChunkDictionary dictionary;
    for (std::size_t i = 0; i < n_known; ++i) dictionary.add(texts[i]);
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < texts.size(); ++i)
      cells.push_back(std::string(i % 3, ' ') + texts[i] + std::string(i % 5 == 0 ? 2 : 0, ' '));
    cells.insert(cells.end(), {"", " ", "   ", "\"quoted\"", " \"quoted\""});
    for (const CsvKernels* kernels : table::test::all_kernels()) {
      const KernelSearch search(cells, dictionary, *kernels);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool is_empty = cells[i].find_first_not_of(' ') == std::string::npos;
        const bool is_found = i < n_known && texts[i].size() <= kShortTextBytes;
        ASSERT_EQ(search.was_other[i], !is_empty && !is_found) << kernels->name << ": \"" << cells[i] << "\"";
        const std::int32_t code = is_found ? static_cast<std::int32_t>(i) : is_empty ? -1 : -9;
        ASSERT_EQ(search.codes[i], code) << kernels->name << ": \"" << cells[i] << "\"";
      }
    }
  }
}

}  // namespace
}  // namespace rf::csv
