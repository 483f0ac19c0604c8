// SPDX-License-Identifier: MIT
// Numbers as the kernels read them, one by one and in columns, beside core::parse_number: never another
// verdict, never another bit. (How they cut text is compared as a whole in csv_twin_test.cpp.)
#include "csv/csv_kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "core/number_text.hpp"
#include "crypto/sha256_blocks.hpp"
#include "csv/paced_hash.hpp"
#include "unit/table/support.hpp"

namespace rf::csv {
namespace {

using table::test::all_kernels;

class Numbers {
 public:
  std::uint64_t draw(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 20) % bound;
  }
  std::string digits(std::size_t n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += static_cast<char>('0' + draw(10));
    return text;
  }
  std::string number() { return number_of_make(draw(6)); }
  std::string number_of_make(std::uint64_t make) {
    std::string text = draw(2) == 0 ? "-" : "";
    switch (make) {
      case 0:
        return text + digits(1 + draw(19)) + "." + digits(draw(20));
      case 1:
        return text + std::to_string(draw(10)) + "." + digits(14 + draw(6));
      case 2:
        return text + std::to_string(draw(100'000)) + "." + digits(1 + draw(6));
      case 3:
        return text + digits(1 + draw(20));
      case 4:
        return core::number_text(
            std::bit_cast<double>((state_ & 0x800FFFFFFFFFFFFF) | ((1013 + draw(20)) << 52)));
      default: {
        text.clear();
        for (std::size_t n = draw(24); n > 0; --n) text += "0123456789.-+e \""[draw(16)];
        return text;
      }
    }
  }

 private:
  std::uint64_t state_ = 7;
};

void expect_as_parsed(const CsvKernels& kernels, const std::string& text, std::size_t& n_read) {
  const std::string around(kTextSlack, '9');
  const std::string padded = around + text + "," + around;
  const char* const begin = padded.data() + kTextSlack;
  FastNumber fast{};
  if (!kernels.number(begin, begin + text.size(), &fast)) return;
  ++n_read;
  const auto parsed = core::parse_number(text);
  ASSERT_TRUE(parsed.has_value()) << kernels.name << " reads \"" << text << "\"";
  EXPECT_TRUE(parsed->is_exact) << kernels.name << ": " << text;
  EXPECT_EQ(std::bit_cast<std::uint64_t>(fast.value), std::bit_cast<std::uint64_t>(parsed->value)) << text;
  EXPECT_EQ(fast.seen, parsed->is_integer ? 1 : 2) << text;
}

TEST(CsvKernels, NumbersAreThoseOfTheGeneralParser) {
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    Numbers numbers;
    std::size_t n_read = 0;
    constexpr std::size_t kTexts = 400'000;
    for (std::size_t i = 0; i < kTexts && !testing::Test::HasFailure(); ++i)
      expect_as_parsed(*kernels, numbers.number(), n_read);
    EXPECT_GT(n_read, kTexts / 2) << kernels->name << " leaves most numbers to the general parser";
  }
}

const char* const kEdges[] = {"0",
                              "-0",
                              "-0.0",
                              "00",
                              "007",
                              "0.5",
                              ".5",
                              "5.",
                              "-",
                              ".",
                              "-.5",
                              "1.2.3",
                              "9007199254740992",
                              "9007199254740993",
                              "-9007199254740991",
                              "999999999999999",
                              "1000000000000000",
                              "9.87654321098765",
                              "0.9007199254740993",
                              "9007199254740993.0",
                              "0.3000000000000000444",
                              "0.500000000000000166533453693773481063544750213623046875",
                              "1.00000000000000011102",
                              "9999999999999999999.",
                              "0.0000000000000000000",
                              "-0.000000000000000000",
                              "184467440737095516.15",
                              "1e5",
                              "+1",
                              "1 ",
                              " 1",
                              "\"1\"",
                              "0x1",
                              "4503599627370496.5",
                              "4503599627370497.5"};

TEST(CsvKernels, NumbersAtTheEdges) {
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    std::size_t n_read = 0;
    for (const char* text : kEdges) expect_as_parsed(*kernels, text, n_read);
    EXPECT_GT(n_read, 8u);
  }
}

/// A column of texts as the kernels see it, one to a row.
class TextColumn {
 public:
  static constexpr std::uint32_t kBlockRows = 64;

  explicit TextColumn(const std::vector<std::string>& texts) : wanted_(texts), text_(kTextSlack, '7') {
    for (const std::string& text : texts) {
      row_begin_.push_back(static_cast<std::uint32_t>(text_.size() - kTextSlack));
      text_ += text;
      row_first_.push_back(static_cast<std::uint32_t>(separators_.size()));
      separators_.push_back(static_cast<std::uint32_t>(text_.size() - kTextSlack));
      text_ += '\n';
    }
    text_ += std::string(kTextSlack, '8');
  }

