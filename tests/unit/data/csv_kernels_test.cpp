// SPDX-License-Identifier: MIT
// Numbers as the kernels read them beside core::parse_number: never another verdict, never another bit. (How
// they cut text is compared as a whole in csv_twin_test.cpp.)
#include "data/csv_kernels.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "core/number_text.hpp"

namespace rf::data {
namespace {

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
  std::string number() {
    std::string text = draw(2) == 0 ? "-" : "";
    switch (draw(6)) {
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

std::vector<const CsvKernels*> all_kernels() {
  std::vector<const CsvKernels*> all = {&baseline_csv_kernels()};
  if (&best_csv_kernels() != all[0]) all.push_back(&best_csv_kernels());
  return all;
}

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
  for (const CsvKernels* kernels : all_kernels()) {
    Numbers numbers;
    std::size_t n_read = 0;
    constexpr std::size_t kTexts = 400'000;
    for (std::size_t i = 0; i < kTexts && !testing::Test::HasFailure(); ++i)
      expect_as_parsed(*kernels, numbers.number(), n_read);
    EXPECT_GT(n_read, kTexts / 2) << kernels->name << " leaves most numbers to the general parser";
  }
}

TEST(CsvKernels, NumbersAtTheEdges) {
  const char* texts[] = {"0",
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
  for (const CsvKernels* kernels : all_kernels()) {
    std::size_t n_read = 0;
    for (const char* text : texts) expect_as_parsed(*kernels, text, n_read);
    EXPECT_GT(n_read, 8u);
  }
}

}  // namespace
}  // namespace rf::data
