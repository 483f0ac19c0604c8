// SPDX-License-Identifier: MIT
// The fast path beside the general parser, its naive twin.
#include "table/plain_number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <string>

#include "core/number_text.hpp"

namespace rf::table {
namespace {

void expect_as_general(const std::string& text) {
  const auto plain = parse_plain_number(text);
  if (!plain) return;
  const auto general = core::parse_number(text);
  ASSERT_TRUE(general.has_value()) << text;
  EXPECT_EQ(std::bit_cast<std::uint64_t>(plain->value), std::bit_cast<std::uint64_t>(general->value)) << text;
  EXPECT_EQ(plain->is_integer, general->is_integer) << text;
  EXPECT_TRUE(general->is_exact) << text;
}

TEST(ParsePlainNumber, TakesShortNumbersAndLeavesTheRest) {
  for (const char* text :
       {"0", "-0", "+1", "12", "999999999999999", "0.5", "-3.25", "10.0", "0.00000000000001"}) {
    EXPECT_TRUE(parse_plain_number(text).has_value()) << text;
  }
  for (const char* text : {"", "-", "+", ".", "1.", ".5", "-.5", "007", "00", "-01", "01.5", "1e5", "1.2.3",
                           "--1", "1 ", "1000000000000000", "x", "12345678901234567"}) {
    EXPECT_FALSE(parse_plain_number(text).has_value()) << text;
  }
}

TEST(ParsePlainNumber, AgreesWithTheGeneralParserOnEveryShortText) {
  // All texts of up to six of these characters.
  const std::string alphabet = "019.-+e";
  for (std::size_t length = 1; length <= 6; ++length) {
    std::size_t n_texts = 1;
    for (std::size_t i = 0; i < length; ++i) n_texts *= alphabet.size();
    for (std::size_t number = 0; number < n_texts; ++number) {
      std::string text;
      for (std::size_t rest = number, i = 0; i < length; ++i, rest /= alphabet.size()) {
        text += alphabet[rest % alphabet.size()];
      }
      expect_as_general(text);
    }
  }
}

TEST(ParsePlainNumber, AgreesWithTheGeneralParserOnRandomNumbers) {
  std::uint64_t state = 1;
  const auto next = [&](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % bound;
  };
  std::size_t n_taken = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text = next(3) == 0 ? "-" : "";
    const std::uint64_t n_digits = 1 + next(17);
    for (std::uint64_t j = 0; j < n_digits; ++j) text += static_cast<char>('0' + next(10));
    if (next(4) != 0) text.insert(1 + next(text.size()), ".");
    n_taken += parse_plain_number(text).has_value() ? 1 : 0;
    expect_as_general(text);
  }
  EXPECT_GT(n_taken, 100000u) << "most such numbers are plain";
}

}  // namespace
}  // namespace rf::table
