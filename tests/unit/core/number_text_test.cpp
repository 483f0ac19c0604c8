// SPDX-License-Identifier: MIT
// tests/numeric/number_text_pairs.cpp compares four million numbers with node.
#include "core/number_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace rf::core {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

double value_of(std::string_view text) {
  const auto number = parse_number(text);
  EXPECT_TRUE(number.has_value()) << text;
  return number ? number->value : std::nan("");
}

TEST(ParseNumber, ReadsTheGrammar) {
  EXPECT_EQ(value_of("0"), 0);
  EXPECT_EQ(value_of("7"), 7);
  EXPECT_EQ(value_of("-12"), -12);
  EXPECT_EQ(value_of("+12"), 12);
  EXPECT_EQ(value_of("0.5"), 0.5);
  EXPECT_EQ(value_of("+0.5e+1"), 5);
  EXPECT_EQ(value_of("12.25E-2"), 0.1225);
  EXPECT_EQ(value_of("1e5"), 100000);
  EXPECT_EQ(value_of("1e05"), 100000);
  EXPECT_EQ(value_of("1.50"), 1.5);
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* text : {"",    "+",   "-",   ".",     "007", "00",    "-01", ".5",       "5.",  "5.e1",
                           "e5",  "1e",  "1e+", "1e1.5", "0x1", "1_000", "1,5", " 1",       "1 ",  "1\n",
                           "+-1", "--1", "inf", "nan",   "NaN", "1f",    "1d",  "\xD9\xA1", "1e5x"})
    EXPECT_FALSE(parse_number(text)) << text;
  EXPECT_FALSE(parse_number(std::string_view("1\0", 2)));
}

TEST(ParseNumber, RoundsCorrectly) {
  // Halfway between 2^53 and 2^53 + 2, and a hair above it.
  EXPECT_EQ(value_of("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(value_of("9007199254740993.00000000000000000000000000000000000001"), 9007199254740994.0);
  EXPECT_EQ(value_of("2.2250738585072011e-308"), 0x0.fffffffffffffp-1022);
  EXPECT_EQ(value_of("0.1"), 0x1.999999999999ap-4);
  EXPECT_EQ(value_of("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(ParseNumber, TooLargeIsInfinite) {
  EXPECT_EQ(value_of("1e309"), kInf);
  EXPECT_EQ(value_of("-1e309"), -kInf);
  EXPECT_EQ(value_of("+1.8e308"), kInf);
  EXPECT_EQ(value_of("1e99999999999999999999999999"), kInf);
  EXPECT_EQ(value_of("1" + std::string(400, '0')), kInf);
  EXPECT_EQ(value_of("0." + std::string(400, '0') + "1e1000"), kInf);
}

TEST(ParseNumber, TooSmallIsZero) {
  for (const std::string& text :
       {std::string("1e-400"), std::string("-1e-400"), std::string("1e-99999999999999999999999999"),
        "0." + std::string(400, '0') + "1", "1" + std::string(400, '0') + "e-1000", std::string("2e-324")}) {
    EXPECT_EQ(value_of(text), 0) << text;
    EXPECT_FALSE(std::signbit(value_of(text))) << text;
  }
  EXPECT_EQ(value_of("3e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(value_of("0e999999"), 0);
  EXPECT_EQ(value_of("0.000e999999"), 0);
  EXPECT_EQ(value_of("-0.0"), 0);
  EXPECT_FALSE(std::signbit(value_of("-0.0")));
  EXPECT_FALSE(std::signbit(value_of("-0")));
}

TEST(ParseNumber, TellsIntegersByTheirText) {
  EXPECT_TRUE(parse_number("-12")->is_integer);
  EXPECT_TRUE(parse_number("0")->is_integer);
  EXPECT_FALSE(parse_number("12.0")->is_integer);
  EXPECT_FALSE(parse_number("1e3")->is_integer);
}

TEST(ParseNumber, TellsIntegersThatADoubleCannotHold) {
  EXPECT_TRUE(parse_number("9007199254740992")->is_exact);
  EXPECT_FALSE(parse_number("9007199254740993")->is_exact);
  EXPECT_TRUE(parse_number("-9007199254740994")->is_exact);
  EXPECT_TRUE(parse_number("+1152921504606846976")->is_exact);  // 2^60
  EXPECT_FALSE(parse_number("1152921504606846977")->is_exact);
  EXPECT_TRUE(parse_number("10000000000000000000000")->is_exact);    // 10^22
  EXPECT_FALSE(parse_number("100000000000000000000000")->is_exact);  // 10^23
  EXPECT_FALSE(parse_number("1" + std::string(400, '0'))->is_exact);
  EXPECT_TRUE(parse_number("0.1")->is_exact);
  EXPECT_TRUE(parse_number("123456789012345")->is_exact);
}

TEST(IsInfinityWord, IgnoresCaseAndSign) {
  for (const char* text : {"inf", "Inf", "+INF", "-inf", "infinity", "-Infinity"})
    EXPECT_TRUE(is_infinity_word(text));
  for (const char* text : {"", "-", "in", "infi", "infinit", "nan", "++inf", "inf ", "i\016f"})
    EXPECT_FALSE(is_infinity_word(text)) << text;
}

TEST(NumberText, IsThatOfEcmaScript) {
  EXPECT_EQ(number_text(0.0), "0");
  EXPECT_EQ(number_text(-0.0), "0");
  EXPECT_EQ(number_text(1), "1");
  EXPECT_EQ(number_text(-1.5), "-1.5");
  EXPECT_EQ(number_text(100), "100");
  EXPECT_EQ(number_text(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(number_text(1e20), "100000000000000000000");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(1.25e22), "1.25e+22");
  EXPECT_EQ(number_text(0.000001), "0.000001");
  EXPECT_EQ(number_text(0.00000123), "0.00000123");
  EXPECT_EQ(number_text(0.0000001), "1e-7");
  EXPECT_EQ(number_text(-1.5e-7), "-1.5e-7");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number_text(5e-324), "5e-324");
  EXPECT_EQ(number_text(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(number_text(9007199254740993.0), "9007199254740992");
  EXPECT_EQ(number_text(123.456), "123.456");
}

// RFC 8785, appendix B.
TEST(NumberText, GivesTheSamplesOfRfc8785) {
  const std::pair<std::uint64_t, const char*> samples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : samples) EXPECT_EQ(number_text(std::bit_cast<double>(bits)), text);
}

/// Bit patterns at random, whole numbers and short decimals, all finite.
std::vector<double> sample_doubles(std::size_t n) {
  std::mt19937_64 generator(8785);
  std::vector<double> values;
  while (values.size() < n) {
    const std::uint64_t bits = generator();
    double value = std::bit_cast<double>(bits);
    if (values.size() % 4 == 1) value = static_cast<double>(static_cast<std::int64_t>(bits) >> (bits % 64));
    if (values.size() % 4 == 2) value = static_cast<double>(static_cast<std::int64_t>(bits) >> 44) / 1000;
    if (std::isfinite(value)) values.push_back(value);
  }
  return values;
}

TEST(NumberText, ReadsBackExactly) {
  for (const double value : sample_doubles(200000)) {
    const std::string text = number_text(value);
    ASSERT_EQ(value_of(text), value) << text;
  }
}

}  // namespace
}  // namespace rf::core
