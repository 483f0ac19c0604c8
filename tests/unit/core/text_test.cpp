// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace rf::core {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
using Names = std::vector<std::string>;

TEST(FindInvalidUtf8, AcceptsTheFirstAndLastOfEachLength) {
  for (const char* text : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(find_invalid_utf8(text), kNone) << text;
  EXPECT_EQ(find_invalid_utf8(std::string_view("a\0b", 3)), kNone);
}

TEST(FindInvalidUtf8, NamesTheFirstByteOfWhatIsIll) {
  EXPECT_EQ(find_invalid_utf8("ab\x80"), 2u);            // continuation without lead
  EXPECT_EQ(find_invalid_utf8("ab\xC3"), 2u);            // cut
  EXPECT_EQ(find_invalid_utf8("\xC3\xA4\xE2\x82"), 2u);  // cut
  EXPECT_EQ(find_invalid_utf8("\xC3(("), 0u);            // no continuation
  EXPECT_EQ(find_invalid_utf8("\xE2\x82("), 0u);
  EXPECT_EQ(find_invalid_utf8("\xF0\x9F\x98("), 0u);
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0u);  // overlong
  EXPECT_EQ(find_invalid_utf8("\xC1\xBF"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xE0\x9F\xBF"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xF0\x8F\xBF\xBF"), 0u);
  EXPECT_EQ(find_invalid_utf8("x\xED\xA0\x80"), 1u);     // surrogate
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);  // beyond U+10FFFF
  EXPECT_EQ(find_invalid_utf8("\xF5\x80\x80\x80"), 0u);
  EXPECT_EQ(find_invalid_utf8("\xFF"), 0u);
}

TEST(Hex, IsLowerCaseAndKeepsZeros) {
  const std::uint8_t bytes[] = {0x00, 0x0f, 0xa0, 0xff};
  EXPECT_EQ(hex(bytes), "000fa0ff");
  EXPECT_EQ(hex({}), "");
}

TEST(Decimal, WritesTheWholeRange) {
  EXPECT_EQ(decimal(0), "0");
  EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(decimal(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(Text, CountedTakesThePluralButForOne) {
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2, "row"), "2 rows");
  EXPECT_EQ(counted(1, "class"), "1 class");
  EXPECT_EQ(counted(2, "class"), "2 classes");
  EXPECT_EQ(counted(std::numeric_limits<std::uint64_t>::max(), "byte"), "18446744073709551615 bytes");
}

TEST(NearNames, FindsWhatAPersonMeant) {
  const Names columns = {"Age", "Fare", "Survived", "Wage", "Pclass"};
  EXPECT_EQ(near_names("age", columns), (Names{"Age", "Wage"}));
  EXPECT_EQ(near_names("Survivde", columns), (Names{"Survived"}));
  EXPECT_EQ(near_names("survive", columns), (Names{"Survived"}));
  EXPECT_EQ(near_names("class", columns), (Names{"Pclass"}));
  EXPECT_EQ(near_names("species", columns), Names{});
  EXPECT_EQ(near_names("", columns), Names{});
}

TEST(NearNames, PutsTheNearestFirstTiesInOrderAndStopsAtThree) {
  const Names names = {"abcx", "abcdef", "abcd", "abce", "abcf"};
  EXPECT_EQ(near_names("abcd", names), (Names{"abcd", "abcx", "abce"}));
}

TEST(NearNames, AllowsAThirdOfTheLongerLengthAndNoMore) {
  EXPECT_EQ(near_names("abcdef", Names{"abxxef"}), (Names{"abxxef"}));
  EXPECT_EQ(near_names("abcdef", Names{"axxxef"}), Names{});
  EXPECT_EQ(near_names("ab", Names{"ax"}), Names{});
}

TEST(NearNames, LeavesHugeNamesAlone) {
  EXPECT_EQ(near_names(std::string(100000, 'a'), Names{std::string(100000, 'a')}), Names{});
}

TEST(NearNames, TakesBoundedStepsOnAMillionNames) {
  std::string name;
  for (int i = 0; i < 256; ++i) name += static_cast<char>('a' + i % 23);
  Names candidates(100'000, name);
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].replace(i % 200, 50, 50, 'z');
  std::uint64_t n_steps = 0;
  EXPECT_EQ(near_names(name, candidates, &n_steps).size(), 3u);
  EXPECT_LT(n_steps, 20'000'000u);
  EXPECT_GT(n_steps, 1'000'000u);
}

/// Levenshtein's distance by the whole table.
std::size_t whole_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      d[i][j] = i == 0 ? j : i;
      if (i == 0 || j == 0) continue;
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
    }
  }
  return d[a.size()][b.size()];
}