  /// Reads all rows and returns how many went to the general parser. Meanwhile another text is hashed, by
  /// default one for which the steps of the first rows just last.
  std::size_t expect_as_parsed(const CsvKernels& kernels) {
    const std::size_t most_steps = kMostStepsOfCell * std::min<std::size_t>(wanted_.size(), kBlockRows);
    return expect_as_parsed(kernels, most_steps / crypto::kStepsOfBlock * 64 + 64);
  }
  std::size_t expect_as_parsed(const CsvKernels& kernels, std::size_t n_bytes_to_hash) {
    numbers_.assign(wanted_.size(), -1);
    others_ = 0;
    was_other_.assign(wanted_.size(), false);
    CellColumn column{};
    column.mode = CellMode::kNumber;
    column.numbers = numbers_.data();
    const std::uint32_t active = 0;
    CellJob job{};
    job.text = text_.data() + kTextSlack;
    job.separators = separators_.data();
    job.row_first = row_first_.data();
    job.row_begin = row_begin_.data();
    job.n_rows = static_cast<std::uint32_t>(wanted_.size());
    job.block_rows = kBlockRows;
    job.columns = &column;
    job.active = &active;
    job.n_active = 1;
    job.user = this;
    job.other_cell = [](void* user, std::uint32_t row, std::uint32_t, std::uint32_t, std::uint32_t) {
      auto& own = *static_cast<TextColumn*>(user);
      const auto parsed = core::parse_number(own.wanted_[row]);
      own.numbers_[row] = parsed ? parsed->value : 0;
      ++own.others_;
      own.was_other_[row] = true;
      return true;
    };
    crypto::Sha256 hash;
    std::string beside;
    while (beside.size() < n_bytes_to_hash + kTextSlack) beside += std::to_string(beside.size()) + "\n";
    const std::string_view whole = std::string_view(beside).substr(0, n_bytes_to_hash);
    PacedHash paced(hash, whole);
    crypto::Sha256Steps* const steps = kernels.hashes ? paced.begin() : nullptr;
    job.hash = steps;
    kernels.cells(&job);
    n_hashed_ = steps == nullptr
                    ? 0
                    : static_cast<std::size_t>(reinterpret_cast<const char*>(steps->block) - whole.data());
    hash.update(paced.stop());
    EXPECT_EQ(crypto::hex(hash.finish()), crypto::sha256_hex(whole)) << kernels.name;
    check(kernels, column.seen);
    return others_;
  }
  /// Bytes of the other text that have been hashed between the cells.
  std::size_t n_hashed() const { return n_hashed_; }

 private:
  void check(const CsvKernels& kernels, std::uint8_t seen) const {
    bool integers = false;
    bool fractions = false;
    for (std::size_t row = 0; row < wanted_.size(); ++row) {
      const std::string& text = wanted_[row];
      if (text.empty()) {
        EXPECT_TRUE(numbers_[row] != numbers_[row]) << kernels.name;
        continue;
      }
      const auto parsed = core::parse_number(text);
      EXPECT_TRUE(was_other_[row] || parsed->is_exact) << kernels.name << ": " << text;
      EXPECT_EQ(std::bit_cast<std::uint64_t>(numbers_[row]),
                std::bit_cast<std::uint64_t>(parsed ? parsed->value : 0))
          << kernels.name << " reads \"" << text << "\" in row " << row;
      integers = integers || (parsed && parsed->is_integer);
      fractions = fractions || (parsed && !parsed->is_integer);
    }
    // What went to the general parser is not counted in `seen`.
    EXPECT_FALSE((seen & 1) != 0 && !integers) << kernels.name;
    EXPECT_FALSE((seen & 2) != 0 && !fractions) << kernels.name;
    const int all = (integers ? 1 : 0) | (fractions ? 2 : 0);
    EXPECT_TRUE(others_ > 0 || seen == all) << kernels.name;
  }

  std::vector<std::string> wanted_;
  std::string text_;
  std::vector<std::uint32_t> separators_, row_first_, row_begin_;
  std::vector<double> numbers_;
  std::size_t others_ = 0;
  std::vector<bool> was_other_;
  std::size_t n_hashed_ = 0;
};

TEST(CsvKernels, NumbersOfAColumnAreThoseOfTheGeneralParser) {
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    Numbers numbers;
    std::size_t n_others = 0;
    std::size_t n_cells = 0;
    for (std::size_t i = 0; i < 20'000 && !testing::Test::HasFailure(); ++i) {
      // Mostly of one make, as columns are; now and then anything.
      const std::uint64_t make = numbers.draw(6);
      std::vector<std::string> texts;
      for (std::uint64_t n = 1 + numbers.draw(40); n > 0; --n)
        texts.push_back(numbers.draw(12) == 0 ? numbers.number() : numbers.number_of_make(make));
      n_cells += texts.size();
      n_others += TextColumn(texts).expect_as_parsed(*kernels);
    }
    EXPECT_LT(n_others, n_cells / 2) << kernels->name << " leaves most numbers to the general parser";
  }
}

TEST(CsvKernels, EachNumberAtTheEdgesInEachPlaceOfAGroup) {
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    for (const char* const edge : kEdges) {
      for (const char* const other :
           {"1", "-0.25", "0.12345678901234567", "-9.8765432109876543", "123456789012345"}) {
        for (std::size_t place = 0; place < 9; ++place) {
          std::vector<std::string> texts(9, other);
          texts[place] = edge;
          TextColumn(texts).expect_as_parsed(*kernels);
        }
      }
    }
  }
}

TEST(CsvKernels, HashBetweenNumbersWhereTheProcessorHasInstructionsForIt) {
  for (const CsvKernels* kernels : table::test::all_kernels()) {
    for (const char* const number : {"1.25", "0.12345678901234567"}) {
      constexpr std::size_t kCells = 1000;
      TextColumn column(std::vector<std::string>(kCells, number));
      column.expect_as_parsed(*kernels, 1'000'000);
      if (!kernels->hashes || crypto::best_compress() == nullptr) {
        EXPECT_EQ(column.n_hashed(), 0U) << kernels->name;
      } else {
        EXPECT_GE(column.n_hashed(), 8 * kCells - 64) << kernels->name << ": " << number;
      }
    }
  }
}

}  // namespace
}  // namespace rf::csv