TEST(NearNames, AgreeWithTheWholeTable) {
  std::uint32_t state = 7;
  const auto draw = [&](std::uint32_t bound) {
    return (state = state * 1664525 + 1013904223) / 65536 % bound;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string a, b;
    for (std::uint32_t i = draw(14); i > 0; --i) a += static_cast<char>('a' + draw(3));
    b = a;
    for (std::uint32_t i = draw(5); i > 0; --i) {
      const std::size_t at = draw(static_cast<std::uint32_t>(b.size()) + 1);
      draw(2) == 0 ? (void)b.insert(at, 1, static_cast<char>('a' + draw(3))) : (void)b.erase(at, 1);
    }
    const bool is_near = whole_distance(a, b) * 3 <= std::max(a.size(), b.size());
    ASSERT_EQ(near_names(a, Names{b}).size(), is_near ? 1u : 0u) << a << " " << b;
  }
}

TEST(EscapedUtf8, EscapesWhatIsNoUtf8AndNothingTwice) {
  EXPECT_EQ(escaped_utf8("/data/\xFF.csv"), "/data/\\xff.csv");
  EXPECT_EQ(escaped_utf8("found \"\\x1b\" \u00e4"), "found \"\\x1b\" \u00e4");
  EXPECT_EQ(unescaped_utf8("/data/\\xff.csv \\xg \\x1"), "/data/\xFF.csv \\xg \\x1");
}

TEST(DidYouMean, ListsTheNames) {
  EXPECT_EQ(did_you_mean("age", Names{"Age"}), "; did you mean \"Age\"?");
  EXPECT_EQ(did_you_mean("age", Names{"Age", "Wage"}), "; did you mean \"Age\" or \"Wage\"?");
  EXPECT_EQ(did_you_mean("abcd", Names{"abc1", "abc2", "abc3", "abc4"}),
            "; did you mean \"abc1\", \"abc2\" or \"abc3\"?");
  EXPECT_EQ(did_you_mean("age", Names{"species"}), "");
}

TEST(Quoted, EscapesWhatCannotBeSeen) {
  EXPECT_EQ(core::quoted("n/a"), "\"n/a\"");
  EXPECT_EQ(core::quoted(""), "\"\"");
  EXPECT_EQ(core::quoted("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(core::quoted(std::string_view("\0\x1f\x7f", 3)), R"("\x00\x1f\x7f")");
  EXPECT_EQ(core::quoted("\xC3\xA4"), "\"\xC3\xA4\"");
  EXPECT_EQ(core::quoted("a\xFFz"), R"("a\xffz")");
}

TEST(Quoted, CutsAfter40BytesAtACharacterBoundary) {
  const std::string forty(40, 'x');
  EXPECT_EQ(core::quoted(forty), "\"" + forty + "\"");
  EXPECT_EQ(core::quoted(forty + "y"), "\"" + forty + "...\"");
  const std::string most(39, 'x');
  EXPECT_EQ(core::quoted(most + "\xC3\xA4"), "\"" + most + "...\"");
  EXPECT_EQ(find_invalid_utf8(core::quoted(most + "\xC3\xA4")), kNone);
}

}  // namespace
}  // namespace rf::core
